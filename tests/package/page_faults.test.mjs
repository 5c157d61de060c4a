// A page on bad days: caches that fail, servers that answer wrongly, policies, streams that do not end.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { failureOf, onPage, PAGE, PAGE_SCRIPT, STRICT_CSP } from './browser.mjs';
import { consumer, goldenModel, write } from './packed_package.mjs';
import { startServer } from './test_server.mjs';

const folder = consumer();
const modelPath = goldenModel('gated_i8');
const bytes = readFileSync(modelPath);
const integrity = `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
const script = PAGE_SCRIPT.replace("'tsugi'", "'./node_modules/tsugi/dist/web.js'").replace(
  "'tsugi/worker'",
  "'./node_modules/tsugi/dist/worker_client.js'",
);
let server;
let address;
before(async () => {
  write(folder, { 'index.html': PAGE.replace('SCRIPT', 'page.js'), 'page.js': script });
  const files = { 'other.tsugi': goldenModel('gated_f32') };
  for (let i = 0; i < 7; ++i) files[`model${i || ''}.tsugi`] = modelPath;
  server = await startServer({ folder, files });
  address = server.url;
});
afterEach(() => server.set({ isDown: false, fault: undefined, headers: {} }));
after(() => server.close());

describe('the cache', () => {
  const load = (page, options, source = '/model.tsugi') =>
    page.evaluate(
      async ([given, from]) => {
        const model = await globalThis.tsugi.Recommender.load(from, given);
        model.dispose();
        return globalThis.caches
          .open('tsugi')
          .then((cache) => cache.keys())
          .then((keys) => keys.length);
      },
      [options, source],
    );
  /** Until the copy is written, which a load does not wait for. */
  const kept = (page) =>
    page.waitForFunction(async () => (await (await caches.open('tsugi')).keys()).length > 0);
  const modelRequests = () => server.requests.filter((path) => path === '/model.tsugi').length;

  test('with a hash a kept copy needs no server', () =>
    onPage(address, async (page) => {
      await load(page, { cache: true, integrity });
      await kept(page);
      const before = modelRequests();
      await load(page, { cache: true, integrity });
      assert.equal(modelRequests(), before);
    }));
  test('without a hash the server is asked, and the copy is for its absence', () =>
    onPage(address, async (page) => {
      await load(page, { cache: true });
      await kept(page);
      const before = modelRequests();
      await load(page, { cache: true });
      assert.equal(modelRequests(), before + 1);
      server.set({ isDown: true });
      try {
        await load(page, { cache: true });
        assert.equal((await failureOf(page, 'Recommender', '/model.tsugi')).code, 'fetch_failed');
      } finally {
        server.set({ isDown: false });
      }
    }));
  test('a kept copy that went bad is replaced', () =>
    onPage(address, async (page) => {
      await load(page, { cache: true, integrity });
      await kept(page);
      await page.evaluate(async () => {
        const cache = await caches.open('tsugi');
        for (const request of await cache.keys()) await cache.put(request, new Response('spoilt'));
      });
      await load(page, { cache: true, integrity });
    }));
  test('only the newest copy of an address stays', () =>
    onPage(address, async (page) => {
      await load(page, { cache: true });
      await kept(page);
      await load(page, { cache: true, integrity });
      await page.waitForFunction(async () => {
        const keys = await (await caches.open('tsugi')).keys();
        return keys.length === 1 && keys[0].url.includes('tsugi-integrity');
      });
    }));
  test('a full or forbidden storage does not matter', () =>
    onPage(address, async (page) => {
      await page.evaluate(() => {
        Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
      });
      assert.equal(await load(page, { cache: true, integrity }), 0);
      await page.evaluate(() => {
        CacheStorage.prototype.open = () => Promise.reject(new DOMException('no', 'SecurityError'));
      });
      const { code } = await failureOf(page, 'Recommender', '/model.tsugi', {
        cache: true,
        integrity,
      });
      assert.equal(code, 'none');
    }));
  /** Until nothing more is written: loads do not wait for that. */
  const settled = async (page, count) =>
    page.waitForFunction(
      async (wanted) => (await (await caches.open('tsugi')).keys()).length === wanted,
      count,
    );

  test('answers a kept copy for a damaged or broken answer, which never replaces it', () =>
    onPage(address, async (page) => {
      await load(page, { cache: true });
      await kept(page);
      for (const fault of ['html', 'cut', 'damaged', '502', '503', '504']) {
        server.set({ fault });
        await load(page, { cache: true });
      }
      for (const fault of ['403', '404', '500']) {
        server.set({ fault });
        const failure = await failureOf(page, 'Recommender', '/model.tsugi', { cache: true });
        assert.equal(failure.code, 'fetch_failed');
        assert.match(failure.message, new RegExp(`HTTP ${fault}`));
      }
      server.set({ fault: undefined, isDown: true });
      await load(page, { cache: true });
    }));
  test('with a hash the hash is the key: signed addresses share a copy', () =>
    onPage(address, async (page) => {
      const asked = () => server.requests.filter((path) => path.endsWith('.tsugi')).length;
      const before = asked();
      for (let i = 0; i < 5; ++i) {
        await load(page, { cache: true, integrity }, `/model.tsugi?signature=${i}`);
        await settled(page, 1);
      }
      const unpadded = integrity.replace(/=*$/, '').replaceAll('+', '-').replaceAll('/', '_');
      await load(page, { cache: true, integrity: unpadded }, '/model1.tsugi');
      assert.equal(asked(), before + 1);
    }));
  test('a copy is kept again after a damaged one', () =>
    onPage(address, async (page) => {
      await load(page, { cache: true, integrity });
      await settled(page, 1);
      await page.evaluate(async () => {
        const cache = await caches.open('tsugi');
        for (const request of await cache.keys()) await cache.put(request, new Response('spoilt'));
      });
      await load(page, { cache: true, integrity });
      await page.waitForFunction(async () => {
        const cache = await caches.open('tsugi');
        const [copy] = await cache.matchAll();
        return copy !== undefined && (await copy.arrayBuffer()).byteLength > 100;
      });
    }));
  test('the newest four stay, and what is not ours', () =>
    onPage(address, async (page) => {
      await page.evaluate(async () => (await caches.open('tsugi')).put('/own', new Response('x')));
      for (let i = 0; i < 7; ++i) {
        await load(page, { cache: true }, `/model${i || ''}.tsugi`);
        await settled(page, 1 + Math.min(i + 1, 4));
      }
      // The oldest goes after the newest has come, so there may be six for a moment.
      await page.waitForFunction(async () => {
        const keys = await (await caches.open('tsugi')).keys();
        const names = keys.map(({ url }) => new URL(url).pathname.replace(/\D/g, ''));
        return names.join() === ',3,4,5,6';
      });
    }));
  test('a full storage lets the older copy go first', () =>
    onPage(address, async (page) => {
      await load(page, { cache: true });
      await settled(page, 1);
      await page.evaluate(() => {
        const { put } = Cache.prototype;
        Cache.prototype.put = async function (...args) {
          const isFull = (await this.keys()).length > 0;
          if (isFull) throw new DOMException('full', 'QuotaExceededError');
          return put.apply(this, args);
        };
      });
      await load(page, { cache: true, integrity });
      await page.waitForFunction(async () => {
        const keys = await (await caches.open('tsugi')).keys();
        return keys.length === 1 && keys[0].url.includes('tsugi-integrity');
      });
    }));
  test('a cache that never answers holds nothing up, and no signal', () =>
    onPage(address, async (page) => {
      await page.evaluate(() => {
        CacheStorage.prototype.open = () => new Promise(() => {});
      });
      const code = await page.evaluate(
        async (given) => {
          const signal = AbortSignal.timeout(100);
          const load = globalThis.tsugi.Recommender.load('/model.tsugi', { ...given, signal });
          return load.catch((error) => error.code);
        },
        { cache: true, integrity },
      );
      assert.equal(code, 'aborted');
      const failure = await failureOf(page, 'Recommender', '/model.tsugi', {
        cache: true,
        integrity,
      });
      assert.equal(failure.code, 'none', failure.message);
    }));
});

describe('the worker', () => {
  test('stops a stream that is no model, or longer than its header says, and cancels it', () =>
    onPage(address, async (page) => {
      const results = await page.evaluate(async () => {
        const model = new Uint8Array(await (await fetch('/model.tsugi')).arrayBuffer());
        const newer = model.slice(0, 64);
        newer[8] = 99;
        const run = async (first, signal, wrap) => {
          let taken = 0;
          let isCancelled = false;
          const stream = new ReadableStream(
            {
              pull(controller) {
                const chunk = taken === 0 ? first : new Uint8Array(1 << 16);
                taken += chunk.length;
                if (taken > 1 << 26) controller.close();
                else
                  return new Promise((resolve) => setTimeout(resolve, 1)).then(() =>
                    controller.enqueue(chunk),
                  );
              },
              cancel() {
                isCancelled = true;
              },
            },
            { highWaterMark: 0 },
          );
          const load = globalThis.tsugi.WorkerRecommender.load(wrap(stream), { signal });
          const code = await load.then(
            () => 'loaded',
            (error) => error.code,
          );
          await new Promise((resolve) => setTimeout(resolve, 20));
          return [code, isCancelled, taken < 1 << 22];
        };
        const answers = [];
        for (const wrap of [(stream) => stream, (stream) => new Response(stream)]) {
          answers.push(await run(new Uint8Array(100), undefined, wrap));
          answers.push(await run(model, undefined, wrap));
          answers.push(await run(newer, undefined, wrap));
          const header = model.slice(0, 64);
          new DataView(header.buffer).setBigUint64(40, 1n << 30n, true);
          answers.push(await run(header, AbortSignal.timeout(30), wrap));
        }
        return answers;
      });
      const expected = ['not_a_model', 'corrupt_model', 'version_too_new', 'aborted'];
      assert.deepEqual(
        results,
        [...expected, ...expected].map((code) => [code, true, true]),
      );
    }));
  test('takes arguments behind proxies, and says what cannot be sent', () =>
    onPage(address, async (page) => {
      const results = await page.evaluate(async () => {
        const reactive = (target) =>
          new Proxy(target, {
            get(object, key, receiver) {
              const value = Reflect.get(object, key, receiver);
              return /Object|Array/.test(Object.prototype.toString.call(value))
                ? reactive(value)
                : value;
            },
          });
        const model = reactive(await globalThis.tsugi.WorkerRecommender.load('/model.tsugi'));
        const session = reactive(await model.session());
        const [first] = await model.items({ count: 1 });
        await session.push(reactive([{ item: first.id, time: new Date() }]));
        const list = await session.recommend(reactive({ k: 3, seen: 'keep', exclude: [first.id] }));
        const codes = [];
        for (const wrong of [{ filter: () => true }, { k: Symbol('k') }]) {
          codes.push(
            await session.recommend(wrong).catch(({ code, message }) => `${code} ${message}`),
          );
        }
        const gone = await session.save();
        structuredClone(gone.buffer, { transfer: [gone.buffer] });
        codes.push(await model.restore(gone).catch(({ code, message }) => `${code} ${message}`));
        const { recommend } = session;
        codes.push(await recommend().catch(({ code, message }) => `${code} ${message}`));
        return [list.length, ...codes];
      });
      const [length, ...failures] = results;
      assert.equal(length, 3);
      assert.match(
        failures[0],
        /^invalid_argument recommend: .*cloned\. Try: an object as filter, not a function/,
      );
      for (const failure of failures)
        assert.match(failure, /^invalid_argument (recommend|restore): /);
    }));
  test('under Trusted Types needs a policy, and the message names it; a page without a worker does not', async () => {
    server.set({
      headers: { 'content-security-policy': `${STRICT_CSP}; require-trusted-types-for 'script'` },
    });
    await onPage(address, async (page) => {
      assert.equal((await failureOf(page, 'Recommender', '/model.tsugi')).code, 'none');
      const failure = await failureOf(page, 'WorkerRecommender', '/model.tsugi');
      assert.equal(failure.code, 'worker_failed');
      assert.match(failure.message, /Trusted Types policy named 'default'/);
      await page.evaluate(() => {
        globalThis.trustedTypes.createPolicy('default', { createScriptURL: (url) => url });
      });
      assert.equal((await failureOf(page, 'WorkerRecommender', '/model.tsugi')).code, 'none');
    });
  });
});

test('another origin that does not allow the page is told with what it takes', async () => {
  const other = await startServer({ folder, files: { 'model.tsugi': modelPath } });
  try {
    await onPage(address, async (page) => {
      for (const kind of ['Recommender', 'WorkerRecommender']) {
        const failure = await failureOf(page, kind, `${other.url}/model.tsugi`);
        assert.equal(failure.code, 'fetch_failed');
        assert.match(failure.message, /no answer for .*must allow this page by CORS/);
      }
    });
  } finally {
    await other.close();
  }
});
