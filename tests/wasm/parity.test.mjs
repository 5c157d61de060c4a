// Own kernels = reference inside WebAssembly, and SIMD128 = relaxed for int8 models, bit for bit.
// TSUGI_PARITY names this build's parity module; TSUGI_PARITY_SIMD that of the SIMD128 build, if
// this is the relaxed one.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { instantiate } from './engine.mjs';

const own = instantiate(process.env.TSUGI_PARITY);
const kItems = 1003;
const models = [[0, 16], [1, 16], [0, 64], [1, 64], [1, 96]];

function scores(exports, isGated, width, events) {
  const pointer = exports.model_scores(isGated, width, events);
  return new Uint32Array(exports.memory.buffer.slice(pointer, pointer + 4 * kItems));
}

test('every int8 scan kernel gives the bits of the reference', () => {
  assert.equal(own.kernel_sets(), 2);
  for (const width of [4, 16, 21, 32, 64, 100, 128, 256, 1000]) {
    for (const count of [1, 3, 4, 5, 63, 64]) {
      assert.equal(own.scan_mismatches(count, width, width + count), 0, `count ${count}, width ${width}`);
    }
  }
});

test('a model has finite scores that depend on the session', () => {
  for (const [isGated, width] of models) {
    const bits = scores(own, isGated, width, 3);
    assert.ok(new Float32Array(bits.buffer).every(Number.isFinite));
    assert.notDeepEqual(bits, scores(own, isGated, width, 5));
  }
});

const simd = process.env.TSUGI_PARITY_SIMD;
test('SIMD128 and relaxed give the same bits', { skip: simd === undefined && 'this is the SIMD128 build' }, () => {
  assert.ok(existsSync(simd), `${simd} is missing: build the wasm preset first`);
  const other = instantiate(simd);
  for (const [isGated, width] of models) {
    for (const events of [1, 3, 12, 30]) {
      assert.deepEqual(scores(own, isGated, width, events), scores(other, isGated, width, events),
        `gated ${isGated}, width ${width}, ${events} events`);
    }
  }
});
