// The package in Node, installed from its tarball: loading, sessions, and everything that can go
// wrong.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { checkLists, GOLDEN_MODELS, listsOf, readGolden } from './golden_lists.mjs';
import { consumer, goldenModel, join, run, runOk } from './packed_package.mjs';
import { startServer } from './test_server.mjs';

const folder = consumer();
const { Recommender, TsugiError } = await import(
  pathToFileURL(createRequire(join(folder, 'package.json')).resolve('tsugi'))
);
const modelPath = goldenModel('gated_i8');
const bytes = readFileSync(modelPath);
const sri = (data) => `sha256-${createHash('sha256').update(data).digest('base64')}`;

let server;
before(async () => {
  server = await startServer({
    folder,
    files: {
      'model.tsugi': modelPath,
      'tsugi.simd.wasm': join(folder, 'node_modules/tsugi/wasm/tsugi.simd.wasm'),
    },
  });
});
after(() => server.close());

/** Checks that it rejects, or throws, with a TsugiError of the code and words of the message. */
async function fails(code, words, action) {
  let result;
  try {
    result = await action();
  } catch (error) {
    assert.ok(error instanceof TsugiError, error.stack);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return error;
  }
  assert.fail(`expected ${code}, got ${JSON.stringify(result)}`);
}

/** XXH64 with seed 0 of the header's first 56 bytes, one stripe of 32 and three words of 8. */
function headerChecksum(header) {
  const wrap = (value) => BigInt.asUintN(64, value);
  const rotate = (value, bits) => wrap((value << BigInt(bits)) | (value >> BigInt(64 - bits)));
  const [p1, p2, p3, p4] = [
    0x9e3779b185ebca87n,
    0xc2b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x85ebca77c2b2ae63n,
  ];
  const word = (at) => header.getBigUint64(at, true);
  const round = (lane, input) => wrap(rotate(wrap(lane + input * p2), 31) * p1);
  const lanes = [wrap(p1 + p2), p2, 0n, wrap(-p1)].map((lane, i) => round(lane, word(8 * i)));
  let hash = wrap([1, 7, 12, 18].reduce((sum, bits, i) => sum + rotate(lanes[i], bits), 0n));
  for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * p1 + p4);
  hash = wrap(hash + 56n);
  for (const at of [32, 40, 48]) hash = wrap(rotate(hash ^ round(0n, word(at)), 27) * p1 + p4);
  hash = wrap((hash ^ (hash >> 33n)) * p2);
  hash = wrap((hash ^ (hash >> 29n)) * p3);
  return hash ^ (hash >> 32n);
}

describe('golden cases', () => {
  for (const name of GOLDEN_MODELS) {
    const golden = readGolden(name);
    test(`${name}: the same items, and scores within ${golden.tolerance}`, async () => {
      checkLists(await listsOf(Recommender, goldenModel(name), {}, golden.cases), golden);
    });
  }
});

describe('sources', () => {
  const sources = {
    'a path': () => modelPath,
    'a file URL': () => pathToFileURL(modelPath),
    'an http address': () => `${server.url}/model.tsugi`,
    'an answer without a length': () => `${server.url}/chunked/model.tsugi`,
    'a Response': () => fetch(`${server.url}/model.tsugi`),
    'a Blob': () => new Blob([bytes]),
    'a stream': () => new Blob([bytes]).stream(),
    'an ArrayBuffer': () => new Uint8Array(bytes).buffer,
    'bytes within a larger buffer': () =>
      new Uint8Array([9, ...bytes, 9]).subarray(1, bytes.length + 1),
    'a stream of single bytes': () =>
      new ReadableStream({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      }),
  };
  for (const [name, make] of Object.entries(sources)) {
    test(`${name} makes the model`, async () => {
      const model = await Recommender.load(await make(), { integrity: sri(bytes) });
      assert.equal(model.info.modelBytes, bytes.length);
      model.dispose();
    });
  }

  test('progress tells the phases and ends with all bytes', async () => {
    const seen = [];
    const model = await Recommender.load(`${server.url}/model.tsugi`, {
      onProgress: (step) => seen.push(step),
    });
    assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ['engine', 'model', 'ready']);
    const last = seen.filter(({ phase }) => phase === 'model').at(-1);
    assert.deepEqual(last, { phase: 'model', loaded: bytes.length, total: bytes.length });
    model.dispose();
  });

  test('bytes given by the caller are left as they were', async () => {
    const given = new Uint8Array(bytes);
    const model = await Recommender.load(given);
    given.fill(0);
    const session = model.session();
    assert.ok(session.recommend().length > 0);
    model.dispose();
  });
});

