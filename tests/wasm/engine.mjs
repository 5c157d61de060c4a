// The built module as tests and benchmarks see it: numbers in, numbers out, errors thrown with the
// engine's code and text. The npm package has its own loader; this one knows nothing of it.
import { readFileSync } from 'node:fs';

export const SEEN = { default: 0, filter: 1, keep: 2 };

/** @param {string | Uint8Array | WebAssembly.Module} source path, bytes or compiled module */
export function instantiate(source) {
  const module = source instanceof WebAssembly.Module ? source
    : new WebAssembly.Module(typeof source === 'string' ? readFileSync(source) : source);
  // The one import: the memory grew. Views are made anew before each use here, so nothing to do.
  let exports;
  const wasi = sanitizerImports(() => exports.memory.buffer);
  const imports = { env: { emscripten_notify_memory_growth() {} }, wasi_snapshot_preview1: wasi };
  ({ exports } = new WebAssembly.Instance(module, imports));
  exports._initialize();
  return exports;
}

/** What sanitizers import besides: they print a report, then exit, which is an error with the report here. */
function sanitizerImports(memory) {
  let report = '';
  const functions = {
    fd_write(descriptor, pieces, count, written) {
      const numbers = new DataView(memory());
      let bytes = 0;
      for (let i = 0; i < count; ++i) {
        const length = numbers.getUint32(pieces + 8 * i + 4, true);
        report += new TextDecoder().decode(new Uint8Array(memory(), numbers.getUint32(pieces + 8 * i, true), length));
        bytes += length;
      }
      numbers.setUint32(written, bytes, true);
      return 0;
    },
    proc_exit() { throw new Error(report); },
  };
  return new Proxy(functions, { get: (known, name) => known[name] ?? (() => 0) });
}

export class Engine {
  constructor(source) {
    this.exports = instantiate(source);
    this.scratch = this.exports.malloc(64);
  }

  get u8() { return new Uint8Array(this.exports.memory.buffer); }
  get i32() { return new Int32Array(this.exports.memory.buffer); }
  get f32() { return new Float32Array(this.exports.memory.buffer); }
  get f64() { return new Float64Array(this.exports.memory.buffer); }

  text(pointer) {
    const bytes = this.u8;
    return new TextDecoder().decode(bytes.subarray(pointer, bytes.indexOf(0, pointer)));
  }

  /** Calls a fallible function; the error carries the engine's status as `status`. */
  call(name, ...args) {
    const status = this.exports[name](...args);
    if (status === 0) return;
    throw Object.assign(new Error(this.text(this.exports.tsugi_last_error())), { status });
  }

  /** Copies a typed array into the engine for the time of `use(pointer, length)`. */
  lend(array, use) {
    const pointer = this.exports.malloc(Math.max(array.byteLength, 8));
    this.u8.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), pointer);
    try { return use(pointer, array.length); } finally { this.exports.free(pointer); }
  }

  /** @param {Uint8Array} bytes a .tsugi file */
  open(bytes) {
    const slot = this.scratch >> 2;
    this.i32[slot] = 0;
    this.call('tsugi_buffer_reserve', this.scratch, bytes.length, this.scratch + 4);
    this.u8.set(bytes, this.i32[slot + 1]);
    this.call('tsugi_recommender_create', this.i32[slot], bytes.length, this.scratch + 8);
    return this.i32[slot + 2];
  }

  session(recommender) {
    this.call('tsugi_session_create', recommender, this.scratch);
    return this.i32[this.scratch >> 2];
  }

  push(session, items, times) {
    this.lend(Int32Array.from(items), (pointer, count) => {
      const push = (timesPointer) =>
        this.call('tsugi_session_push', session, pointer, timesPointer, 0, 0, count,
          this.scratch);
      if (times === undefined) push(0);
      else this.lend(Float64Array.from(times), push);
    });
    return this.i32[this.scratch >> 2];
  }

  /** Options as the header's struct: struct_size, k, seen, exclude, exclude_count. */
  recommend(session, { k = 10, seen = 'default', exclude = [], items }) {
    const room = Math.min(k, items);
    const { malloc, free } = this.exports;
    const out = malloc(8 * room + 8);
    const options = malloc(128);
    try {
      return this.lend(Int32Array.from(exclude), (pointer, count) => {
        this.exports.tsugi_options_init(0 /* recommend */, options);
        this.i32.set([k, SEEN[seen], pointer, count], (options >> 2) + 1);
        const countAt = out + 8 * room;
        this.call('tsugi_session_recommend', session, options, out, out + 4 * room, countAt);
        const length = this.i32[countAt >> 2];
        return { items: [...this.i32.subarray(out >> 2, (out >> 2) + length)],
          scores: [...this.f32.subarray((out >> 2) + room, (out >> 2) + room + length)] };
      });
    } finally { free(out); free(options); }
  }

  describe(recommender) {
    let capacity = 0;
    let out = 0;
    for (;;) {
      const status = this.exports.tsugi_recommender_describe(recommender, out, capacity, this.scratch);
      if (status === 0) break;
      this.exports.free(out);
      capacity = this.i32[this.scratch >> 2];
      out = this.exports.malloc(capacity);
    }
    const text = new TextDecoder().decode(this.u8.subarray(out, out + capacity));
    this.exports.free(out);
    return JSON.parse(text);
  }

  get memoryBytes() { return this.exports.memory.buffer.byteLength; }
}
