// What the built file is: its exports, its imports, its instructions and its size. TSUGI_WASM names
// the file, TSUGI_WASM_VARIANT is simd or relaxed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { engineBudget } from './size_budget.mjs';
import { countInstructions } from './wasm_module.mjs';

const bytes = readFileSync(process.env.TSUGI_WASM);
const module = new WebAssembly.Module(bytes);

/** The functions that the header declares for WebAssembly. */
function declaredFunctions() {
  const header = readFileSync(new URL('../../native/c_api/tsugi.h', import.meta.url), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/#ifndef __EMSCRIPTEN__[\s\S]*?#endif/g, ' ');
  return [...header.matchAll(/TSUGI_API\s[^;(]*?\b(tsugi_\w+)\(/g)].map(([, name]) => name);
}

test('exports the functions of tsugi.h, the memory and what a caller needs to lend it arrays', () => {
  const expected = [...declaredFunctions(), 'memory', 'malloc', 'free', '_initialize'];
  assert.ok(expected.length > 15);
  assert.deepEqual(WebAssembly.Module.exports(module).map(({ name }) => name).sort(), expected.sort());
});

test('imports nothing but the notice that the memory grew', () => {
  assert.deepEqual(WebAssembly.Module.imports(module),
    [{ module: 'env', name: 'emscripten_notify_memory_growth', kind: 'function' }]);
});

test('holds the instructions that its name promises', (t) => {
  const counts = countInstructions(bytes);
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.simd128 > 1000, `${counts.simd128} SIMD128 instructions`);
  assert.equal(counts.atomic, 0);
  if (process.env.TSUGI_WASM_VARIANT === 'relaxed') assert.ok(counts.relaxed > 50, `${counts.relaxed}`);
  else assert.equal(counts.relaxed, 0);
});

test('counts the instructions of a hand-made module', () => {
  // (func (drop (v128.const ...)) (drop (i8x16.relaxed_swizzle (v128.const ...) (v128.const ...))))
  const constant = [0xfd, 12, ...new Array(16).fill(0xfd)];
  const body = [0, ...constant, 0x1a, ...constant, ...constant, 0xfd, 0x80, 0x02, 0x1a, 0x0b];
  const code = [1, body.length, ...body];
  const counts = countInstructions(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 10, code.length, ...code));
  assert.deepEqual(counts, { all: 7, simd128: 3, relaxed: 1, atomic: 0 });
});

test('fits the size budget', (t) => {
  const brotli = brotliCompressSync(bytes, { params: {
    [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  t.diagnostic(`${bytes.length} bytes, gzip ${gzipSync(bytes, { level: 9 }).length}, brotli ${brotli}`);
  assert.ok(brotli <= engineBudget, `${brotli} bytes of brotli, the budget is ${engineBudget}`);
});
