// A server that answers as servers do, well and badly.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
  '.json': 'application/json',
  '.tsugi': 'application/octet-stream',
};
const PAGE = '<!doctype html><title>Not here</title>';

/**
 * Serves `folder`, and these paths wherever they stand:
 *   .../html/NAME  a page instead of the file     .../slow/NAME       the first half, then nothing
 *   more
 *   .../cut/NAME   the first half, then hangs up  .../chunked/NAME    no Content-Length
 *   .../mime/NAME  as text/plain                  .../damaged/NAME    64 bytes of the middle
 *   changed
 * `headers` go with every answer. With `fault`, one of these names or a number, models are answered
 * so, or with that status. Returns { url, requests, set(options), close() }.
 */
export async function startServer({ folder, files = {}, headers = {} }) {
  const requests = [];
  let options = { headers, isDown: false };
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    requests.push(asked);
    const isFaulty = options.fault !== undefined && asked.endsWith('.tsugi');
    const path = isFaulty ? `/${options.fault}${asked}` : asked;
    if (isFaulty && Number(options.fault) > 0) {
      response.writeHead(Number(options.fault)).end();
      return;
    }
    if (options.isDown) {
      request.socket.destroy();
      return;
    }
    for (const [name, value] of Object.entries(options.headers)) response.setHeader(name, value);
    answer(path, response, folder, files);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    set: (changes) => {
      options = { ...options, ...changes };
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function fileOf(path, folder, files) {
  const name = path.split('/').at(-1);
  if (files[name] !== undefined) return files[name];
  const local = join(
    folder,
    normalize(path.replace(/\/(html|slow|cut|chunked|mime|damaged)\//, '/')),
  );
  return existsSync(local) && statSync(local).isFile() ? local : undefined;
}

function answer(path, response, folder, files) {
  const file = fileOf(path.endsWith('/') ? `${path}index.html` : path, folder, files);
  const fault = /\/(html|slow|cut|chunked|mime|damaged)\//.exec(path)?.[1];
  if (fault === 'html') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
  } else if (path === '/favicon.ico') {
    response.writeHead(204).end();
  } else if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/html' }).end(PAGE);
  } else if (fault === undefined) {
    const headers = {
      'content-type': TYPES[extname(file)] ?? '',
      'content-length': statSync(file).size,
    };
    createReadStream(file).pipe(response.writeHead(200, headers));
  } else {
    answerBadly(fault, readFileSync(file), response, TYPES[extname(file)] ?? '');
  }
}

function answerBadly(fault, bytes, response, type) {
  const half = bytes.subarray(0, bytes.length >> 1);
  const whole = { 'content-type': type, 'content-length': bytes.length };
  switch (fault) {
    case 'slow':
      response.writeHead(200, whole).write(half);
      break;
    case 'cut':
      response.writeHead(200, whole).write(half, () => response.destroy());
      break;
    case 'chunked':
      response.writeHead(200, { 'content-type': type }).write(half);
      response.end(bytes.subarray(half.length));
      break;
    case 'damaged': {
      const damaged = Buffer.from(bytes);
      damaged.fill(0xff, half.length, half.length + 64); // no instruction begins with it
      response.writeHead(200, whole).end(damaged);
      break;
    }
    default:
      response.writeHead(200, { 'content-type': 'text/plain' }).end(bytes);
  }
}
