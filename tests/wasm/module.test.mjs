// What the built file is: its exports, its imports, its instructions and its size; and what it does when
// memory runs out. TSUGI_WASM names the file, TSUGI_WASM_VARIANT is simd or relaxed. Source of what reads
// the file: WebAssembly core specification 3.0, chapter 5 (binary format).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { engineBudget } from '../../wasm/package_size.mjs';
import { Engine } from './engine.mjs';

const OUT_OF_MEMORY = 70;  // TSUGI_OUT_OF_MEMORY
const bytes = readFileSync(process.env.TSUGI_WASM);
const module = new WebAssembly.Module(bytes);

/** The functions that the header declares for WebAssembly. */
function declaredFunctions() {
  const header = readFileSync(new URL('../../native/c_api/tsugi.h', import.meta.url), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/#ifndef __EMSCRIPTEN__[\s\S]*?#endif/g, ' ');
  return [...header.matchAll(/TSUGI_API\s[^;(]*?\b(tsugi_\w+)\(/g)].map(([, name]) => name);
}

/** Walks a WebAssembly binary. */
class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }
  get isDone() { return this.at >= this.end; }
  byte() { return this.bytes[this.at++]; }
  skip(count) { this.at += count; }
  /** LEB128; signed ones are only skipped, so their value does not matter. */
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (byte === undefined) throw new Error(`truncated at ${this.at}`);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  numbers(count) { for (let i = 0; i < count; ++i) this.number(); }
  memoryArgument() {
    if ((this.number() & 64) !== 0) this.number();
    this.number();
  }
}

function skipSimd(op, reader) {
  if (op <= 11 || op === 92 || op === 93) reader.memoryArgument();
  else if (op === 12 || op === 13) reader.skip(16);
  else if (op >= 21 && op <= 34) reader.skip(1);
  else if (op >= 84 && op <= 91) { reader.memoryArgument(); reader.skip(1); }
}

function skipMisc(op, reader) {
  if (op <= 7) return;
  reader.numbers([8, 10, 12, 14].includes(op) ? 2 : 1);
}

function skipAtomic(op, reader) {
  if (op === 3) reader.skip(1);
  else reader.memoryArgument();
}

function skipPlain(op, reader) {
  if ((op >= 0x02 && op <= 0x04) || op === 0x0c || op === 0x0d || op === 0x10 || op === 0x12) reader.number();
  else if (op === 0x0e) reader.numbers(reader.number() + 1);
  else if (op === 0x11 || op === 0x13) reader.numbers(2);
  else if (op === 0x1c) reader.numbers(reader.number());
  else if ((op >= 0x20 && op <= 0x26) || (op >= 0x3f && op <= 0x42)) reader.number();
  else if (op >= 0x28 && op <= 0x3e) reader.memoryArgument();
  else if (op === 0x43) reader.skip(4);
  else if (op === 0x44) reader.skip(8);
  else if (op === 0xd0 || op === 0xd2) reader.number();
  else if (!(op <= 0x1b || (op >= 0x45 && op <= 0xc4) || op === 0xd1)) {
    throw new Error(`unknown instruction 0x${op.toString(16)} at ${reader.at}`);
  }
}

function countBody(reader, counts) {
  for (let groups = reader.number(); groups > 0; --groups) reader.numbers(2); // locals
  while (!reader.isDone) {
    const op = reader.byte();
    ++counts.all;
    if (op === 0xfc) skipMisc(reader.number(), reader);
    else if (op === 0xfe) { ++counts.atomic; skipAtomic(reader.number(), reader); }
    else if (op === 0xfd) {
      const simd = reader.number();
      ++counts[simd >= 0x100 ? 'relaxed' : 'simd128'];
      skipSimd(simd, reader);
    } else skipPlain(op, reader);
  }
  if (reader.at !== reader.end) throw new Error(`a function ends at ${reader.at}, expected ${reader.end}`);
}

const kCodeSection = 10;

/**
 * Instructions of the module by family: what a file holds, not what its name says. Throws when
 * anything is not understood.
 */
function countInstructions(bytes) {
  const counts = { all: 0, simd128: 0, relaxed: 0, atomic: 0 };
  const module = new Reader(bytes, 8);
  while (!module.isDone) {
    const id = module.byte();
    const size = module.number();
    const section = new Reader(bytes, module.at, module.at + size);
    module.skip(size);
    if (id !== kCodeSection) continue;
    for (let functions = section.number(); functions > 0; --functions) {
      const bodyBytes = section.number();
      countBody(new Reader(bytes, section.at, section.at + bodyBytes), counts);
      section.skip(bodyBytes);
    }
  }
  return counts;
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

// A failed allocation would end the module for every session (native/c_api/arguments.h, HasRoom).
test('a full memory is a status of the call, and the engine goes on', () => {
  const engine = new Engine(module);
  const model = readFileSync(new URL('../golden/models/v1/semantic_i8.tsugi', import.meta.url));
  const recommender = engine.open(model);
  const session = engine.session(recommender);
  engine.push(session, [1, 2, 0]);
  const before = engine.recommend(session, { items: 5 });
  const arguments_ = engine.exports.malloc(4096);
  new Uint8Array(engine.exports.memory.buffer, arguments_, 4096).fill(0);
  const blocks = [];
  const fill = (bytes) => {
    for (let at = engine.exports.malloc(bytes); at !== 0; at = engine.exports.malloc(bytes)) blocks.push(at);
  };
  // 4 GB of addresses; pages that nobody writes to cost nothing.
  fill(1 << 28);
  for (let bytes = 1 << 27; bytes >= 1 << 21; bytes >>= 1) fill(bytes);
  const { exports } = engine;
  const out = arguments_ + 1024;
  const calls = {
    tsugi_session_create: () => exports.tsugi_session_create(recommender, arguments_),
    tsugi_session_push: () => exports.tsugi_session_push(session, arguments_, 0, 0, 0, 200, 0),
    tsugi_session_recommend: () => exports.tsugi_session_recommend(session, 0, out, out + 64, out + 128),
    tsugi_session_explain: () => exports.tsugi_session_explain(session, arguments_, 1, 1, out),
    tsugi_session_continue: () => exports.tsugi_session_continue(session, 0, 0, out, out + 64),
    tsugi_session_add_item: () => exports.tsugi_session_add_item(session, arguments_, 1, 0, 0, 0, 0, 0, 0, 0),
    tsugi_recommender_strings: () => exports.tsugi_recommender_strings(recommender, 4, out, out + 8, out + 16),
    tsugi_recommender_describe: () => exports.tsugi_recommender_describe(recommender, 0, 0, out),
    tsugi_buffer_reserve: () => exports.tsugi_buffer_reserve(arguments_, 2 ** 31, arguments_ + 4),
  };
  for (const [name, call] of Object.entries(calls)) assert.equal(call(), OUT_OF_MEMORY, name);
  // What gives memory back needs none.
  assert.equal(exports.tsugi_session_rollback(session, 1, 0), 0);
  for (const at of blocks) exports.free(at);
  engine.push(session, [0]);
  assert.deepEqual(engine.recommend(session, { items: 5 }), before);
  assert.deepEqual(engine.recommend(engine.session(recommender), { items: 5 }).items.length > 0, true);
});
