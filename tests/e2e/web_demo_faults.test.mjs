// The demo page with a hostile server, a damaged memory, several tabs, and other apps on its origin.
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildPage, launch, removeWorkFolder, serveFolder, setting, visitor, workFolder } from './film_shelf.mjs';

const READY = 'body.is-ready';
const PROBLEM = '#problem:visible';
const NOW = Date.now();
let built;
let site;
let browser;

before(async () => {
  built = buildPage('page', { model: setting('TSUGI_MODEL') });
  site = await serveFolder(built);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.close();
  removeWorkFolder();
});

/** Serves the built page, except what `answer(path, response)` takes for itself by returning true. */
async function serveBut(answer) {
  const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', json: 'application/json',
    wasm: 'application/wasm', svg: 'image/svg+xml', webmanifest: 'application/manifest+json' };
  const server = createServer((request, response) => {
    const path = request.url.split('?')[0];
    if (answer(path, response)) return;
    const name = path === '/' ? 'index.html' : path.slice(1);
    try {
      const bytes = readFileSync(join(built, name));
      response.setHeader('Content-Type', types[name.split('.').at(-1)] ?? 'application/octet-stream');
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/`,
    close: () => { server.close(); server.closeAllConnections(); } };
}

const html = (response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end('<!doctype html><title>Sign in to the network</title>');
  return true;
};

test('rows of the memory that nobody could have watched do not keep the page from opening', async () => {
  const { context, page, errors, watch } = await visitor(browser, site.url);
  const films = await page.$$eval('#shelf > li', (cards) => cards.map((card) => card.dataset.film));
  const bad = [[films[0], 1e300], [films[1], -5], [films[2], 'x'], ['\ud800', NOW], null, 7, [films[3], NOW]];
  for (const rows of [bad, '{', { length: 3 }]) {
    await page.evaluate((text) => localStorage.setItem('tsugi-demo-watched-1', text),
      typeof rows === 'string' ? rows : JSON.stringify(rows));
    await page.evaluate((text) => localStorage.setItem('tsugi-demo-added-1', text),
      JSON.stringify([{ id: '\ud800', title: '\ud800', year: 1e9, genres: [7] },
        { id: 'own', title: 'half \ud800', year: 2000, genres: ['__proto__'] }]));
    await page.reload();
    await page.waitForSelector(READY);
    await watch(1);
  }
  assert.deepEqual(errors, []);
  await context.close();
});

test('two tabs keep one list', async () => {
  const { context, page, watch, strip } = await visitor(browser, site.url);
  const other = await context.newPage();
  await other.goto(site.url);
  await other.waitForSelector(READY);
  const stripOfOther = () => other.$$eval('#strip > [data-film]', (chips) => chips.map((chip) => chip.dataset.film));
  const first = await watch(0);
  await other.waitForSelector(`#strip > [data-film="${first}"]`);
  await other.click('#shelf > li:nth-child(2) button');
  await page.waitForFunction(() => document.querySelectorAll('#strip > [data-film]').length === 2);
  assert.deepEqual(await strip(), await stripOfOther());
  assert.equal((await strip()).at(-1), first);
  await context.close();
});

test('a server that stops sending is named after half a minute', async () => {
  let asked;
  const isAsked = new Promise((done) => { asked = done; });
  const stalled = await serveBut((path, response) => {
    if (!path.endsWith('.tsugi')) return false;
    const model = readFileSync(setting('TSUGI_MODEL'));
    response.writeHead(200, { 'Content-Length': model.length });
    response.write(model.subarray(0, 1000));
    asked();
    return true;
  });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(stalled.url);
    await isAsked;
    await page.clock.runFor(29_000);
    assert.equal(await page.isVisible('#problem'), false);
    await page.clock.runFor(40_000);
    // Not waitForSelector: it waits by the clock of the page.
    for (let i = 0; i < 100 && !await page.isVisible('#problem'); ++i) await new Promise((done) => setTimeout(done, 50));
    assert.match(await page.textContent('#problem'), /The server stopped sending/);
  } finally {
    await context.close();
    stalled.close();
  }
});

test('a sign-in page instead of build.json is reported as that', async () => {
  const portal = await serveBut((path, response) => path === '/build.json' && html(response));
  const { context, page } = await visitor(browser, portal.url, { waitFor: PROBLEM });
  const text = await page.textContent('#problem');
  assert.match(text, /sent something else/);
  assert.match(text, /Sign in to the network/);
  assert.doesNotMatch(text, /SIMD/);
  await context.close();
  portal.close();
});

