// Arguments as they come: of another realm, behind a proxy, wrong. Whatever it is, the answer is a
// result or a TsugiError.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import {
  bytes,
  fails,
  folder,
  modelPath,
  Recommender,
  server,
  sri,
  TsugiError,
  withSession,
} from './node_package.mjs';
import { join, runOk } from './packed_package.mjs';

const inRealm = (code, values = {}) => runInNewContext(code, values);
const foreignBytes = () => inRealm('Uint8Array.from(list)', { list: [...bytes] });
/** Deep, as Vue's: what it hands out is a proxy as well. */
const reactive = (target) =>
  new Proxy(target, {
    get(object, key, receiver) {
      const value = Reflect.get(object, key, receiver);
      const isPlain = /Object|Array/.test(Object.prototype.toString.call(value));
      return isPlain ? reactive(value) : value;
    },
  });

describe('values of another realm', () => {
  const sources = {
    bytes: foreignBytes,
    'an ArrayBuffer': () => foreignBytes().buffer,
    'a DataView': () => inRealm('new DataView(array.buffer)', { array: foreignBytes() }),
    'a stream of foreign bytes': () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(foreignBytes());
          controller.close();
        },
      }),
    'a Blob without stream(), as that of jsdom': () => {
      const blob = new Blob([bytes]);
      Object.defineProperty(blob, 'stream', { value: undefined });
      globalThis.FileReader ??= class {
        readAsArrayBuffer = async (from) => {
          this.result = await from.arrayBuffer();
          this.onload();
        };
      };
      return blob;
    },
    'a URL of another class': () => ({
      href: `file://${modelPath}`,
      [Symbol.toStringTag]: 'URL',
      toString: () => `file://${modelPath}`,
    }),
    'a Response whose body is no web stream': () =>
      Object.defineProperty(new Response(bytes), 'body', { value: { pipe() {} } }),
  };
  for (const [name, make] of Object.entries(sources)) {
    test(`${name} makes the model`, async () => {
      const model = await Recommender.load(make(), { integrity: sri(bytes) });
      assert.equal(model.info.modelBytes, bytes.length);
      model.dispose();
    });
  }
  test('the engine as foreign bytes and as a foreign Module', async () => {
    const { readFileSync } = await import('node:fs');
    const wasm = [...readFileSync(join(folder, 'node_modules/tsugi/wasm/tsugi.simd.wasm'))];
    for (const code of ['Uint8Array.from(wasm)', 'new WebAssembly.Module(Uint8Array.from(wasm))']) {
      const model = await Recommender.load(bytes, { wasm: inRealm(code, { wasm }) });
      assert.equal(model.info.build, 'custom');
      model.dispose();
    }
  });
  test('a signal of another class stops a load, also one that fetch does not take', async () => {
    const target = new EventTarget();
    const signal = {
      aborted: false,
      reason: undefined,
      addEventListener: (...args) => target.addEventListener(...args),
      removeEventListener: (...args) => target.removeEventListener(...args),
    };
    (await Recommender.load(`${server.url}/model.tsugi`, { signal })).dispose();
    setTimeout(() => {
      Object.assign(signal, { aborted: true, reason: new Error('why') });
      target.dispatchEvent(new Event('abort'));
    }, 50);
    await fails('aborted', /why/, () =>
      Recommender.load(`${server.url}/slow/model.tsugi`, { signal }),
    );
  });
  test('times, options, lists and saved sessions', () =>
    withSession((session, model) => {
      const [{ id }] = model.items();
      const time = inRealm('new Date(1e12)');
      session.push(inRealm('[{ item, time }]', { item: id, time }));
      const options = inRealm('({ k: 2, exclude: [id], filter: { genres: ["Drama"] } })', { id });
      delete options.filter;
      const list = session.recommend(options);
      const saved = inRealm('Uint8Array.from(saved)', { saved: [...session.save()] });
      assert.deepEqual(model.restore(saved).recommend(options), list);
      assert.deepEqual(model.restore(saved.buffer).recommend(options), list);
    }));
});

