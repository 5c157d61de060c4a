// Builds, serves and opens the demo page for the end-to-end tests.
//   TSUGI_PACKAGE   the built npm package
//   TSUGI_MODEL     a model of the default data
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM } from '../chromium.mjs';
import { demoFolder, fromDemo } from '../web_demo/page_source.mjs';

export { demoFolder, fromDemo };
const { serve } = await import(join(demoFolder, 'serve.mjs'));
const { chromium } = fromDemo('playwright-core');

export function setting(name) {
  const value = process.env[name];
  assert.ok(value, `the environment variable ${name} is missing; ctest sets it (tests/e2e/CMakeLists.txt)`);
  return value;
}

export const workFolder = mkdtempSync(join(tmpdir(), 'tsugi-shelf-'));
export const removeWorkFolder = () => rmSync(workFolder, { recursive: true, force: true });

/** Builds the page into workFolder/name and returns that folder. */
export function buildPage(name, { model } = {}) {
  const out = join(workFolder, name);
  const popular = join(workFolder, 'popular.json');
  // The films with the lowest ids stand in for the well known ones: the order only decides the first shelf.
  writeFileSync(popular, JSON.stringify(Array.from({ length: 300 }, (_, i) => String(i + 1))));
  const args = ['build.mjs', '--package', setting('TSUGI_PACKAGE'), '--out', out, '--popular',
    popular,
    ...(model === undefined ? [] : ['--model', model])];
  const result = spawnSync(process.execPath, args, { cwd: demoFolder, encoding: 'utf8' });
  assert.equal(result.status, 0, `${result.stdout}\n${result.stderr}`);
  return out;
}

/** A copy of a built page whose model file holds `change(bytes)` instead. */
export function pageWithModel(built, name, bytes) {
  const out = join(workFolder, name);
  cpSync(built, out, { recursive: true });
  const file = readdirSync(join(out, 'assets')).find((entry) => entry.endsWith('.tsugi'));
  if (bytes === null) rmSync(join(out, 'assets', file));
  else writeFileSync(join(out, 'assets', file), bytes);
  return out;
}

export const launch = () => chromium.launch(CHROMIUM);

export async function serveFolder(folder) {
  const server = await serve(folder, 0);
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** May be called twice. */
    close: () => new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    }),
  };
}

/** One visitor: an own profile, the errors and requests of the page, and what a person does with it. */
export async function visitor(browser, url, { contextOptions = {},
  waitFor = 'body.is-ready' } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 },
    ...contextOptions });
  const page = await context.newPage();
  const errors = [];
  const requests = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  await page.waitForSelector(waitFor);
  const films = (list) => page.$$eval(`#${list} > [data-film]`,
    (cards) => cards.map((card) => card.dataset.film));
  /** Does `action` and waits until the shelf has been ranked again. */
  const ranked = async (action) => {
    const before = await page.evaluate(() => document.body.dataset.ranked);
    await action();
    await page.waitForFunction((old) => document.body.dataset.ranked !== old, before);
  };
  return { context, page, errors, requests, ranked,
    shelf: () => films('shelf'),
    strip: () => films('strip'),
    /** Watches the film at `place` of the shelf, 0 = first, and returns its id. */
    watch: async (place) => {
      const id = (await films('shelf'))[place];
      await ranked(() => page.click(`#shelf > [data-film="${id}"] button`));
      return id;
    } };
}
