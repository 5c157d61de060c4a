import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { demoFolder } from './page_source.mjs';

const { serve } = await import(join(demoFolder, 'serve.mjs'));
const parent = mkdtempSync(join(tmpdir(), 'tsugi-serve-'));
const folder = join(parent, 'page');
const LARGE = 'export const more = "and more";\n'.repeat(400);
let server;

before(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page');
  writeFileSync(join(folder, 'assets/engine-1234ABCD.wasm'), Buffer.from([0, 97, 115, 109]));
  writeFileSync(join(folder, 'large.js'), LARGE);
  writeFileSync(join(folder, 'large.js.br'), brotliCompressSync(LARGE));
  writeFileSync(join(folder, 'large.js.gz'), gzipSync(LARGE));
  symlinkSync(join(parent, 'secret.txt'), join(folder, 'link.txt'));
  server = await serve(folder, 0);
});
after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(parent, { recursive: true, force: true });
});

/** As sent: fetch would tidy the path first. */
const get = (path, { method = 'GET', headers = {} } = {}) => new Promise((done, failed) => {
  request({ port: server.address().port, host: '127.0.0.1', path, method, headers }, (response) => {
    const chunks = [];
    response.on('data', (chunk) => chunks.push(chunk));
    response.on('end', () => done({ status: response.statusCode, headers: response.headers,
      bytes: Buffer.concat(chunks), body: Buffer.concat(chunks).toString() }));
  }).on('error', failed).end();
});

test('the folder is the page', async () => {
  const { status, headers, body } = await get('/');
  assert.equal(status, 200);
  assert.match(headers['content-type'], /^text\/html/);
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal(body, '<!doctype html>page');
});

test('WebAssembly has its type, and a hashed name may be kept for ever', async () => {
  const { headers } = await get('/assets/engine-1234ABCD.wasm');
  assert.equal(headers['content-type'], 'application/wasm');
  assert.match(headers['cache-control'], /immutable/);
});

test('nothing outside the folder is served', async () => {
  for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt',
    '/link.txt',
    '/..%5csecret.txt', '/%00', '/%', '//secret.txt', '/assets', '/none']) {
    const { status, body } = await get(path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body, /secret/);
  }
});

test('a known ETag is answered with 304, in a list and weak or strong as well', async () => {
  const { headers: { etag } } = await get('/');
  for (const known of [etag, `"other", ${etag}`, etag.replace('W/', ''), '*']) {
    const { status, body } = await get('/', { headers: { 'If-None-Match': known } });
    assert.deepEqual([status, body], [304, ''], known);
  }
  assert.equal((await get('/', { headers: { 'If-None-Match': '"other"' } })).status, 200);
});

const ACCEPTED = { 'br': 'br', 'gzip, deflate, br': 'br', 'gzip': 'gzip', 'br;q=0, gzip': 'gzip', 'br;q=0': undefined,
  '': undefined, 'identity': undefined, 'gzip;q=1, br;q=.5': 'gzip', 'abr': undefined, '*': 'br' };

test('the copy that was compressed before is sent to those who take it', async () => {
  const decode = { br: brotliDecompressSync, gzip: gunzipSync };
  for (const [accepted, wanted] of Object.entries(ACCEPTED)) {
    const { headers, bytes } = await get('/large.js', { headers: { 'Accept-Encoding': accepted } });
    assert.equal(headers['content-encoding'], wanted, accepted);
    assert.match(headers['content-type'], /^text\/javascript/);
    assert.match(headers.vary, /Accept-Encoding/);
    assert.equal((decode[wanted]?.(bytes) ?? bytes).toString(), LARGE);
  }
  assert.equal((await get('/', { headers: { 'Accept-Encoding': 'br' } })).headers['content-encoding'], undefined);
});

test('a part of a file can be asked for', async () => {
  const part = await get('/large.js', { headers: { Range: 'bytes=7-11' } });
  assert.deepEqual([part.status, part.body], [206, 'const']);
  assert.equal(part.headers['content-range'], `bytes 7-11/${LARGE.length}`);
  assert.equal((await get('/large.js', { headers: { Range: 'bytes=999999-' } })).status, 416);
});

test('no other page can put this one into a frame', async () => {
  const policy = (await get('/')).headers['content-security-policy'];
  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /^default-src 'none'.*require-trusted-types-for 'script'/);
});

test('a thousand requests for a file are answered in seconds', async () => {
  const start = performance.now();
  const headers = { 'Accept-Encoding': 'br' };
  const answers = await Promise.all(Array.from({ length: 1000 }, () => get('/large.js', { headers })));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.ok(performance.now() - start < 30_000, `${performance.now() - start} ms`);
});

test('HEAD sends no body and other methods are refused', async () => {
  assert.equal((await get('/', { method: 'HEAD' })).body, '');
  assert.equal((await get('/', { method: 'POST' })).status, 405);
});

test('a taken port is an error', async () => {
  await assert.rejects(serve(folder, server.address().port), /EADDRINUSE/);
});
