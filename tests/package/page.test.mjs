// A plain page in Chromium, straight from node_modules: policies, caches, workers, and what goes
// wrong there.
import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import {
  expectLists,
  failureOf,
  ISOLATION,
  onPage,
  PAGE,
  PAGE_SCRIPT,
  STRICT_CSP,
} from './browser.mjs';
import { checkLists, GOLDEN_MODELS, listsOf, readGolden } from './golden_lists.mjs';
import { consumer, goldenModel, join, write } from './packed_package.mjs';
import { startServer } from './test_server.mjs';

const folder = consumer();
const installed = join(folder, 'node_modules/tsugi');
const modelPath = goldenModel('gated_i8');
const script = (dist) =>
  PAGE_SCRIPT.replace("'tsugi'", `'${dist}/web.js'`).replace(
    "'tsugi/worker'",
    `'${dist}/worker_client.js'`,
  );

/** A page whose package has another worker. */
function addPackage(name, worker) {
  cpSync(installed, join(folder, name), { recursive: true });
  cpSync(join(installed, 'dist/worker.js'), join(folder, name, 'dist/real_worker.js'));
  write(folder, {
    [`${name}/dist/worker.js`]: worker,
    [`${name}.html`]: PAGE.replace('SCRIPT', `${name}.js`),
    [`${name}.js`]: script(`./${name}/dist`),
  });
}

let server;
let address;
before(async () => {
  write(folder, {
    'index.html': PAGE.replace('SCRIPT', 'page.js'),
    'page.js': script('./node_modules/tsugi/dist'),
  });
  addPackage('no_worker', 'throw new Error("broken on purpose");');
  addPackage('trapping', `import './patch.js';\nimport './real_worker.js';`);
  write(folder, {
    'trapping/dist/patch.js': `
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...args) => {
      const { exports } = await instantiate(...args);
      return { exports: { ...exports, tsugi_session_save() { throw new WebAssembly.RuntimeError('unreachable'); } } };
    };`,
  });
  server = await startServer({
    folder,
    files: {
      'model.tsugi': modelPath,
      ...Object.fromEntries(GOLDEN_MODELS.map((name) => [`${name}.tsugi`, goldenModel(name)])),
    },
  });
  address = server.url;
});
after(() => server.close());

describe('policies', () => {
  const headers = {
    'without headers': {},
    'a strict content security policy': { 'content-security-policy': STRICT_CSP },
    'cross-origin isolation': ISOLATION,
  };
  for (const [name, given] of Object.entries(headers)) {
    test(`${name}: lists with and without a worker, by the relaxed build`, async () => {
      server.set({ headers: given });
      await onPage(address, async (page, errors) => {
        assert.equal(await page.evaluate(() => crossOriginIsolated), given === ISOLATION);
        assert.equal(await expectLists(page, '/model.tsugi'), 'relaxed');
        assert.deepEqual(errors, []);
      });
      server.set({ headers: {} });
    });
  }
  test('a policy without wasm-unsafe-eval is named in the error', async () => {
    server.set({
      headers: { 'content-security-policy': STRICT_CSP.replace(" 'wasm-unsafe-eval'", '') },
    });
    await onPage(address, async (page) => {
      const { code, message } = await failureOf(page, 'Recommender', '/model.tsugi');
      assert.equal(code, 'engine_unavailable', message);
      assert.match(message, /unsafe-eval/);
    });
    server.set({ headers: {} });
  });
  test('a policy without workers is named in the error', async () => {
    server.set({
      headers: {
        'content-security-policy': STRICT_CSP.replace("worker-src 'self'", "worker-src 'none'"),
      },
    });
    await onPage(address, async (page) => {
      assert.equal(
        (await failureOf(page, 'WorkerRecommender', '/model.tsugi')).code,
        'worker_failed',
      );
    });
    server.set({ headers: {} });
  });
});