describe('proxies', () => {
  test('around a model and a session work as the objects themselves', () =>
    withSession((session, model) => {
      for (const wrap of [(value) => new Proxy(value, {}), reactive]) {
        const proxy = wrap(model).session();
        const wrapped = wrap(session);
        const [{ id }] = wrap(model).items({ count: 1 });
        wrapped.push(id);
        proxy.push(wrap([{ item: id }]));
        const options = wrap({ k: 3, exclude: [id], seen: 'keep' });
        assert.deepEqual(wrapped.recommend(options), proxy.recommend(options));
        wrap(model).restore(wrapped.save()).dispose();
        assert.equal(wrapped.rollback(), 0);
        wrap(proxy).dispose();
      }
    }));
  test('are not made by libraries that ask for the kind of an object, as Vue does', () =>
    withSession((session, model) => {
      const kind = (value) => Object.prototype.toString.call(value);
      assert.deepEqual([kind(session), kind(model)], ['[object Session]', '[object Recommender]']);
    }));
  test('of what a load takes say so', () =>
    fails('invalid_argument', /source: .*not a proxy of one/, () =>
      Recommender.load(new Proxy(new Uint8Array(bytes), {})),
    ));
  test('spies can be put on methods', () =>
    withSession((session) => {
      session.recommend = () => 'spied';
      assert.equal(session.recommend(), 'spied');
    }));
});

describe('wrong arguments', () => {
  const nothing = [
    undefined,
    null,
    7,
    Symbol('s'),
    10n,
    true,
    'x',
    [],
    {},
    new Set(),
    new Map(),
    () => 1,
  ];
  const hostile = [
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    ),
    {
      get k() {
        throw new Error('getter');
      },
    },
    {
      [Symbol.toPrimitive]() {
        throw new Error('primitive');
      },
    },
    Object.create(null),
  ];
  const verbs = {
    session: ['push', 'recommend', 'search', 'continue', 'imagine', 'rollback', 'intent', 'save'],
    model: ['item', 'items', 'addItems', 'restore', 'session', 'memoryBytes'],
  };
  test('of every verb are TsugiErrors that name it, or have an answer', () =>
    withSession((session, model) => {
      const objects = { session, model };
      for (const [name, methods] of Object.entries(verbs)) {
        for (const verb of methods) {
          for (const first of [...nothing, ...hostile]) {
            for (const args of [[first], [first, first], ['x', first]]) {
              try {
                objects[name][verb](...args);
              } catch (error) {
                assert.ok(error instanceof TsugiError, `${verb}: ${error.stack}`);
                assert.ok(error.message.startsWith(`${verb}: `), error.message);
              }
            }
          }
        }
      }
    }, 'semantic_i8'));
  test('of a constructor, or a method without its object, are TsugiErrors', async () => {
    const { Session } = await import(
      pathToFileURL(join(folder, 'node_modules/tsugi/dist/node.js'))
    );
    const made = /^new: use Recommender\.load\(\)/;
    for (const Class of [Session, Recommender]) {
      await fails('invalid_argument', made, () => new Class());
      for (const self of [undefined, null, {}, Class.prototype]) {
        await fails('invalid_argument', /^dispose: called on/, () =>
          Class.prototype.dispose.call(self),
        );
      }
    }
  });
  test('of a load are TsugiErrors', async () => {
    for (const wrong of [...nothing, ...hostile]) {
      const loads = [[wrong], [bytes, wrong]];
      for (const key of [
        'signal',
        'onProgress',
        'integrity',
        'cache',
        'memoryLimitBytes',
        'wasm',
      ]) {
        loads.push([bytes, { [key]: wrong }]);
      }
      for (const args of loads) {
        await Recommender.load(...args).then(
          (model) => model.dispose(),
          (error) => assert.ok(error instanceof TsugiError, error.stack),
        );
      }
    }
    const loaded = [await Recommender.load(bytes, { signal: null }), await Recommender.load(bytes)];
    for (const model of loaded) model.dispose();
    await fails('invalid_argument', /load: cache: 5, expected/, () =>
      Recommender.load(bytes, { cache: 5 }),
    );
    await fails('invalid_argument', /load: signal: /, () =>
      Recommender.load(bytes, { signal: {} }),
    );
  });
  test('that were transferred elsewhere say so', async () => {
    const gone = () => {
      const copy = new Uint8Array(bytes);
      structuredClone(copy.buffer, { transfer: [copy.buffer] });
      return copy;
    };
    await fails('invalid_argument', /detached/, () => Recommender.load(gone()));
    await fails('invalid_argument', /detached/, () => Recommender.load(gone().buffer));
    await fails('invalid_argument', /detached/, () => Recommender.load(bytes, { wasm: gone() }));
    await withSession((session, model) =>
      fails('invalid_argument', /restore: .*detached/, () => model.restore(gone())),
    );
    const late = new Uint8Array(bytes);
    const load = Recommender.load(late);
    structuredClone(late.buffer, { transfer: [late.buffer] });
    await fails('invalid_argument', /transferred/, () => load);
  });
  test('that somebody else reads say so', async () => {
    const response = new Response(bytes);
    response.body.getReader();
    await fails('invalid_argument', /already has a reader/, () => Recommender.load(response));
    const stream = new Blob([bytes]).stream();
    const load = Recommender.load(stream);
    stream.getReader();
    await fails('invalid_argument', /already has a reader/, () => load);
  });
  test('have bounds in their messages, and methods want their object', () =>
    withSession(async (session) => {
      const { recommend } = session;
      const cases = [
        [
          () => session.recommend({ k: 2 ** 31 }),
          /^recommend: k: 2147483648, expected 1 to 2147483647/,
        ],
        [() => session.continue({ n: 1e6 }), /^continue: n: 1000000, expected 1 to 100000/],
        [() => session.search(), /^search: query: undefined, expected words/],
        [() => session.search({ query: 'x' }), /^search: query: Object, expected words/],
        [
          () => session.push({ item: 'x', time: 1_700_000_000 }),
          /looks like seconds\. Try: 1700000000000/,
        ],
        [() => session.push({ item: 'x', time: new Date(1_700_000_000) }), /looks like seconds/],
        [
          () => session.push({ item: 'x', time: 1e15 }),
          /push: time: 1000000000000000, .*years 1 to 9999/,
        ],
        [() => session.push({ item: 'x', action: 5 }), /push: action: 5, expected a string/],
        [() => recommend(), /recommend: called on undefined, expected its session/],
      ];
      for (const [action, words] of cases) await fails('invalid_argument', words, action);
      await fails('out_of_range', /^rollback: /, () => session.rollback(3));
    }));
});

