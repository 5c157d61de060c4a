// The same requests as node_side.mjs answers, in headless Chromium.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';
import { build as bundle } from 'esbuild';
import { chromium } from 'playwright-core';
import { CHROMIUM } from '../../tests/chromium.mjs';
import { packageFile, packageFolder } from './files.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const FOLDERS = {
  ort: packageFile('onnxruntime-web', 'dist'),
  tfjs: packageFile('@tensorflow/tfjs-backend-wasm', 'dist'),
  litert: packageFile('@litertjs/core', 'wasm'),
};

/** Serves the bundled page, the engines' files and whatever `offer` was given. */
async function serve() {
  const { outputFiles } = await bundle({
    entryPoints: [join(import.meta.dirname, 'page.mjs')], bundle: true, format: 'esm', write: false,
    alias: { tsugi: join(packageFolder, 'dist/web.js') }, logLevel: 'error', minify: true,
    external: ['fs', 'path', 'module', 'worker_threads', 'perf_hooks', 'os'],
  });
  const files = new Map(['simd', 'relaxed'].map((name) => [`/${name}.wasm`, join(packageFolder, 'wasm', `tsugi.${name}.wasm`)]));
  const texts = new Map([
    ['/', ['.html', '<!doctype html><meta charset="utf-8"><title>peers</title><script type="module" src="/page.js"></script>']],
    ['/page.js', ['.js', outputFiles[0].text]],
    ['/favicon.ico', ['.js', '']],
  ]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const [, folder, name] = pathname.split('/');
    const file = files.get(pathname) ?? (FOLDERS[folder] && join(FOLDERS[folder], basename(name)));
    if (texts.has(pathname)) {
      const [type, text] = texts.get(pathname);
      response.writeHead(200, { 'content-type': TYPES[type] ?? 'application/json' }).end(text);
    } else if (file !== undefined && existsSync(file)) {
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-length': statSync(file).size });
      createReadStream(file).pipe(response);
    } else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    offerFile(path) { files.set(`/${basename(path)}`, path); return `/${basename(path)}`; },
    offerJson(name, value) { texts.set(`/${name}`, ['.json', JSON.stringify(value)]); return `/${name}`; },
    close: () => { server.closeAllConnections(); return new Promise((resolve) => server.close(resolve)); },
  };
}

export async function openPage() {
  const server = await serve();
  const browser = await chromium.launch(CHROMIUM);
  /** Runs the function in a new page, so that nothing is warm. */
  const onFreshPage = async (action, argument) => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      page.on('pageerror', (error) => console.error(`page: ${error.message}`));
      await page.goto(server.url);
      await page.waitForFunction(() => globalThis.peers !== undefined);
      return await page.evaluate(action, argument);
    } finally {
      await context.close();
    }
  };
  const forPage = ({ wasm, description, ...options }) => ({
    ...options,
    model: server.offerFile(options.model),
    description: description && server.offerJson(`${basename(options.model)}.json`, description),
  });
  const all = (engines) => Object.fromEntries(Object.entries(engines).map(([name, options]) => [name, forPage(options)]));
  return {
    version: browser.version(),
    engines: (engines) => engines,
    compare: (engines, scenario, argument) =>
      onFreshPage(([given, name, value]) => globalThis.peers.compare(given, name, value), [all(engines), scenario, argument]),
    firstList: async (options) => ({
      milliseconds: await onFreshPage((given) => globalThis.peers.firstList(given), forPage(options)),
    }),
    async close() { await browser.close(); await server.close(); },
  };
}
