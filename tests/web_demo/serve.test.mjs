import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demoFolder } from './page_source.mjs';

const { serve } = await import(join(demoFolder, 'serve.mjs'));
const parent = mkdtempSync(join(tmpdir(), 'tsugi-serve-'));
const folder = join(parent, 'page');
let server;

before(async () => {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page');
  writeFileSync(join(folder, 'assets/engine-1234ABCD.wasm'), Buffer.from([0, 97, 115, 109]));
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
    let body = '';
    response.on('data', (chunk) => { body += chunk; });
    response.on('end', () => done({ status: response.statusCode, headers: response.headers,
      body }));
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

test('a known ETag is answered with 304', async () => {
  const { headers } = await get('/');
  const { status, body } = await get('/', { headers: { 'If-None-Match': headers.etag } });
  assert.equal(status, 304);
  assert.equal(body, '');
});

test('HEAD sends no body and other methods are refused', async () => {
  assert.equal((await get('/', { method: 'HEAD' })).body, '');
  assert.equal((await get('/', { method: 'POST' })).status, 405);
});

test('a taken port is an error', async () => {
  await assert.rejects(serve(folder, server.address().port), /EADDRINUSE/);
});
