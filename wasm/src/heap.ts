/**
 * The heap of the engine, used by engine.ts alone: calls functions and detects crashes, turns
 * statuses into errors, copies arguments and results, and renews its views after the memory has grown.
 */
import { reasonOf, TsugiError } from './errors.js';
import { STATUS_NAMES, Status, type Exports, type Kind } from './generated/abi.js';

type Call = Exclude<keyof Exports, 'memory' | '_initialize'>;

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

/** An options struct of the C ABI: the values of the slots that differ from the defaults. */
export interface Options {
  readonly kind: Kind;
  readonly bytes: number;
  readonly slots: readonly (readonly [slot: number, ...values: Argument[]])[];
}

type List = Uint8Array | Uint32Array | Float32Array | Float64Array;

/** An argument of a call. Lists and options are copied into the engine, which gets the address. */
export type Argument = number | List | Options;

/** Text as two arguments: its UTF-8 and the length of that. */
export function textArguments(text: string): [List, number] {
  encoder ??= new TextEncoder();
  const bytes = encoder.encode(text);
  return [bytes, bytes.length];
}

/** Integers as two arguments: the list and its length. */
export const listArguments = (values: readonly number[]): [List, number] => [
  new Uint32Array(values),
  values.length,
];

/** The bits of a float as an integer: the form in which a slot holds it. */
export const bitsOf = (value: number): number =>
  new Uint32Array(new Float32Array([value]).buffer)[0]!;

/** Rounds up to a multiple of 8. */
const padded = (bytes: number): number => (bytes + 7) & ~7;

/** The room that an argument takes. */
function roomFor(argument: Argument): number {
  if (typeof argument === 'number') return 0;
  if (!('kind' in argument)) return padded(argument.byteLength);
  return padded(argument.bytes) + roomForAll(argument.slots.flat());
}

const roomForAll = (all: readonly Argument[]): number =>
  all.reduce<number>((bytes, argument) => bytes + roomFor(argument), 0);

export class Heap {
  u8 = new Uint8Array(0);
  u32 = new Uint32Array(0);
  /** The outputs of the last call. */
  output = new Uint32Array(0);
  /** The address of the block for arguments, where the first that was copied is. */
  scratch = 0;
  #exports: Exports | undefined;
  #failure: TsugiError | undefined;
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
   * Calls a function of the engine.
   * @throws {TsugiError} engine_trapped; unsupported: no such function; or the error that closed
   *   the engine
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

  /** Releases the instance. Every later call throws `failure`. */
  close(failure: TsugiError): void {
    this.#exports = undefined;
    this.#failure = failure;
    this.#view(new ArrayBuffer(0));
  }

  /** @throws {TsugiError} unless the status is OK, with the engine's error text */
  check(status: number): void {
    this.refresh();
    if (status === Status.OK) return;
    const message = this.textAt(this.call('tsugi_last_error'));
    throw new TsugiError(STATUS_NAMES[status] ?? 'internal', message || `status ${status}`);
  }

  /**
   * Calls a function and returns its status. The last arguments are addresses that the function
   * writes to: one for each of `outputs`, numbers of 4-byte words.
   */
  attempt(name: Call, args: readonly Argument[], ...outputs: number[]): number {
    const words = outputs.reduce((sum, count) => sum + count, 0);
    this.#begin(roomForAll(args) + 4 * words);
    const given = args.map((argument) => this.#place(argument));
    const output = this.#next;
    const addresses = outputs.map((count) => this.#take(4 * count));
    const status = this.call(name, ...given, ...addresses);
    this.refresh();
    this.output = this.words(output, words);
    return status;
  }

  /** Does so, checks the status, and returns the outputs, one after the other. */
  run(name: Call, args: readonly Argument[], ...outputs: number[]): Uint32Array<ArrayBuffer> {
    this.check(this.attempt(name, args, ...outputs));
    return this.output;
  }

  // Addresses are in bytes; addresses of numbers are multiples of the size of the number.

  /** Renews the views if the memory has grown. @throws {TsugiError} if the engine is closed */
  refresh(): void {
    if (this.#exports === undefined) throw this.#failure;
    const { buffer } = this.#exports.memory;
    if (this.u8.buffer !== buffer) this.#view(buffer);
  }

  #view(buffer: ArrayBuffer): void {
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
  }

  /** Makes room for the arguments of a call, 8-byte aligned. */
  #begin(bytes: number): void {
    const isSpare = this.#scratchBytes > SCRATCH_KEPT_BYTES && bytes <= SCRATCH_KEPT_BYTES;
    if (bytes > this.#scratchBytes || isSpare) {
      const wanted = Math.max(bytes, SCRATCH_BYTES);
      if (this.scratch !== 0) this.call('free', this.scratch);
      this.#scratchBytes = 0;
      this.scratch = this.call('malloc', wanted);
      if (this.scratch === 0) {
        throw new TsugiError('out_of_memory', `no ${wanted} bytes for a call's arguments`);
      }
      this.#scratchBytes = wanted;
    }
    this.refresh();
    this.#next = this.scratch;
  }

  /** Takes the next part of that room. Returns its address. */
  #take(bytes: number): number {
    const begin = this.#next;
    this.#next += bytes;
    return begin;
  }

  /** Copies an argument into that room. Returns what the function gets. */
  #place(argument: Argument): number {
    if (typeof argument === 'number') return argument;
    if ('kind' in argument) return this.#placeOptions(argument);
    const { buffer, byteOffset, byteLength } = argument;
    const address = this.#take(padded(byteLength));
    this.u8.set(new Uint8Array(buffer, byteOffset, byteLength), address);
    return address;
  }

  #placeOptions({ kind, bytes, slots }: Options): number {
    const address = this.#take(padded(bytes));
    this.call('tsugi_options_init', kind, address);
    for (const [slot, ...values] of slots) {
      const words = values.map((value) => this.#place(value));
      this.u32.set(words, (address >>> 2) + slot);
    }
    return address;
  }

  /** Returns a copy of `count` integers of 4 bytes. */
  words(address: number, count: number): Uint32Array<ArrayBuffer> {
    return this.u32.slice(address >>> 2, (address >>> 2) + count);
  }

  /** Returns a copy of `count` floats. */
  floats(address: number, count: number): number[] {
    return [...new Float32Array(this.words(address, count).buffer)];
  }

  text(address: number, bytes: number): string {
    return decodeText(this.u8.subarray(address, address + bytes));
  }

  /** Reads a zero-terminated string. */
  textAt(address: number): string {
    this.refresh();
    return decodeText(this.u8.subarray(address, this.u8.indexOf(0, address)));
  }

  /** Calls a function (handle, out, capacity, size) twice: for the size and for the bytes. */
  sized(name: Call, handle: number): Uint8Array<ArrayBuffer> {
    const status = this.attempt(name, [handle, 0, 0], 1);
    if (status !== Status.OUT_OF_RANGE) this.check(status);
    const bytes = this.output[0]!;
    this.run(name, [handle, new Uint8Array(bytes), bytes], 1);
    return this.u8.slice(this.scratch, this.scratch + bytes);
  }
}