describe('what comes back instead', () => {
  const cases = [
    [
      'a page for the model',
      '/html/model.tsugi',
      {},
      'not_a_model',
      /got text\/html for http.*check the address/,
    ],
    ['nothing for the model', '/no/such.tsugi', {}, 'fetch_failed', /HTTP 404/],
    ['half a model', '/cut/model.tsugi', {}, 'fetch_failed', /ended early/],
    ['a damaged model', '/damaged/model.tsugi', {}, 'corrupt_model', /damaged\/model\.tsugi: /],
    [
      'another hash',
      '/model.tsugi',
      { integrity: `sha256-${'A'.repeat(43)}=` },
      'integrity_mismatch',
      /expected sha256-AAA/,
    ],
    [
      'a page for the engine',
      '/model.tsugi',
      { wasm: '/html/engine.wasm' },
      'engine_unavailable',
      /got text\/html/,
    ],
    ['a server that is not there', 'http://127.0.0.1:1/', {}, 'fetch_failed', /no answer/],
  ];
  for (const [name, source, options, code, words] of cases) {
    test(`${name}: ${code}, with and without a worker`, () =>
      onPage(address, async (page) => {
        for (const kind of ['Recommender', 'WorkerRecommender']) {
          const failure = await failureOf(page, kind, source, options);
          assert.equal(failure.code, code, failure.message);
          assert.match(failure.message, words);
        }
      }));
  }
  test('a page that calls itself application/wasm is told from the engine', () =>
    onPage(address, async (page) => {
      const message = await page.evaluate(async () => {
        const headers = { 'content-type': 'application/wasm' };
        const wasm = new Response('<!doctype html>', { headers });
        return globalThis.tsugi.Recommender.load('/model.tsugi', { wasm }).catch((e) => e.message);
      });
      assert.match(message, /got a web page for the Response.*<!doctype html>/);
    }));
  test('SIMD128 runs where the relaxed build is not to be had', () =>
    onPage(address, async (page) => {
      const build = await page.evaluate(async () => {
        const wasm = { relaxed: '/none.wasm', simd128: '/node_modules/tsugi/wasm/tsugi.simd.wasm' };
        return (await globalThis.tsugi.Recommender.load('/model.tsugi', { wasm })).info.build;
      });
      assert.equal(build, 'simd128');
    }));
  test('the engine with a wrong MIME type still compiles', () =>
    onPage(address, async (page) => {
      const build = await page.evaluate(async () => {
        const wasm = '/mime/node_modules/tsugi/wasm/tsugi.simd.wasm';
        const model = await globalThis.tsugi.Recommender.load('/model.tsugi', {
          wasm: { simd128: wasm },
        });
        return model.info.build;
      });
      assert.equal(build, 'simd128');
    }));
});

describe('golden cases in Chromium', () => {
  for (const name of GOLDEN_MODELS) {
    const golden = readGolden(name);
    test(`${name}: both builds give the same items, and scores within ${golden.tolerance}`, () =>
      onPage(address, async (page) => {
        const lists = {};
        for (const build of ['simd', 'relaxed']) {
          const wasm = `/node_modules/tsugi/wasm/tsugi.${build}.wasm`;
          const args = [`/${name}.tsugi`, { wasm }, golden.cases].map((arg) => JSON.stringify(arg));
          lists[build] = await page.evaluate(
            `(${listsOf})(globalThis.tsugi.Recommender, ${args.join(', ')})`,
          );
          checkLists(lists[build], golden);
        }
        assert.deepEqual(
          lists.simd.map((list) => list.map(({ item }) => item)),
          lists.relaxed.map((list) => list.map(({ item }) => item)),
        );
      }));
  }
});

