// Headless Chromium, and what every page that uses the package must be able to do.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { CHROMIUM } from '../chromium.mjs';
import { requireTool } from './packed_package.mjs';

const { chromium } = requireTool('playwright-core');
let browser;
before(async () => {
  browser = await chromium.launch(CHROMIUM);
});
after(() => browser?.close());

/** Strict: no inline scripts, no eval, no blob workers. */
export const STRICT_CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
export const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};

/** Puts the package where page.evaluate finds it. */
export const PAGE_SCRIPT = `
import { Recommender, TsugiError } from 'tsugi';
import { Recommender as WorkerRecommender } from 'tsugi/worker';
globalThis.tsugi = { Recommender, WorkerRecommender, TsugiError };
`;
export const PAGE =
  '<!doctype html><meta charset="utf-8"><title>tsugi</title><script type="module" src="./SCRIPT"></script>';

/** Runs `action` on a page in a context of its own; fails on errors that the page did not catch. */
export async function onPage(address, action) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(address);
    await page
      .waitForFunction(() => globalThis.tsugi !== undefined, undefined, { timeout: 30_000 })
      .catch((error) => assert.fail(`${address}: ${error.message}\n${errors.join('\n')}`));
    await action(page, errors);
  } finally {
    await context.close();
  }
}

/**
 * Loads with and without a worker; both must give a list, and the same one. Returns the build that
 * ran.
 */
export function expectLists(page, model) {
  return page.evaluate(async (address) => {
    const { Recommender, WorkerRecommender } = globalThis.tsugi;
    const lists = [];
    let build;
    for (const Kind of [Recommender, WorkerRecommender].filter((kind) => kind !== undefined)) {
      const loaded = await Kind.load(address);
      const session = await loaded.session();
      const [first, second] = await loaded.items({ count: 2 });
      const pushed = await session.push([
        { item: first.id, time: Date.now() },
        { item: second.id },
        'nobody',
      ]);
      if (pushed.accepted !== 2 || pushed.unknown[0] !== 'nobody')
        throw new Error(JSON.stringify(pushed));
      const list = await session.recommend({ k: 3, seen: 'keep' });
      if (list.length !== 3) throw new Error(JSON.stringify(list));
      const restored = await loaded.restore(await session.save());
      const again = await restored.recommend({ k: 3, seen: 'keep' });
      if (JSON.stringify(again) !== JSON.stringify(list)) throw new Error('restored differs');
      lists.push(JSON.stringify(list));
      build = loaded.info.build;
      loaded.dispose();
    }
    if (new Set(lists).size !== 1) throw new Error(lists.join(' '));
    return build;
  }, model);
}

/** { code, message } of what `load` of the named kind rejects with. */
export function failureOf(page, kind, source, options = {}) {
  return page.evaluate(
    async ([name, from, given]) => {
      try {
        await globalThis.tsugi[name].load(from, given);
        return { code: 'none', message: 'it loaded' };
      } catch (error) {
        const isTyped = error instanceof globalThis.tsugi.TsugiError;
        return { code: isTyped ? error.code : 'untyped', message: error.message };
      }
    },
    [kind, source, options],
  );
}