describe('a load that fails', () => {
  const load = (source, options) => () => Recommender.load(source, options);
  test('names what came back instead of the model', async () => {
    await fails(
      'not_a_model',
      /got text\/html for http.*\/html\/model\.tsugi.*<!doctype.*check the address/,
      load(`${server.url}/html/model.tsugi`),
    );
    await fails(
      'not_a_model',
      /got a web page for the bytes/,
      load(new TextEncoder().encode('<html><body>')),
    );
    await fails('not_a_model', /got nothing for the bytes/, load(new Uint8Array(0)));
    await fails('not_a_model', /other bytes/, load(new Uint8Array(100)));
  });
  test('names the HTTP status, the missing file, the missing server', async () => {
    await fails('fetch_failed', /missing\.tsugi: HTTP 404/, load(`${server.url}/missing.tsugi`));
    await fails(
      'fetch_failed',
      /no\.tsugi could not be read.*ENOENT/,
      load(join(folder, 'no.tsugi')),
    );
    await fails(
      'fetch_failed',
      /no answer for http:\/\/127\.0\.0\.1:1\//,
      load('http://127.0.0.1:1/model.tsugi'),
    );
  });
  test('says that a download broke off', async () => {
    await fails('fetch_failed', /model\.tsugi broke off/, load(`${server.url}/cut/model.tsugi`));
  });
  test('says that a file is truncated or damaged, for every length', async () => {
    for (let length = 8; length < bytes.length; length += 509) {
      await fails('corrupt_model', /the bytes: /, load(bytes.subarray(0, length)));
    }
    const damaged = new Uint8Array(bytes);
    damaged[Math.floor(damaged.length * 0.6)] ^= 0xff;
    await fails('corrupt_model', /checksum/, load(damaged));
  });
  test('says that a model needs a newer tsugi', async () => {
    const newer = new Uint8Array(bytes);
    const header = new DataView(newer.buffer, 0, 64); // as in model_format/FORMAT.md
    header.setUint32(8, 99, true);
    header.setBigUint64(56, headerChecksum(header), true);
    await fails('version_too_new', /99/, load(newer));
  });
  test('tells both hashes apart', async () => {
    await fails(
      'integrity_mismatch',
      new RegExp(`its hash is ${sri(bytes).replace(/[+/]/g, '.')}, expected sha256-AAAA`),
      load(bytes, { integrity: `sha256-${'A'.repeat(43)}=` }),
    );
    await fails('invalid_argument', /integrity: 'md5-abc'/, load(bytes, { integrity: 'md5-abc' }));
  });
  test('keeps to the memory limit', async () => {
    await fails(
      'out_of_memory',
      /memoryLimitBytes is 5000/,
      load(bytes, { memoryLimitBytes: 5000 }),
    );
  });
  test('names the option that was meant', async () => {
    await fails(
      'invalid_argument',
      /unknown option 'onprogress'.*There is: .*onProgress/,
      load(bytes, { onprogress() {} }),
    );
    await fails('invalid_argument', /source: undefined, expected a URL/, load(undefined));
    await fails('invalid_argument', /memoryLimitBytes: -1/, load(bytes, { memoryLimitBytes: -1 }));
  });
  test('tells what onProgress throws, and lets go of the source', async () => {
    let isCancelled = false;
    const source = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    const onProgress = ({ phase }) => {
      if (phase === 'model') throw new RangeError('mine');
    };
    const load = () => Recommender.load(source, { onProgress });
    const error = await fails('invalid_argument', /onProgress threw: mine/, load);
    assert.ok(error.cause instanceof RangeError);
    assert.ok(isCancelled);
  });
  test('believes no Content-Length: the bytes decide', async () => {
    for (const claimed of [String(bytes.length + 9), '5', 'abc', '-1', '4294967396', '1e3']) {
      const response = new Response(bytes, { headers: { 'content-length': claimed } });
      (await Recommender.load(response)).dispose();
    }
  });
  test('rejects a stream that fails, or holds something else', async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.error(new Error('gone')),
    });
    await fails('fetch_failed', /the stream broke off: gone/, load(broken));
    const words = new ReadableStream({ start: (controller) => controller.enqueue('words') });
    await fails('not_a_model', /holds "words", expected Uint8Array/, load(words));
    const used = new Response(bytes);
    await used.arrayBuffer();
    await fails('fetch_failed', /was read before/, load(used));
  });
});