test('errors of every entry are errors of each', () => {
  const script = `
    const [{ TsugiError }, inline, worker] = await Promise.all(
      ['tsugi', 'tsugi/inline', 'tsugi/worker'].map((name) => import(name)));
    const error = await inline.Recommender.load(7).catch((cause) => cause);
    class Mine extends TsugiError {}
    console.log(error instanceof TsugiError, error instanceof worker.TsugiError, error instanceof Mine,
      new Mine('internal', 'x') instanceof TsugiError, {} instanceof TsugiError, null instanceof TsugiError);
    console.log(error.stack.split('\\n')[0], TsugiError.name);`;
  const output = runOk(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
  assert.match(
    output,
    /^true true false true false false\nTsugiError: load: source: 7.* TsugiError\n$/,
  );
});

test('is imported where there is no text decoder yet, as in jest with jsdom', () => {
  const script = `
    const { TextDecoder, TextEncoder, FinalizationRegistry } = globalThis;
    for (const name of ['TextDecoder', 'TextEncoder', 'FinalizationRegistry']) delete globalThis[name];
    const { Recommender, TsugiError } = await import('tsugi/inline');
    const { code } = await Recommender.load(bytes).catch((error) => error);
    Object.assign(globalThis, { TextDecoder, TextEncoder });
    const model = await Recommender.load(bytes);
    console.log(code, model.session().recommend().length > 0);`;
  const given = `const bytes = (await import('node:fs')).readFileSync(${JSON.stringify(modelPath)});`;
  const output = runOk(process.execPath, ['--input-type=module', '-e', given + script], {
    cwd: folder,
  });
  assert.match(output, /^\w+ true\n$/);
});
