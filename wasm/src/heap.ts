/**
 * The heap of the engine, on which engine.ts is built: calls functions and detects crashes, turns
 * statuses into errors, makes room for arguments, and renews its views after the memory has grown.
 */
import { reasonOf, TsugiError } from './errors.js';
import { Status, type Exports, type StatusName } from './generated/abi.js';

export type Call = Exclude<keyof Exports, 'memory' | '_initialize'>;

/** Larger sizes would wrap around in a 32-bit memory. */
export const ADDRESSABLE_BYTES = 0xffff0000;

/** The least size of the block for arguments, which is kept between calls. */
const SCRATCH_BYTES = 4096;
/** A larger block is freed by the next call that does not need it. */
const SCRATCH_KEPT_BYTES = 1 << 20;

// Made at the first call: jest with jsdom knows neither class unless its setup names them, which may
// be after a module was imported.
let decoder: TextDecoder | undefined;
let encoder: TextEncoder | undefined;

/** Reads UTF-8, a byte order mark at the front included: it may be part of an id. */
export function decodeText(bytes: Uint8Array): string {
  decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(bytes);
}

/** Rounds up to a multiple of 8. */
const padded = (bytes: number): number => (bytes + 7) & ~7;

export class Heap {
  protected u8 = new Uint8Array(0);
  protected u32 = new Uint32Array(0);
  protected f32 = new Float32Array(0);
  protected f64 = new Float64Array(0);
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

  /** The memory of the engine, with the model. */
  get memoryBytes(): number {
    return this.#exports?.memory.buffer.byteLength ?? 0;
  }

  // Calls and statuses.

  /**
   * Calls a function of the engine.
   * @throws {TsugiError} engine_trapped; unsupported: no such function; or the error that closed
   *   the engine
   */
  protected call(name: Call, ...args: number[]): number {
    if (!this.#exports) throw this.#failure;
    const run = this.#exports[name] as ((...args: number[]) => number) | undefined;
    if (!run) throw new TsugiError('unsupported', `this WebAssembly file has no ${name}`);
    try {
      return run(...args) >>> 0;
    } catch (cause) {
      this.close(
        new TsugiError(
          'engine_trapped',
          `the engine crashed in ${name}: ${reasonOf(cause)}; load the model again`,
          { cause },
        ),
      );
      throw this.#failure;
    }
  }

  /** Releases the instance. Every later call throws `failure`. */
  protected close(failure: TsugiError): void {
    this.#exports = undefined;
    this.#failure = failure;
    this.#view(new ArrayBuffer(0));
  }

  /** @throws {TsugiError} unless the status is OK, with the engine's error text */
  protected check(status: number): void {
    this.assertOpen();
    if (status === Status.OK) return;
    const remedy = status === Status.OUT_OF_MEMORY ? '; dispose() unused sessions' : '';
    throw new TsugiError(
      this.textAt(this.call('tsugi_status_name', status)) as StatusName,
      this.textAt(this.call('tsugi_last_error')) + remedy,
    );
  }

  /** Calls a function that returns a status, and checks it. */
  protected run(name: Call, ...args: number[]): void {
    this.check(this.call(name, ...args));
  }

  // Addresses are in bytes; addresses of numbers are multiples of the size of the number.

  /**
   * Renews the views if the memory has grown.
   * @throws {TsugiError} disposed or engine_trapped, once the engine is closed
   */
  assertOpen(): void {
    if (!this.#exports) throw this.#failure;
    const { buffer } = this.#exports.memory;
    if (this.u8.buffer !== buffer) this.#view(buffer);
  }

  #view(buffer: ArrayBuffer): void {
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Makes room for the arguments of a call: `bytes` bytes, 8-byte aligned. Returns the address. */
  protected begin(bytes: number): number {
    const isSpare = this.#scratchBytes > SCRATCH_KEPT_BYTES && bytes <= SCRATCH_KEPT_BYTES;
    if (bytes > this.#scratchBytes || isSpare) {
      const wanted = Math.max(bytes, SCRATCH_BYTES);
      if (this.#scratch !== 0) this.call('free', this.#scratch);
      this.#scratchBytes = 0;
      this.#scratch = this.call('malloc', wanted);
      if (this.#scratch === 0) {
        throw new TsugiError('out_of_memory', `no ${wanted} bytes left`);
      }
      this.#scratchBytes = wanted;
    }
    this.assertOpen();
    this.#next = this.#scratch;
    return this.#scratch;
  }

  /** As begin, for texts, lists of numbers of 4 bytes, structs of options and a few results. */
  protected beginFor(...parts: readonly { readonly length: number }[]): void {
    // A unit of UTF-16 takes at most 3 bytes of UTF-8. Each part may begin up to 7 bytes later.
    this.begin(parts.reduce((bytes, { length }) => bytes + 4 * length + 8, 256));
  }

  /** Takes the next part of that room, 8-byte aligned. */
  protected take(bytes: number): number {
    const begin = this.#next;
    this.#next += padded(bytes);
    return begin;
  }

  /** Takes room for numbers of the kind of a view and writes them. */
  protected takeList(
    view: Uint32Array | Float32Array | Float64Array,
    values: readonly number[],
  ): number {
    const bytes = view.BYTES_PER_ELEMENT;
    const begin = this.take(bytes * values.length);
    view.set(values, begin / bytes);
    return begin;
  }

  /**
   * Takes room for a string (at most 3 * length bytes) and writes it. Returns address and bytes.
   */
  protected takeText(string: string): [number, number] {
    encoder ??= new TextEncoder();
    const bytes = encoder.encode(string);
    const begin = this.take(bytes.length);
    this.u8.set(bytes, begin);
    return [begin, bytes.length];
  }

  protected setU32(address: number, ...values: number[]): void {
    this.u32.set(values, address >>> 2);
  }

  protected setF32(address: number, ...values: number[]): void {
    this.f32.set(values, address >>> 2);
  }

  protected getU32(address: number): number {
    return this.u32[address >>> 2]!;
  }

  /** Returns a copy of `count` integers of 4 bytes. */
  protected words<Words extends number[] = number[]>(address: number, count: number): Words {
    return this.list(this.u32, address, count) as Words;
  }

  /** Returns a copy of `count` numbers of the kind of a view. */
  protected list(view: Uint32Array | Float32Array | Float64Array, address: number, count: number): number[] {
    const first = address / view.BYTES_PER_ELEMENT;
    return Array.from(view.subarray(first, first + count));
  }

  protected text(address: number, bytes: number): string {
    return decodeText(this.u8.subarray(address, address + bytes));
  }

  /** Reads a zero-terminated string. */
  protected textAt(address: number): string {
    this.assertOpen();
    return this.text(address, this.u8.indexOf(0, address) - address);
  }

  /** Calls `write` twice, for the size and for the bytes. The view is valid until the next call. */
  protected sized(
    write: (out: number, capacity: number, size: number) => number,
  ): Uint8Array<ArrayBuffer> {
    let out = this.begin(8);
    const status = write(0, 0, out);
    if (status !== Status.OUT_OF_RANGE) this.check(status);
    this.assertOpen();
    const bytes = this.getU32(out);
    out = this.begin(8 + bytes);
    this.check(write(out + 8, bytes, out));
    return this.u8.subarray(out + 8, out + 8 + bytes);
  }
}
