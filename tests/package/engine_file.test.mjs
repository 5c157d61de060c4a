// Which WebAssembly file runs, and what happens when it crashes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { bytes, fails, folder, modelPath, Recommender, server } from './node_package.mjs';
import { join, run, runOk } from './packed_package.mjs';

describe('the engine file', () => {
  const load = (wasm) => () => Recommender.load(bytes, { wasm });
  const wasmPath = join(folder, 'node_modules/tsugi/wasm/tsugi.simd.wasm');
  const wasm = readFileSync(wasmPath);
  test('may be given as address, path, bytes, Response, Module, or per build', async () => {
    const given = [
      `${server.url}/tsugi.simd.wasm`,
      `${server.url}/mime/tsugi.simd.wasm`,
      wasmPath,
      new Uint8Array(wasm),
      await fetch(`${server.url}/tsugi.simd.wasm`),
      new WebAssembly.Module(wasm),
    ];
    for (const source of given) {
      const model = await load(source)();
      assert.equal(model.info.build, 'custom');
      model.dispose();
    }
    const model = await load({ simd128: wasmPath })();
    assert.equal(model.info.build, 'simd128');
    model.dispose();
  });
  test('that is a page, missing, empty or something else is told', async () => {
    await fails(
      'engine_unavailable',
      /got text\/html for .*html\/tsugi\.simd\.wasm/,
      load(`${server.url}/html/tsugi.simd.wasm`),
    );
    await fails(
      'engine_unavailable',
      /missing\.wasm: HTTP 404.*option 'wasm'/,
      load(`${server.url}/missing.wasm`),
    );
    await fails('engine_unavailable', /begins with/, load(new Uint8Array(8)));
    await fails('engine_unavailable', /could not be compiled/, load(wasm.subarray(0, 1000)));
    await fails(
      'engine_unavailable',
      /it is not tsugi/,
      load(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)),
    );
    await fails('engine_unavailable', /ended early/, load(`${server.url}/cut/tsugi.simd.wasm`));
    await fails('invalid_argument', /wasm: 7/, load(7));
    await fails('invalid_argument', /unknown option 'simd'.*simd128/, load({ simd: wasmPath }));
  });
  test('is fetched again after a failure, and once for all models', async () => {
    const address = `${server.url}/once/tsugi.simd.wasm`;
    server.set({ isDown: true });
    await fails('engine_unavailable', /no answer/, load(address));
    server.set({ isDown: false });
    const before = server.requests.length;
    const models = await Promise.all([load(address)(), load(address)(), load(address)()]);
    assert.equal(server.requests.length, before + 1);
    for (const model of models) model.dispose();
  });
});
describe('a crash of the engine', () => {
  /** The next model's `name` traps when `isArmed()`. */
  async function withTrap(name, action) {
    const { instantiate } = WebAssembly;
    const state = { isArmed: false };
    WebAssembly.instantiate = async (...args) => {
      const { exports } = await instantiate(...args);
      const trap = () => {
        throw new WebAssembly.RuntimeError('unreachable');
      };
      return {
        exports: {
          ...exports,
          [name]: (...values) => (state.isArmed ? trap() : exports[name](...values)),
        },
      };
    };
    try {
      await action(state);
    } finally {
      WebAssembly.instantiate = instantiate;
    }
  }
  test('closes its model for good, and no other', () =>
    withTrap('tsugi_session_recommend', async (state) => {
      const [model, other] = [await Recommender.load(bytes), await Recommender.load(bytes)];
      const session = model.session();
      state.isArmed = true;
      await fails(
        'engine_trapped',
        /crashed in tsugi_session_recommend: unreachable; load the model again/,
        () => session.recommend(),
      );
      state.isArmed = false;
      await fails('engine_trapped', /./, () => session.recommend());
      await fails('engine_trapped', /./, () => model.session());
      session.dispose();
      model.dispose();
      assert.ok(other.session().recommend().length > 0);
      other.dispose();
    }));
  test('while loading rejects the load', () =>
    withTrap('tsugi_recommender_create', async (state) => {
      state.isArmed = true;
      await fails('engine_trapped', /./, () => Recommender.load(bytes));
    }));
});
test('no memory for a session is told with what gives some back', async () => {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const { exports } = await instantiate(...args);
    return { exports: { ...exports, tsugi_session_create: () => 70 } };
  };
  try {
    const model = await Recommender.load(bytes);
    const make = () => model.session();
    await fails(
      'out_of_memory',
      /^session: .*dispose\(\) unused sessions/,
      make,
    );
    model.dispose();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
});
test('the worker entry loads in Node and says what to use instead', async () => {
  const script = `
    const { Recommender } = await import('tsugi/worker');
    await Recommender.load('/model.tsugi').catch(({ code, message }) => console.log(code, message));`;
  const output = runOk(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
  assert.match(output, /^unsupported .*in Node.* import 'tsugi'/);
});

test('the inline entry runs in Node as well', async () => {
  const script = `
    const { Recommender } = await import('tsugi/inline');
    const { readFileSync } = await import('node:fs');
    const model = await Recommender.load(readFileSync(${JSON.stringify(modelPath)}));
    console.log(model.info.build, model.session().recommend().length > 0);
    await Recommender.load('/no/base').catch(({ code }) => console.log(code));`;
  const output = runOk(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
  assert.match(output, /^simd128 true\ninvalid_argument/);
});
describe('the relaxed build', () => {
  test('runs where Node has relaxed SIMD, and ranks as SIMD128 does', async (context) => {
    const script = `
      const { Recommender } = await import('tsugi');
      const model = await Recommender.load(${JSON.stringify(modelPath)});
      const session = model.session();
      session.push(model.items().map(({ id }) => id));
      console.log(JSON.stringify([model.info.build, session.recommend({ seen: 'keep' })]));`;
    const runWith = (...flags) => {
      const args = [...flags, '--input-type=module', '-e', script];
      return JSON.parse(runOk(process.execPath, args, { cwd: folder }));
    };
    const flag = '--experimental-wasm-relaxed-simd';
    if (run(process.execPath, [flag, '-e', '']).status !== 0) return context.skip(`no ${flag}`);
    const [build, list] = runWith(flag);
    assert.equal(build, 'relaxed');
    const [, expected] = runWith();
    assert.deepEqual(
      list.map(({ item }) => item),
      expected.map(({ item }) => item),
    );
    list.forEach(({ score }, i) => assert.ok(Math.abs(score - expected[i].score) < 1e-4));
  });
});
