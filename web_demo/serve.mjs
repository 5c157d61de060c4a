// Serves a built demo page on this machine: node serve.mjs [--port 8080] [--folder dist]
// `send` answers ranges and conditional requests, `negotiator` reads Accept-Encoding; build.mjs has left a
// compressed copy beside every file that gets smaller. The headers isolate the page, which gives it
// finer clocks for the time display.
import mime from 'mime-types';
import Negotiator from 'negotiator';
import { existsSync, realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import send from 'send';

/**
 * What the page may do: its own files, WebAssembly, markup and workers that its own policies let pass.
 * build.mjs writes it into the page, for servers that send no header.
 */
export const POLICY = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", "style-src 'self'",
  "font-src 'self'", "img-src 'self'", "connect-src 'self'", "manifest-src 'self'", "base-uri 'none'",
  "form-action 'none'", "require-trusted-types-for 'script'", 'trusted-types default covers',
].join('; ');

/** Encodings of the copies that build.mjs makes, the smallest first, and how their names end. */
const COPIES = { br: '.br', gzip: '.gz' };
const HASHED = /-[0-9A-Za-z]{8}\.[a-z0-9]+$/;

/** The file of `root` that a path names; null if there is none, or if it leads out of the folder. */
function findFile(root, path) {
  try {
    const file = realpathSync(join(root, decodeURIComponent(path)));
    return file.startsWith(root + sep) ? file : null;
  } catch {
    return null; // no such file, or a path that is no text
  }
}

function refuse(response, status, headers = {}) {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(status, { 'Content-Type': 'text/plain', ...headers });
  response.end(`${status === 404 ? 'not found' : `status ${status}`}\n`);
}

function answer(root, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, { Allow: 'GET, HEAD' });
    return;
  }
  const [asked] = (request.url ?? '/').split(/[?#]/);
  const path = asked.endsWith('/') ? `${asked}index.html` : asked;
  const file = findFile(root, path);
  if (file === null) {
    refuse(response, 404);
    return;
  }
  const offered = Object.keys(COPIES).filter((name) => existsSync(file + COPIES[name]));
  const encoding = new Negotiator(request).encoding([...offered, 'identity'], { preferred: offered });
  const headers = {
    'Content-Type': mime.contentType(extname(file)) || 'application/octet-stream',
    'Cache-Control': HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache',
    // A page cannot forbid frames by itself.
    'Content-Security-Policy': `${POLICY}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    ...(offered.length > 0 ? { Vary: 'Accept-Encoding' } : {}),
    ...(encoding in COPIES ? { 'Content-Encoding': encoding } : {}),
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  send(request, path + (COPIES[encoding] ?? ''), { root, index: false, cacheControl: false })
    .on('directory', () => refuse(response, 404))
    .on('error', ({ status }) => refuse(response, status))
    .pipe(response);
}

/** Serves `folder` on 127.0.0.1; port 0 takes a free one. Resolves once it listens. */
export function serve(folder, port) {
  const root = realpathSync(folder);
  const server = createServer((request, response) => answer(root, request, response));
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

async function main() {
  const here = dirname(fileURLToPath(import.meta.url));
  const { values } = parseArgs({ options: {
    port: { type: 'string', default: '8080' },
      folder: { type: 'string', default: join(here, 'dist') } } });
  if (!existsSync(join(values.folder, 'index.html'))) {
    throw new Error(`${values.folder} holds no built page. Try: ./dev demo`);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port ${values.port}: expected a number from 0 to 65535`);
  }
  const server = await serve(values.folder, port).catch((error) => {
    if (error.code === 'EADDRINUSE') throw new Error(`port ${port} is taken. Try: --port ${port + 1}`);
    throw error;
  });
  process.stdout.write(`the film shelf: http://127.0.0.1:${server.address().port}/   (Ctrl-C ends it)\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    process.stderr.write(`web_demo/serve.mjs: ${error.message}\n`);
    process.exit(1);
  });
}