describe('abort', () => {
  test('before the start', async () => {
    const error = await fails('aborted', /stopped by the signal/, () =>
      Recommender.load(bytes, { signal: AbortSignal.abort(new Error('why')) }),
    );
    assert.equal(error.name, 'AbortError');
    assert.equal(error.cause.message, 'why');
  });
  for (const phase of ['engine', 'model', 'ready']) {
    test(`in the phase "${phase}"`, async () => {
      const controller = new AbortController();
      const load = Recommender.load(`${server.url}/chunked/model.tsugi`, {
        signal: controller.signal,
        onProgress: (step) => step.phase === phase && controller.abort(),
      });
      if (phase === 'ready')
        (await load).dispose(); // too late: it is loaded
      else await fails('aborted', /./, () => load);
    });
  }
  test('while a server says nothing more', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await fails('aborted', /./, () =>
      Recommender.load(`${server.url}/slow/model.tsugi`, { signal: controller.signal }),
    );
  });
  test('an engine that fails lets go of the model', async () => {
    let isCancelled = false;
    const source = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    const wasm = new Uint8Array(8);
    await fails('engine_unavailable', /./, () => Recommender.load(source, { wasm }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(isCancelled);
  });
  test('model and engine are asked for side by side', async () => {
    const controller = new AbortController();
    const wasm = `${server.url}/slow/tsugi.simd.wasm`;
    const before = server.requests.length;
    const load = Recommender.load(`${server.url}/model.tsugi`, { wasm, signal: controller.signal });
    while (server.requests.length < before + 2) await new Promise((r) => setTimeout(r, 5));
    controller.abort();
    await fails('aborted', /./, () => load);
    // The silent server is asked again rather than waited for.
    const again = new AbortController();
    const requests = server.requests.length;
    const second = Recommender.load(bytes, { wasm, signal: again.signal });
    while (server.requests.length === requests) await new Promise((r) => setTimeout(r, 5));
    again.abort();
    await fails('aborted', /./, () => second);
  });
  test('while a stream never ends, which is cancelled', async () => {
    let isCancelled = false;
    const controller = new AbortController();
    const endless = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    const onProgress = ({ phase }) => phase === 'model' && setImmediate(() => controller.abort());
    const options = { signal: controller.signal, onProgress };
    await fails('aborted', /./, () => Recommender.load(endless, options));
    assert.ok(isCancelled);
  });
});

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
    await fails('engine_unavailable', /broke off/, load(`${server.url}/cut/tsugi.simd.wasm`));
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

describe('a session', () => {
  let model;
  let ids;
  before(async () => {
    model = await Recommender.load(bytes);
    ids = model.items().map(({ id }) => id);
  });
  after(() => model.dispose());
  const list = (session, options) => session.recommend({ seen: 'keep', ...options });

  test('counts events and returns ids that the model does not know', () => {
    const session = model.session();
    assert.deepEqual(
      session.push([
        { item: ids[0], time: Date.now(), action: 'view', duration: 12 },
        'nobody',
        { item: ids[1], time: new Date() },
      ]),
      { accepted: 2, unknown: ['nobody'], events: 2 },
    );
    assert.deepEqual(session.push('no such item'), {
      accepted: 0,
      unknown: ['no such item'],
      events: 2,
    });
    assert.deepEqual(session.push([]), { accepted: 0, unknown: [], events: 2 });
    session.dispose();
  });
  test('takes nothing of a push with a mistake in it', async () => {
    const session = model.session();
    await fails('invalid_argument', /time: NaN/, () =>
      session.push([ids[0], { item: ids[1], time: NaN }]),
    );
    await fails('invalid_argument', /time: Date/, () =>
      session.push({ item: ids[0], time: new Date('x') }),
    );
    await fails('invalid_argument', /time: Infinity/, () =>
      session.push({ item: 'unknown', time: Infinity }),
    );
    await fails('invalid_argument', /write '7'/, () => session.push({ item: 7 }));
    await fails('invalid_argument', /expected an item id/, () => session.push(null));
    await fails('invalid_argument', /unknown option 'itme'.*There is: item/, () =>
      session.push({ itme: ids[0] }),
    );
    assert.equal(session.push([]).events, 0);
    session.dispose();
  });
  test('takes events out of order', () => {
    const session = model.session();
    session.push([
      { item: ids[0], time: 2e12 },
      { item: ids[1], time: 1e12 },
    ]);
    assert.ok(list(session).length > 0);
    session.dispose();
  });
  test('checks every option', async () => {
    const session = model.session();
    for (const k of [0, -1, 1.5, NaN, '3', 2 ** 31]) {
      await fails('invalid_argument', /recommend: k: /, () => session.recommend({ k }));
    }
    await fails('invalid_argument', /There is: .*exclude/, () =>
      session.recommend({ exclud: [] }),
    );
    await fails('invalid_argument', /diversity: 2/, () => session.recommend({ diversity: 2 }));
    await fails('invalid_argument', /exclude: "a", expected an array/, () =>
      session.recommend({ exclude: 'a' }),
    );
    await fails('invalid_argument', /seen: "no"/, () => session.recommend({ seen: 'no' }));
    await fails('invalid_argument', /options must be an object, got 5/, () => session.recommend(5));
    await fails('invalid_argument', /explain: 1, expected true or false/, () =>
      session.recommend({ explain: 1 }),
    );
    await fails('invalid_argument', /n: 0/, () => session.continue({ n: 0 }));
    await fails('invalid_argument', /temperature: -1/, () => session.continue({ temperature: -1 }));
    await fails('invalid_argument', /topP: 0/, () => session.continue({ topP: 0 }));
    await fails('invalid_argument', /seed: -1/, () => session.continue({ seed: -1 }));
    await fails('invalid_argument', /rollback: -1/, () => session.rollback(-1));
    session.dispose();
  });
  test('gives what there is when k exceeds the catalogue', () => {
    const session = model.session();
    session.push(ids[0]);
    assert.equal(list(session, { k: 1_000_000 }).length, ids.length);
    session.dispose();
  });
  test('leaves out what is excluded, not allowed or refused by a function, be it all', () => {
    const session = model.session();
    session.push(ids[0]);
    const items = (options) =>
      list(session, { k: 100, ...options })
        .map(({ item }) => item)
        .sort();
    const all = [...ids].sort();
    assert.deepEqual(items({}), all);
    assert.deepEqual(
      items({ exclude: [ids[1], 'nobody'] }),
      all.filter((id) => id !== ids[1]),
    );
    assert.deepEqual(items({ allow: [ids[1], ids[2], 'nobody'] }), [ids[1], ids[2]].sort());
    assert.deepEqual(items({ filter: ({ id }) => id === ids[3] }), [ids[3]]);
    assert.deepEqual(items({ allow: [ids[1], ids[2]], filter: ({ id }) => id !== ids[1] }), [
      ids[2],
    ]);
    assert.deepEqual(items({ filter: () => false }), []);
    assert.deepEqual(items({ allow: [] }), []);
    assert.deepEqual(items({ exclude: ids }), []);
    assert.throws(
      () =>
        items({
          filter() {
            throw new RangeError('mine');
          },
        }),
      /mine/,
    );
    assert.deepEqual(items({}), all);
    session.dispose();
  });
  test('names the intents it predicts, the likeliest first', async () => {
    const withIntents = await Recommender.load(goldenModel('intent_i8'));
    assert.ok(withIntents.capabilities.includes('intent'));
    const session = withIntents.session();
    assert.deepEqual(session.intent(), { weights: {} });
    session.push([0, 2].flatMap((start) => withIntents.items({ start, count: 1 })).map(({ id }) => id));
    const { action, kind, weights } = session.intent();
    assert.deepEqual(action.map(({ label }) => label).sort(), ['continue', 'discover', 'return']);
    assert.deepEqual(kind.map(({ label }) => label).sort(), ['film', 'series']);
    for (const labels of [action, kind]) {
      const sum = labels.reduce((total, { probability }) => total + probability, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5);
      labels.forEach(({ probability }, place) =>
        assert.ok(place === 0 || probability <= labels[place - 1].probability),
      );
    }
    assert.deepEqual(Object.keys(weights), ['action', 'kind']);
    assert.ok(Math.abs(weights.action + weights.kind - 1) < 1e-5);
    withIntents.dispose();
    await fails('unsupported', /predicts no intents/, () => model.session().intent());
  });
  test('explains a list by an event of the session, and by an intent if there are any', async () => {
    const withIntents = await Recommender.load(goldenModel('intent_i8'));
    const all = withIntents.items().map(({ id }) => id);
    const session = withIntents.session();
    assert.equal(session.recommend({ explain: true, seen: 'keep' })[0].why, undefined); // empty
    session.push([all[3], all[1]]);
    const before = session.recommend({ seen: 'keep' });
    const explained = session.recommend({ explain: true, seen: 'keep' });
    assert.deepEqual(
      explained.map(({ item, score }) => ({ item, score })),
      before,
    );
    for (const { why } of explained) {
      assert.equal(why.item, [all[3], all[1]][why.event]);
      assert.ok(why.share >= 0 && why.share <= 1, `${why.share}`);
      const { family, label } = why.intent;
      assert.equal(session.intent()[family][0].label, label);
    }
    assert.deepEqual(session.recommend({ seen: 'keep' }), before);
    const plain = model.session();
    plain.push(ids[0]);
    assert.equal(plain.recommend({ explain: true, seen: 'keep' })[0].why.intent, undefined);
    plain.dispose();
    withIntents.dispose();
  });
  test('forgets by rollback and comes back by save and restore, to the same scores', async () => {
    const session = model.session();
    session.push([
      { item: ids[0], time: 1e12 },
      { item: ids[1], time: 1.1e12 },
    ]);
    const expected = list(session);
    const saved = session.save();
    session.push([ids[2], ids[3]]);
    assert.equal(session.rollback(2), 2);
    assert.deepEqual(list(session), expected);
    await fails('out_of_range', /./, () => session.rollback(3));
    const restored = model.restore(saved);
    assert.deepEqual(list(restored), expected);
    assert.deepEqual(list(model.restore(saved.buffer)), expected);
    await fails('corrupt_model', /./, () => model.restore(saved.subarray(0, 3)));
    await fails('invalid_argument', /what save\(\) returned/, () => model.restore('bytes'));
  });
  test('continues with the same items for the same seed, and stays as it was', () => {
    const session = model.session();
    session.push([ids[0], ids[1]]);
    const before = list(session);
    const drawn = session.continue({ n: 2, seed: 7, seen: 'keep' });
    assert.equal(drawn.length, 2);
    assert.deepEqual(session.continue({ n: 2, seed: 7, seen: 'keep' }), drawn);
    const draws = Array.from({ length: 20 }, (_, seed) =>
      session.continue({ n: 3, seed, temperature: 2, seen: 'keep' }),
    );
    assert.ok(new Set(draws.map(String)).size > 1, 'every seed drew the same');
    assert.deepEqual(session.continue({ allow: [] }), []);
    assert.deepEqual(list(session), before);
    session.dispose();
  });
  test('does not touch another session', () => {
    const [a, b] = [model.session(), model.session()];
    a.push(ids[0]);
    const before = list(a);
    b.push([ids[1], ids[2]]);
    assert.deepEqual(list(a), before);
    b.dispose();
    assert.deepEqual(list(a), before);
    a.dispose();
  });
});

describe('the catalogue', () => {
  test('gives items by id and in order, with titles', async () => {
    const model = await Recommender.load(bytes);
    const items = model.items();
    assert.equal(items.length, model.info.items);
    assert.deepEqual(model.item(items[1].id), items[1]);
    assert.equal(typeof items[0].title, 'string');
    assert.equal(model.item('nobody'), undefined);
    assert.deepEqual(model.items({ start: 1, count: 2 }), items.slice(1, 3));
    assert.deepEqual(model.items({ start: 1000 }), []);
    await fails('invalid_argument', /items: start: -1/, () => model.items({ start: -1 }));
    await fails('invalid_argument', /write '3'/, () => model.item(3));
    assert.ok(Object.isFrozen(model.capabilities) || Array.isArray(model.capabilities));
    model.dispose();
  });
});

describe('the end', () => {
  test('dispose may be called twice; afterwards every call says so', async () => {
    const model = await Recommender.load(bytes);
    const session = model.session();
    const other = model.session();
    session.dispose();
    session.dispose();
    await fails('disposed', /the session was disposed/, () => session.recommend());
    assert.ok(other.recommend().length >= 0);
    model.dispose();
    model.dispose();
    other.dispose();
    for (const use of [
      () => model.session(),
      () => model.item('x'),
      () => model.items(),
      () => model.restore(bytes),
      () => other.push('x'),
      () => other.recommend(),
      () => other.continue(),
      () => other.save(),
      () => other.rollback(),
      () => other.intent(),
    ]) {
      await fails('disposed', /the model was disposed; load it again/, use);
    }
    assert.equal(model.memoryBytes(), 0);
  });
  test('Symbol.dispose is another name of dispose', async (context) => {
    if (Symbol.dispose === undefined) return context.skip('this Node has no Symbol.dispose');
    const model = await Recommender.load(bytes);
    model.session()[Symbol.dispose]();
    model[Symbol.dispose]();
    await fails('disposed', /./, () => model.session());
  });
  test('two models live and die apart', async () => {
    const [a, b] = await Promise.all([Recommender.load(bytes), Recommender.load(bytes)]);
    a.dispose();
    assert.ok(b.session().recommend().length > 0);
    b.dispose();
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
        /crashed in tsugi_session_recommend \(unreachable\).*load the model again/,
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

test('the worker entry loads in Node and says what to use instead', async () => {
  const script = `
    const { Recommender } = await import('tsugi/worker');
    await Recommender.load('/model.tsugi').catch(({ code, message }) => console.log(code, message));`;
  const output = runOk(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
  assert.match(output, /^unsupported .*in Node import 'tsugi'/);
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

describe('memory', () => {
  test('a small model needs little', async () => {
    const model = await Recommender.load(bytes);
    assert.ok(
      model.memoryBytes() <= 1.25 * bytes.length + 8 * 2 ** 20,
      String(model.memoryBytes()),
    );
    assert.equal(model.info.memoryBytes, model.memoryBytes());
    model.dispose();
  });
});

test('after loading nothing is fetched', async () => {
  const model = await Recommender.load(bytes);
  const { fetch } = globalThis;
  globalThis.fetch = () => assert.fail('fetch was called');
  try {
    const session = model.session();
    session.push(model.items()[0].id);
    session.recommend();
    session.continue();
    model.restore(session.save());
  } finally {
    globalThis.fetch = fetch;
  }
  model.dispose();
});