test('1,500 watched films leave a click quick', async () => {
  const { context, page, watch, strip } = await visitor(browser, site.url);
  const count = await page.evaluate(async (now) => {
    const ids = Array.from({ length: 4000 }, (_, i) => String(i + 1));
    localStorage.setItem('tsugi-demo-watched-1', JSON.stringify(ids.map((id, i) => [id, now - 4000 + i])));
    return ids.length;
  }, NOW);
  await page.reload();
  await page.waitForSelector(READY);
  const shown = Number((await page.textContent('#strip-note')).replace(/\D.*/, ''));
  assert.ok(count > shown && (await strip()).length === 40);
  await page.evaluate((kept) => {
    const rows = JSON.parse(localStorage.getItem('tsugi-demo-watched-1'));
    localStorage.setItem('tsugi-demo-watched-1', JSON.stringify(rows.slice(0, kept)));
  }, 1500);
  await page.reload();
  await page.waitForSelector(READY);
  const start = performance.now();
  await watch(0);
  const milliseconds = performance.now() - start;
  assert.ok(milliseconds < 1500, `${milliseconds} ms`);
  await context.close();
});

test('what the page keeps is forgotten at a click', async () => {
  const { context, page, watch } = await visitor(browser, site.url);
  await watch(0);
  assert.equal(await workerAnswers(page), true);
  await page.click('#forget');
  await page.waitForSelector(`${READY}:not(:has(.strip__film))`);
  assert.deepEqual(await page.evaluate(() => Object.entries(localStorage)), []);
  await context.close();
});

/** Waits until the worker of the page answers for it, or gives up: true if it does. */
const workerAnswers = (page) => page.evaluate(() => Promise.race([
  navigator.serviceWorker.ready.then(async ({ active }) => {
    while (active.state !== 'activated') await new Promise((done) => setTimeout(done, 20));
    return true;
  }),
  new Promise((done) => setTimeout(() => done(false), 3000)),
]));
const cacheNames = (page) => page.evaluate(() => caches.keys());

test('the worker keeps nothing that is not of the build, and installs once the network is honest', async () => {
  let honest = false;
  const portal = await serveBut((path, response) => !honest && path.endsWith('.wasm') && html(response));
  const { context, page } = await visitor(browser, portal.url, { waitFor: `${PROBLEM}, ${READY}` });
  assert.equal(await workerAnswers(page), false);
  honest = true;
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((found) => found?.unregister()));
  await page.goto(`${portal.url}?again`);
  assert.equal(await workerAnswers(page), true);
  await context.close();
  portal.close();
});

test('two demos of one origin keep their own copies', async () => {
  const root = join(workFolder, 'two');
  for (const name of ['one', 'two']) cpSync(built, join(root, name), { recursive: true });
  const both = await serveFolder(root);
  const { context, page } = await visitor(browser, `${both.url}one/`);
  assert.equal(await workerAnswers(page), true);
  const [first] = await cacheNames(page);
  await page.goto(`${both.url}two/`);
  await page.waitForSelector(READY);
  assert.equal(await workerAnswers(page), true);
  const names = await cacheNames(page);
  assert.ok(names.includes(first) && names.length === 2, names.join());
  await context.close();
  await both.close();
});

test('the next app on the port is never answered for, and the worker goes', async () => {
  let next = false;
  const port = await serveBut((path, response) => {
    if (!next) return false;
    if (path !== '/' && path !== '/data.json') response.writeHead(404).end();
    else response.end(path === '/' ? '<!doctype html><title>Next app</title>' : '{"next":true}');
    return true;
  });
  const { context, page } = await visitor(browser, port.url);
  assert.equal(await workerAnswers(page), true);
  next = true;
  await page.goto(port.url);
  assert.equal(await page.title(), 'Next app');
  assert.deepEqual(await page.evaluate(() => fetch('./data.json').then((response) => response.json())), { next: true });
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()) === undefined &&
    (await caches.keys()).length === 0);
  await context.close();
  port.close();
});

test('a page of the build opens from its copies while the server says nothing', async () => {
  let silent = false;
  const slow = await serveBut(() => silent);
  const { context, page } = await visitor(browser, slow.url);
  assert.equal(await workerAnswers(page), true);
  silent = true;
  await page.reload();
  await page.waitForSelector(READY);
  await context.close();
  slow.close();
});