describe('the worker', () => {
  test('dispose settles every call in flight', () =>
    onPage(address, async (page) => {
      const codes = await page.evaluate(async () => {
        const model = await globalThis.tsugi.WorkerRecommender.load('/model.tsugi');
        const session = await model.session();
        const calls = [session.recommend(), session.push('x'), model.items(), model.session()];
        model.dispose();
        model.dispose();
        calls.push(session.recommend(), model.session());
        return Promise.all(
          calls.map((call) =>
            call.then(
              () => 'resolved',
              (error) => error.code,
            ),
          ),
        );
      });
      assert.deepEqual(codes, Array(6).fill('disposed'));
    }));
  test('abort settles a load, whatever the server does', () =>
    onPage(address, async (page) => {
      const result = await page.evaluate(async () => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(new Error('why')), 100);
        const load = globalThis.tsugi.WorkerRecommender.load('/slow/model.tsugi', {
          signal: controller.signal,
        });
        return load.then(
          () => 'resolved',
          (error) => [error.code, error.name, error.cause.message],
        );
      });
      assert.deepEqual(result, ['aborted', 'AbortError', 'why']);
    }));
  test('progress and typed errors cross; both stacks are told', () =>
    onPage(address, async (page) => {
      const { phases, code, message, stack } = await page.evaluate(async () => {
        const steps = [];
        const model = await globalThis.tsugi.WorkerRecommender.load('/model.tsugi', {
          onProgress: (step) => steps.push(step.phase),
        });
        const session = await model.session();
        const error = await session.recommend({ k: 0 }).catch((cause) => cause);
        return {
          phases: [...new Set(steps)],
          code: error.code,
          message: error.message,
          stack: error.stack,
        };
      });
      assert.deepEqual(phases, ['engine', 'model', 'ready']);
      assert.equal(code, 'invalid_argument');
      assert.match(message, /recommend: k: 0/);
      assert.match(stack, /in the worker: /);
    }));
  test('takes Blobs, bytes, streams and Responses; bytes stay with the caller', () =>
    onPage(address, async (page) => {
      const lengths = await page.evaluate(async () => {
        const bytes = new Uint8Array(await (await fetch('/model.tsugi')).arrayBuffer());
        const sources = [
          bytes,
          bytes.buffer,
          new Blob([bytes]),
          new Blob([bytes]).stream(),
          await fetch('/model.tsugi'),
          new URL('/model.tsugi', location.href),
        ];
        for (const source of sources)
          (await globalThis.tsugi.WorkerRecommender.load(source)).dispose();
        return bytes.length;
      });
      assert.equal(lengths, readFileSync(modelPath).length);
    }));
  test('types every error of a source', () =>
    onPage(address, async (page) => {
      const codes = await page.evaluate(async () => {
        const used = await fetch('/model.tsugi');
        await used.arrayBuffer();
        const broken = new ReadableStream({
          start: (controller) => controller.error(new Error('gone')),
        });
        const loads = [
          [used],
          [broken],
          ['http://['],
          [7],
          ['/model.tsugi', { wasm: null }],
          ['/model.tsugi', { integrit: '' }],
          [
            '/model.tsugi',
            {
              onProgress() {
                throw new Error('mine');
              },
            },
          ],
        ];
        const codeOf = (error) =>
          error instanceof globalThis.tsugi.TsugiError ? error.code : String(error);
        return Promise.all(
          loads.map((load) =>
            globalThis.tsugi.WorkerRecommender.load(...load).then(() => 'loaded', codeOf),
          ),
        );
      });
      assert.deepEqual(codes, [
        'fetch_failed',
        'fetch_failed',
        ...Array(5).fill('invalid_argument'),
      ]);
    }));
  test('refuses a function as filter, with what to do instead', () =>
    onPage(address, async (page) => {
      const error = await page.evaluate(async () => {
        const session = await (
          await globalThis.tsugi.WorkerRecommender.load('/model.tsugi')
        ).session();
        return session
          .recommend({ filter: () => true })
          .catch(({ code, message }) => ({ code, message }));
      });
      assert.equal(error.code, 'invalid_argument');
      assert.match(error.message, /cloned\. Try: an object as filter, not a function/);
    }));
  test('that cannot start rejects the load', () =>
    onPage(`${address}/no_worker.html`, async (page) => {
      const { code, message } = await failureOf(page, 'WorkerRecommender', '/model.tsugi');
      assert.equal(code, 'worker_failed', message);
      assert.match(message, /broken on purpose|could not be loaded/);
    }));
  test('that crashes rejects every call, and the next load has a new one', () =>
    onPage(`${address}/trapping.html`, async (page) => {
      const codes = await page.evaluate(async () => {
        const { WorkerRecommender } = globalThis.tsugi;
        const other = await WorkerRecommender.load('/model.tsugi');
        const model = await WorkerRecommender.load('/model.tsugi');
        const session = await model.session();
        const calls = [session.save(), session.recommend()];
        const results = await Promise.all(
          calls.map((call) =>
            call.then(
              () => 'resolved',
              (error) => error.code,
            ),
          ),
        );
        results.push(await session.recommend().catch((error) => error.code));
        results.push((await (await other.session()).recommend()).length >= 0);
        const next = await WorkerRecommender.load('/model.tsugi');
        results.push((await (await next.session()).recommend()).length >= 0);
        return results;
      });
      assert.deepEqual(codes, ['engine_trapped', 'engine_trapped', 'engine_trapped', true, true]);
    }));
});

test('two models on one page live and die apart, and nothing is fetched after loading', () =>
  onPage(address, async (page) => {
    const lengths = await page.evaluate(async () => {
      const { Recommender } = globalThis.tsugi;
      const [a, b] = await Promise.all([
        Recommender.load('/model.tsugi'),
        Recommender.load('/model.tsugi'),
      ]);
      globalThis.fetch = () => {
        throw new Error('fetch was called');
      };
      a.dispose();
      const session = b.session();
      session.push(b.items({ count: 1 })[0].id);
      return [session.recommend({ seen: 'keep' }).length, session.save().length > 0];
    });
    assert.ok(lengths[0] > 0 && lengths[1]);
  }));
