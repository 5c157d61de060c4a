// Loading a model in Node: where it may come from, and everything that can go wrong on the way.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bytes, fails, folder, modelPath, Recommender, server, sri } from './node_package.mjs';
import { join, runOk } from './packed_package.mjs';

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
const load = (source, options) => () => Recommender.load(source, options);
describe('a load that fails', () => {
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
    await fails('not_a_model', /the bytes: got 0 bytes/, load(new Uint8Array(0)));
    await fails('not_a_model', /other bytes/, load(new Uint8Array(100)));
  });
  test('names the HTTP status, the missing file, the missing server', async () => {
    await fails('fetch_failed', /missing\.tsugi: HTTP 404/, load(`${server.url}/missing.tsugi`));
    await fails('fetch_failed', /no\.tsugi cannot be read.*ENOENT/, load(join(folder, 'no.tsugi')));
    await fails(
      'fetch_failed',
      /no answer for http:\/\/127\.0\.0\.1:1\//,
      load('http://127.0.0.1:1/model.tsugi'),
    );
  });
  test('says that a download ended early', async () => {
    await fails('fetch_failed', /model\.tsugi ended early/, load(`${server.url}/cut/model.tsugi`));
  });
  test('says that a file is truncated or damaged, for every length', async () => {
    for (let length = 8; length < bytes.length; length += 509) {
      await fails('corrupt_model', /the bytes: /, load(bytes.subarray(0, length)));
    }
    // Segments start at multiples of 64, so no such byte is filling, which no checksum covers.
    for (let at = 64; at < bytes.length; at += 64) {
      const damaged = new Uint8Array(bytes);
      damaged[at] ^= 0xff;
      await fails('corrupt_model', /checksum|padding/, load(damaged));
    }
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
    const before = server.requests.length;
    for (const integrity of ['md5-abc', 'sha256-zzz', `sha256-${'A'.repeat(44)}`]) {
      const source = `${server.url}/model.tsugi`;
      await fails('invalid_argument', /integrity: "/, load(source, { integrity }));
    }
    assert.equal(server.requests.length, before, 'it was downloaded first');
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
      /unknown option 'onprogress'.*Try: .*onProgress/,
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
    await fails('fetch_failed', /the stream ended early: gone/, load(broken));
    const words = new ReadableStream({ start: (controller) => controller.enqueue('words') });
    await fails('not_a_model', /holds "words", expected Uint8Array/, load(words));
    const used = new Response(bytes);
    await used.arrayBuffer();
    await fails('fetch_failed', /has already been read/, load(used));
  });
});
describe('a file that is no model', () => {
  test('ends the load and nothing else, whatever its size', () => {
    const script = `
      const { Recommender } = await import('tsugi');
      const { writeFileSync } = await import('node:fs');
      const codes = [];
      for (const size of [100_000, 60_000, 70_000, 1, 3_000_000]) {
        writeFileSync('junk.bin', Buffer.alloc(size, 7));
        for (const options of [{}, {}, { wasm: 'junk.bin' }]) {
          await Recommender.load('junk.bin', options).catch(({ code }) => codes.push(code));
        }
      }
      await Recommender.load('.').catch(({ code }) => codes.push(code));
      await new Promise((resolve) => setTimeout(resolve, 200));
      globalThis.gc?.();
      console.log(codes.join());`;
    const args = ['--input-type=module', '--expose-gc', '-e', script];
    const codes = runOk(process.execPath, args, { cwd: folder }).trim().split(',');
    const each = ['not_a_model', 'not_a_model', 'engine_unavailable'];
    assert.deepEqual(codes, [...each, ...each, ...each, ...each, ...each, 'fetch_failed']);
  });
  test('is told by its kind, and nothing of it is repeated', async () => {
    const kinds = [
      ['hunter2 is the password', /got other bytes for the bytes, it begins with nothing known/],
      ['{"token":"hunter2"}', /got other bytes/],
      ['\0\u0001hunter2hunter2', /got other bytes/],
      ['\x1f\x8bhunter2hunter2', /it is gzip: unpack it/],
      ['version https://git-lfs.github.com/hunter2', /Git LFS pointer: fetch/],
      ['<html>hunter2', /got a web page.*'<html'/],
    ];
    for (const [content, words] of kinds) {
      const source = Buffer.from(content, 'latin1');
      const { message } = await fails('not_a_model', words, load(source));
      assert.doesNotMatch(message, /hunter2/);
      const wasm = await fails('engine_unavailable', /./, load(bytes, { wasm: source }));
      assert.doesNotMatch(wasm.message, /hunter2/);
    }
  });
});
describe('the length that the header of the model gives', () => {
  /** A stream of `first` and then zeros, and how many bytes were taken of it. */
  function zeros(first, chunk = new Uint8Array(1 << 20)) {
    const taken = { bytes: 0, isCancelled: false };
    const pull = (controller) => {
      const next = taken.bytes === 0 ? first : chunk;
      taken.bytes += next.length;
      if (taken.bytes > 2 ** 28) return controller.close();
      return controller.enqueue(next);
    };
    const cancel = () => {
      taken.isCancelled = true;
    };
    return [new ReadableStream({ pull, cancel }, { highWaterMark: 0 }), taken];
  }
  const headerOf = (change) => {
    const header = new Uint8Array(bytes.subarray(0, 64));
    change(new DataView(header.buffer));
    return header;
  };
  test('stops a download that is longer', async () => {
    for (const first of [bytes, bytes.subarray(0, 64)]) {
      const [stream, taken] = zeros(first);
      const words = new RegExp(`more than the ${bytes.length} bytes`);
      await fails('corrupt_model', words, load(stream));
      assert.ok(taken.bytes <= bytes.length + 2 ** 21 && taken.isCancelled, `${taken.bytes}`);
    }
    const [foreign, taken] = zeros(headerOf((header) => header.setUint32(8, 99, true)));
    await fails('version_too_new', /format version 99/, load(foreign));
    assert.ok(taken.bytes <= 2 ** 21, `${taken.bytes}`);
  });
  test('reserves no memory that does not arrive', async () => {
    const huge = headerOf((header) => header.setBigUint64(40, 3n << 30n, true));
    const [stream, taken] = zeros(huge, new Uint8Array(1 << 10));
    const limit = { memoryLimitBytes: 2 ** 30 };
    await fails('out_of_memory', /needs 3221225472 bytes/, load(stream, limit));
    assert.ok(taken.bytes <= 2 ** 12);
    const short = new Blob([huge, new Uint8Array(1 << 20)]).stream();
    const before = process.memoryUsage().rss;
    await fails('corrupt_model', /./, load(short));
    assert.ok(process.memoryUsage().rss - before < 2 ** 28);
  });
  test('is the total of the progress, whatever the server says', async () => {
    for (const claimed of ['5', String(2 * bytes.length), undefined]) {
      const headers = claimed === undefined ? {} : { 'content-length': claimed };
      const steps = [];
      const stream = new Blob([bytes]).stream();
      const response = new Response(stream, { headers });
      const model = await Recommender.load(response, { onProgress: (step) => steps.push(step) });
      for (const { phase, loaded, total } of steps) {
        if (phase === 'engine' || loaded === 0) continue;
        assert.equal(total, bytes.length);
        assert.ok(loaded <= total);
      }
      assert.deepEqual(steps.at(-1), { phase: 'ready', loaded: bytes.length, total: bytes.length });
      model.dispose();
    }
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
      if (phase === 'ready') {
        // Too late to stop anything: the load succeeds and the model works.
        const model = await load;
        assert.equal(model.items().length, model.info.items);
        model.dispose();
      } else {
        await fails('aborted', /./, () => load);
      }
      assert.ok(controller.signal.aborted, 'the phase was never reported');
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
