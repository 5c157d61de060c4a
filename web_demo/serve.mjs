// Serves a built demo page on this machine: node serve.mjs [--port 8080] [--folder dist]
// The headers isolate the page (finer clocks for the time display), name every type right, compress text
// and engine, and let caches keep what carries a hash in its name.
import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json', '.wasm': 'application/wasm', '.woff2': 'font/woff2',
  '.tsugi': 'application/octet-stream',
};
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.svg', '.webmanifest', '.wasm']);
const HASHED = /-[0-9A-Za-z]{8}\.[a-z0-9]+$/;

/** The file that a request names, or null if it is outside the folder or there is none. */
async function findFile(folder, url) {
  let name;
  try {
    name = decodeURIComponent(url.split(/[?#]/)[0]);
  } catch {
    return null;
  }
  if (name.includes('\0')) return null;
  const path = resolve(join(folder, name.endsWith('/') ? `${name}index.html` : name));
  if (!path.startsWith(folder + sep)) return null;
  const found = await stat(path).catch(() => null);
  // A link must not lead out of the folder either.
  return found?.isFile() && realpathSync(path).startsWith(folder + sep) ? path : null;
}

const entries = new Map();

/** Bytes, compressed bytes and ETag of a file; read once per version of it. */
async function load(path) {
  const { mtimeMs, size } = await stat(path);
  const known = entries.get(path);
  if (known?.mtimeMs === mtimeMs && known.size === size) return known;
  const bytes = await readFile(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const entry = { mtimeMs, size, bytes,
    brotli: COMPRESSED.has(extname(path)) ? brotliCompressSync(bytes, quality) : null,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 20)}"` };
  entries.set(path, entry);
  return entry;
}

async function answer(folder, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const path = await findFile(folder, request.url ?? '/');
  if (path === null) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
    return;
  }
  const entry = await load(path);
  const takesBrotli = /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
  const body = takesBrotli && entry.brotli !== null ? entry.brotli : entry.bytes;
  const headers = {
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', ETag: entry.etag,
    'Cache-Control': HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    'X-Content-Type-Options': 'nosniff', Vary: 'Accept-Encoding',
    'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp',
    ...(body === entry.brotli ? { 'Content-Encoding': 'br' } : {}),
  };
  if (request.headers['if-none-match'] === entry.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Serves `folder` on 127.0.0.1; port 0 takes a free one. Resolves once it listens. */
export function serve(folder, port) {
  const root = realpathSync(folder);
  const server = createServer((request, response) => {
    answer(root, request, response).catch((error) => {
      process.stderr.write(`${request.url}: ${error.message}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
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
