// Firefox and WebKitGTK, driven without a library: Firefox by Marionette, its own protocol, because Debian has no
// geckodriver; WebKitGTK by WebDriver, on a display of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const SCRIPT_TIMEOUT_MS = 120_000;
const START_TIMEOUT_MS = 60_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Calls `attempt` until it does not throw. */
async function eventually(attempt) {
  for (const end = Date.now() + START_TIMEOUT_MS; ; await pause(100)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Processes and a folder that end with the browser. */
class Place {
  folder = mkdtempSync(join(tmpdir(), 'tsugi-browser-'));
  #children = [];

  start(program, args, env = {}) {
    const child = spawn(program, args, {
      stdio: 'ignore', detached: true, env: { ...process.env, HOME: this.folder, ...env } });
    this.#children.push(child);
    return child;
  }
  async end() {
    for (const child of this.#children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      process.kill(-child.pid, 'SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The page of a browser. `call(verb, params)` is a command of WebDriver. */
class Page {
  #call;
  #place;
  constructor(call, place) {
    this.#call = call;
    this.#place = place;
  }
  go(url) {
    return this.#call('navigate', { url });
  }
  /** Runs a function in the page with arguments that JSON can hold, and returns what it resolves to. */
  async evaluate(action, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve().then(() => (${action}).apply(null, Array.prototype.slice.call(arguments, 0, -1)))
        .then((value) => done({ value }), (error) => done({ error: String(error && error.stack || error) }));`;
    const { value, error } = await this.#call('evaluate', { script, args });
    if (error !== undefined) throw new Error(error);
    return value;
  }
  /** Waits until a function of the page returns something true. */
  until(action, ...args) {
    return eventually(async () => {
      const value = await this.evaluate(action, ...args);
      if (!value) throw new Error(`not yet: ${action}`);
      return value;
    });
  }
  close() {
    return this.#place.end();
  }
}

/** Marionette: messages as LENGTH:JSON, commands [0, id, name, params], answers [1, id, error, result]. */
async function connectMarionette(port) {
  const socket = await eventually(async () => {
    const attempt = connect(port, '127.0.0.1');
    await once(attempt, 'connect');
    return attempt;
  });
  const waiting = new Map();
  let bytes = Buffer.alloc(0);
  socket.on('data', (data) => {
    bytes = Buffer.concat([bytes, data]);
    for (let colon; (colon = bytes.indexOf(':')) > 0; ) {
      const end = colon + 1 + Number(bytes.subarray(0, colon));
      if (bytes.length < end) return;
      const message = JSON.parse(bytes.subarray(colon + 1, end));
      bytes = bytes.subarray(end);
      if (!Array.isArray(message)) continue; // the greeting
      const [, id, error, result] = message;
      const settle = waiting.get(id);
      waiting.delete(id);
      if (error) settle.reject(new Error(`${error.error}: ${error.message}`));
      else settle.resolve(result);
    }
  });
  let last = 0;
  return (name, params) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify([0, ++last, name, params]);
      waiting.set(last, { resolve, reject });
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

export async function openFirefox({ width = 1280, height = 900 } = {}) {
  const place = new Place();
  const port = await freePort();
  const profile = mkdtempSync(join(place.folder, 'profile-'));
  writeFileSync(join(profile, 'user.js'), `user_pref('marionette.port', ${port});\n`);
  place.start('firefox-esr', ['--headless', '--marionette', '--profile', profile, '--no-remote',
    '--width', String(width), '--height', String(height)], { MOZ_HEADLESS: '1' });
  const command = await connectMarionette(port);
  await command('WebDriver:NewSession', { timeouts: { script: SCRIPT_TIMEOUT_MS } });
  await command('WebDriver:SetTimeouts', { script: SCRIPT_TIMEOUT_MS });
  const names = { navigate: 'WebDriver:Navigate', evaluate: 'WebDriver:ExecuteAsyncScript' };
  return new Page(async (verb, params) => {
    const result = await command(names[verb], params);
    return result?.value ?? result;
  }, place);
}

export async function openWebKit({ width = 1280, height = 900 } = {}) {
  const place = new Place();
  const display = `:${100 + (process.pid % 400)}`;
  place.start('Xvfb', [display, '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp']);
  const port = await freePort();
  place.start('WebKitWebDriver', [`--port=${port}`], {
    DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', GDK_BACKEND: 'x11' });
  const post = async (path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const capabilities = { alwaysMatch: {
    'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] } } };
  const { sessionId } = await eventually(() => post('/session', { capabilities }));
  await post(`/session/${sessionId}/timeouts`, { script: SCRIPT_TIMEOUT_MS });
  await post(`/session/${sessionId}/window/rect`, { width, height, x: 0, y: 0 });
  const paths = { navigate: 'url', evaluate: 'execute/async' };
  return new Page((verb, params) => post(`/session/${sessionId}/${paths[verb]}`, params), place);
}
