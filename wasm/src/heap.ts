/**
 * The engine's heap, for engine.ts alone: calls that notice a crash, statuses that become errors,
 * room for arguments, and views that are made anew after the memory has grown.
 */
import { reasonOf, TsugiError } from './errors.js';
import { STATUS_NAMES, Status, type Exports } from './generated/abi.js';

type Call = Exclude<keyof Exports, 'memory' | '_initialize'>;

/** A block that is kept between calls. */
const SCRATCH_BYTES = 4096;
/** A larger block is given back by the next call that does not need it. */
const SCRATCH_KEPT_BYTES = 1 << 20;

const text = new TextDecoder();
const utf8 = new TextEncoder();

/** Rounded up to 8 bytes. */
const padded = (bytes: number): number => (bytes + 7) & ~7;

export class Heap {
  u8 = new Uint8Array(0);
  u32 = new Uint32Array(0);
  f32 = new Float32Array(0);
  f64 = new Float64Array(0);
  #exports: Exports | undefined;
  #failure: TsugiError | undefined;
  #scratch = 0;
  #scratchBytes = 0;
  #next = 0;

  constructor(exports: Exports) {
    this.#exports = exports;
  }

  get isOpen(): boolean {
    return this.#exports !== undefined;
  }

  get bytes(): number {
    return this.#exports?.memory.buffer.byteLength ?? 0;
  }

  // Calls and statuses.

  /**
   * @throws {TsugiError} engine_trapped, unsupported: no such function, or why the engine is closed
   */
  call(name: Call, ...args: number[]): number {
    if (this.#exports === undefined) throw this.#failure;
    const run = this.#exports[name] as ((...args: number[]) => number) | undefined;
    if (run === undefined)
      throw new TsugiError('unsupported', `this WebAssembly file has no ${name}`);
    try {
      return run(...args) >>> 0;
    } catch (cause) {
      this.close(
        new TsugiError(
          'engine_trapped',
          `the engine crashed in ${name} (${reasonOf(cause)}) and is closed; load the model again`,
          { cause },
        ),
      );
      throw this.#failure;
    }
  }

  /** Lets go of the instance; every later call throws `failure`. */
  close(failure: TsugiError): void {
    this.#exports = undefined;
    this.#failure = failure;
    this.#view(new ArrayBuffer(0));
  }

  /** @throws {TsugiError} what a status says, with the engine's text */
  check(status: number): void {
    this.refresh();
    if (status === Status.OK) return;
    const message = this.textAt(this.call('tsugi_last_error'));
    throw new TsugiError(STATUS_NAMES[status] ?? 'internal', message || `status ${status}`);
  }

  /** Calls a function that returns a status, and checks it. */
  run(name: Call, ...args: number[]): void {
    this.check(this.call(name, ...args));
  }

  // Addresses are in bytes; those of numbers are multiples of their size.

  /** Makes the views anew if the memory grew. @throws {TsugiError} if the engine is closed */
  refresh(): void {
    if (this.#exports === undefined) throw this.#failure;
    const { buffer } = this.#exports.memory;
    if (this.u8.buffer !== buffer) this.#view(buffer);
  }

  #view(buffer: ArrayBuffer): void {
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Starts a call's arguments: room for `bytes`, 8-byte aligned. Returns its begin. */
  begin(bytes: number): number {
    const isSpare = this.#scratchBytes > SCRATCH_KEPT_BYTES && bytes <= SCRATCH_KEPT_BYTES;
    if (bytes > this.#scratchBytes || isSpare) {
      const wanted = Math.max(bytes, SCRATCH_BYTES);
      if (this.#scratch !== 0) this.call('free', this.#scratch);
      this.#scratchBytes = 0;
      this.#scratch = this.call('malloc', wanted);
      if (this.#scratch === 0) {
        throw new TsugiError('out_of_memory', `no ${wanted} bytes for a call's arguments`);
      }
      this.#scratchBytes = wanted;
    }
    this.refresh();
    this.#next = this.#scratch;
    return this.#scratch;
  }

  /** A part of it, 8-byte aligned. */
  take(bytes: number): number {
    const begin = this.#next;
    this.#next += padded(bytes);
    return begin;
  }

  /** Room for the values, filled with them. */
  takeU32(values: readonly number[]): number {
    const begin = this.take(4 * values.length);
    this.u32.set(values, begin >>> 2);
    return begin;
  }

  /** Room for a string of at most `text.length * 3` bytes, filled: where it is, and its bytes. */
  takeText(string: string): [number, number] {
    const bytes = utf8.encode(string);
    const begin = this.take(bytes.length);
    this.u8.set(bytes, begin);
    return [begin, bytes.length];
  }

  setU32(address: number, ...values: number[]): void {
    this.u32.set(values, address >>> 2);
  }

  setF32(address: number, ...values: number[]): void {
    this.f32.set(values, address >>> 2);
  }

  getU32(address: number): number {
    return this.u32[address >>> 2]!;
  }

  /** Whole numbers of 4 bytes, copied; at least `count` of them are wanted by the caller. */
  words<Words extends number[] = number[]>(address: number, count: number): Words {
    return this.list(this.u32, address, count) as Words;
  }

  /** Numbers of 4 bytes, copied. */
  list(view: Uint32Array | Float32Array, address: number, count: number): number[] {
    return Array.from(view.subarray(address >>> 2, (address >>> 2) + count));
  }

  /** A zero-terminated string. */
  textAt(address: number): string {
    this.refresh();
    return text.decode(this.u8.subarray(address, this.u8.indexOf(0, address)));
  }

  /** Calls twice, for the size and for the bytes; a view that is valid until the next call. */
  sized(write: (out: number, capacity: number, size: number) => number): Uint8Array<ArrayBuffer> {
    let out = this.begin(8);
    const status = write(0, 0, out);
    if (status !== Status.OUT_OF_RANGE) this.check(status);
    this.refresh();
    const bytes = this.getU32(out);
    out = this.begin(8 + bytes);
    this.check(write(out + 8, bytes, out));
    return this.u8.subarray(out + 8, out + 8 + bytes);
  }
}
