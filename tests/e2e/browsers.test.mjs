// Package and page in Firefox and WebKitGTK: most phones run WebKit. Chromium has tests of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { checkLists, GOLDEN_MODELS, listsOf, readGolden } from '../package/golden_lists.mjs';
import { buildPage, removeWorkFolder, serveFolder, setting } from './film_shelf.mjs';
import { openFirefox, openWebKit } from './other_browsers.mjs';

const MODELS = new URL('../golden/models/v1/', import.meta.url);
const TYPES = { '.js': 'text/javascript', '.html': 'text/html', '.wasm': 'application/wasm' };
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
/** A page that makes the golden lists, in the page or in a worker. */
const GOLDEN_SCRIPT = `
import { Recommender } from './dist/web.js';
import { Recommender as WorkerRecommender } from './dist/worker_client.js';
const listsOf = ${listsOf};
globalThis.golden = async (name, cases) =>
  JSON.stringify(await listsOf(Recommender, \`./\${name}.tsugi\`, {}, JSON.parse(cases)));
globalThis.inWorker = async (name) => {
  const model = await WorkerRecommender.load(\`./\${name}.tsugi\`);
  const session = await model.session();
  const [first] = await model.items({ count: 1 });
  await session.push(first.id);
  const list = await session.recommend({ k: 3, seen: 'keep' });
  await model.dispose();
  return JSON.stringify([list, model.info.build]);
};
globalThis.isReady = true;
`;

/** Serves the package, the models and that page. */
async function servePackage() {
  const files = {
    '/': ['.html', '<!doctype html><title>tsugi</title><script type="module" src="./golden.js"></script>'],
    '/golden.js': ['.js', GOLDEN_SCRIPT],
  };
  const server = createServer(({ url }, response) => {
    try {
      const model = url.endsWith('.tsugi');
      const [type, body] = files[url] ??
        [extname(url), readFileSync(model ? new URL(`.${url}`, MODELS) : join(setting('TSUGI_PACKAGE'), url))];
      response.setHeader('content-type', TYPES[type] ?? 'application/octet-stream');
      response.setHeader('content-security-policy', POLICY);
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

let packed;
let site;
before(async () => {
  packed = await servePackage();
  site = await serveFolder(buildPage('page', { model: setting('TSUGI_MODEL') }));
});
after(async () => {
  packed?.close();
  await site?.close();
  removeWorkFolder();
});

const BROWSERS = [
  ['Firefox', openFirefox, {}],
  ['WebKitGTK', openWebKit, {}],
  ['WebKitGTK as narrow as its buttons allow', openWebKit, { width: 390, height: 882 }],
];
for (const [name, open, size] of BROWSERS) {
  describe(name, () => {
    let page;
    before(async () => {
      page = await open(size);
    });
    after(() => page?.close());

    test('gives the golden lists, also in a worker', async () => {
      await page.go(packed.url);
      await page.until(() => window.isReady);
      for (const model of GOLDEN_MODELS) {
        const golden = readGolden(model);
        const lists = await page.evaluate(
          (own, cases) => window.golden(own, cases), model, JSON.stringify(golden.cases));
        checkLists(JSON.parse(lists), golden);
      }
      const [list, build] = JSON.parse(await page.evaluate(() => window.inWorker('gated_i8')));
      assert.equal(list.length, 3);
      assert.match(build, /^(simd128|relaxed)$/);
    });

    test('opens the page, ranks at a click, keeps what was picked, and sends nothing', async () => {
      const films = (list) => page.evaluate((id) =>
        [...document.querySelectorAll(`#${id} > [data-film]`)].map((card) => card.dataset.film), list);
      const ranked = async (action, ...args) => {
        const before = await page.evaluate(() => document.body.dataset.ranked);
        await page.evaluate(action, ...args);
        await page.until((old) => document.body.dataset.ranked !== old, before);
      };
      const click = (selector) => document.querySelector(selector).click();
      await page.go(site.url);
      await page.until(() => document.body.classList.contains('is-ready'));
      const starters = await films('shelf');
      assert.equal(starters.length, 15);
      const first = await page.evaluate(() => document.querySelector('#shelf .cover').getBoundingClientRect().top);
      const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth, innerHeight]);
      assert.ok(first < wide[2], `the first film begins at ${first} of ${wide[2]}`);
      assert.ok(wide[0] <= wide[1], `${wide[0]} pixels wide of ${wide[1]}`);
      assert.ok(wide[1] <= (size.width ?? 1280) + 60, `${wide[1]}`);
      await ranked(click, `#shelf > [data-film="${starters[2]}"] button`);
      const second = await films('shelf');
      assert.notDeepEqual(second, starters);
      assert.deepEqual(await films('strip'), [starters[2]]);
      await page.until(() => document.body.dataset.rows === document.body.dataset.ranked);
      assert.ok((await page.evaluate(() => document.querySelectorAll('.rows__row').length)) >= 3);
      await ranked(click, `#shelf > [data-film="${second[0]}"] .card__no`);
      assert.ok(!(await films('shelf')).includes(second[0]));
      await ranked(click, '#undo');
      assert.deepEqual(await films('shelf'), second);
      assert.equal(await page.evaluate(() => document.querySelector('#status-requests').textContent), '0');
      await page.go(site.url);
      await page.until(() => document.body.classList.contains('is-ready'));
      assert.deepEqual(await films('strip'), [starters[2]]);
      assert.deepEqual(await films('shelf'), second);
    });
  });
}
