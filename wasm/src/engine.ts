/**
 * One instance of the engine. The only file that touches its heap: numbers and strings go in and come out, pointers
 * stay here, and views are made anew after the memory has grown.
 */
import { importsFor } from './engine_imports.js';
import { reasonOf, TsugiError } from './errors.js';
import {
  ContinueSlot, RecommendSlot, STATUS_NAMES, Status, Table, type Exports,
} from './generated/abi.js';

export { END_CLAUSE, Seen, Table } from './generated/abi.js';

/** What leaves items out of a list; indices of items and attributes. */
export interface FilterArguments {
  readonly seen: number;
  readonly exclude: readonly number[];
  /** Undefined = all. */
  readonly allow: readonly number[] | undefined;
  /** Clauses as in tsugi.h. */
  readonly predicate: readonly number[];
}

export interface RecommendArguments extends FilterArguments {
  readonly k: number;
  readonly capAttributes: readonly number[];
  readonly cap: number;
  readonly diversity: number;
}

export interface ContinueArguments {
  readonly n: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

export interface RankedItems {
  readonly items: number[];
  readonly scores: number[];
}

/** A list of strings in the model's memory, decoded one at a time. */
export interface StringTable {
  readonly count: number;
  at(index: number): string;
}

type Call = Exclude<keyof Exports, 'memory' | '_initialize'>;

/** A block that is kept between calls. */
const SCRATCH_BYTES = 4096;
/** A larger block is given back after the call that needed it. */
const SCRATCH_KEPT_BYTES = 1 << 20;

const padded = (bytes: number): number => (bytes + 7) & ~7;
const utf8 = new TextEncoder();
const text = new TextDecoder();

const closed = (): TsugiError => new TsugiError('disposed',
  'the model was disposed; load it again with Recommender.load');

export class Engine {
  #exports: Exports | undefined;
  #failure: TsugiError = closed();
  #u8 = new Uint8Array(0);
  #u32 = new Uint32Array(0);
  #f32 = new Float32Array(0);
  #f64 = new Float64Array(0);
  #scratch = 0;
  #scratchBytes = 0;
  #next = 0;
  #buffer = 0;
  #recommender = 0;
  readonly #memoryLimitBytes: number;

  private constructor(exports: Exports, memoryLimitBytes: number) {
    this.#exports = exports;
    this.#memoryLimitBytes = memoryLimitBytes;
  }

  /** @throws {TsugiError} engine_unavailable: not this engine, or no memory for it */
  static async create(module: WebAssembly.Module, memoryLimitBytes = Infinity): Promise<Engine> {
    try {
      const { exports } = await WebAssembly.instantiate(module, importsFor(module));
      const engine = new Engine(exports as unknown as Exports, memoryLimitBytes);
      (exports as unknown as Exports)._initialize?.();
      return engine;
    } catch (cause) {
      throw new TsugiError('engine_unavailable', `the engine could not start: ${reasonOf(cause)}`, { cause });
    }
  }

  get version(): string {
    return this.#textAt(this.#call('tsugi_version'));
  }

  /** Of the engine, model included. */
  get memoryBytes(): number {
    return this.#exports?.memory.buffer.byteLength ?? 0;
  }

  /**
   * Room for the model's bytes, keeping what is there; a view that is valid until the next call.
   * @throws {TsugiError} out_of_memory: more than the limit, or than there is
   */
  reserve(bytes: number): Uint8Array<ArrayBuffer> {
    if (bytes > this.#memoryLimitBytes) throw this.#tooLarge(bytes);
    const handle = this.#begin(16);
    this.#setU32(handle, [this.#buffer, 0]);
    this.#check(this.#call('tsugi_buffer_reserve', handle, bytes, handle + 4));
    this.#buffer = this.#getU32(handle);
    const data = this.#getU32(handle + 4);
    this.#checkLimit();
    return this.#u8.subarray(data, data + bytes);
  }

  /**
   * Makes the reserved bytes a model.
   * @throws {TsugiError} corrupt_model, version_too_new, out_of_memory
   */
  open(bytes: number): void {
    const buffer = this.#buffer;
    const out = this.#begin(8);
    this.#buffer = 0; // taken, also on error
    this.#check(this.#call('tsugi_recommender_create', buffer, bytes, out));
    this.#recommender = this.#getU32(out);
    this.#checkLimit();
  }

  /** The JSON text of tsugi_recommender_describe. */
  describe(): string {
    const bytes = this.#sized((out, capacity, size) =>
      this.#call('tsugi_recommender_describe', this.#recommender, out, capacity, size));
    return text.decode(bytes);
  }

  strings(table: Table): StringTable {
    const out = this.#begin(16);
    this.#check(this.#call('tsugi_recommender_strings', this.#recommender, table, out, out + 4, out + 8));
    const [offsets, begin, count] = [this.#getU32(out), this.#getU32(out + 4), this.#getU32(out + 8)];
    return {
      count,
      at: (index) => { // offsets are u64, but a 32-bit memory holds no more than the low half says
        this.#refresh();
        const [from, to] = [this.#getU32(offsets + 8 * index), this.#getU32(offsets + 8 * index + 8)];
        return text.decode(this.#u8.subarray(begin + from, begin + to));
      },
    };
  }

  /** Reads the attribute indices of an item, ascending; undefined if the model has none. */
  attributes(): ((item: number) => Uint32Array) | undefined {
    const out = this.#begin(8);
    this.#check(this.#call('tsugi_recommender_attributes', this.#recommender, out, out + 4));
    const [offsets, values] = [this.#getU32(out), this.#getU32(out + 4)];
    if (offsets === 0) return undefined;
    return (item) => {
      this.#refresh();
      const [from, to] = [this.#getU32(offsets + 4 * item), this.#getU32(offsets + 4 * item + 4)];
      return this.#u32.slice((values >>> 2) + from, (values >>> 2) + to);
    };
  }

  /** The item of an id, -1 if the model has none. */
  findItem(id: string): number {
    const encoded = utf8.encode(id);
    const out = this.#begin(8 + padded(encoded.length));
    this.#u8.set(encoded, out + 8);
    const status = this.#call('tsugi_recommender_find_item', this.#recommender, out + 8, encoded.length, out);
    if (status === Status.NOT_FOUND) return -1;
    this.#check(status);
    return this.#getU32(out);
  }

  createSession(): number {
    const out = this.#begin(8);
    this.#check(this.#call('tsugi_session_create', this.#recommender, out));
    return this.#getU32(out);
  }

  destroySession(session: number): void {
    if (this.#exports !== undefined) this.#call('tsugi_session_destroy', session);
  }

  /** Appends items, oldest first, with unix seconds (0 = unknown). Returns the events held. */
  push(session: number, items: readonly number[], timesS: readonly number[]): number {
    const count = items.length;
    this.#begin(12 * count + 32);
    const times = this.#take(8 * count);
    this.#f64.set(timesS, times >>> 3);
    const list = this.#takeU32(items);
    const out = this.#take(4);
    this.#check(this.#call('tsugi_session_push', session, list, times, count, out));
    return this.#getU32(out);
  }

  rollback(session: number, count: number): number {
    const out = this.#begin(8);
    this.#check(this.#call('tsugi_session_rollback', session, count, out));
    return this.#getU32(out);
  }

  /** At most `k` items, best first; `k` must not exceed the catalogue by much, room is made for it. */
  recommend(session: number, list: RecommendArguments): RankedItems {
    this.#begin(this.#filterBytes(list) + padded(4 * list.capAttributes.length) + 8 * list.k + 32);
    const options = this.#takeFilter(list);
    const capAttributes = this.#takeU32(list.capAttributes);
    this.#setU32(options + 4 * RecommendSlot.k, [list.k]);
    this.#setU32(options + 4 * RecommendSlot.capAttributes, [capAttributes, list.capAttributes.length, list.cap]);
    this.#f32[(options >>> 2) + RecommendSlot.diversity] = list.diversity;
    const [items, scores, out] = [this.#take(4 * list.k), this.#take(4 * list.k), this.#take(4)];
    this.#check(this.#call('tsugi_session_recommend', session, options, items, scores, out));
    const count = this.#getU32(out);
    return {
      items: this.#listU32(items, count),
      scores: Array.from(this.#f32.subarray(scores >>> 2, (scores >>> 2) + count)),
    };
  }

  /** Items drawn one after the other. */
  continue(session: number, drawing: ContinueArguments, filter: FilterArguments): number[] {
    this.#begin(this.#filterBytes(filter) + ContinueSlot.bytes + 4 * drawing.n + 48);
    const filterOptions = this.#takeFilter(filter);
    const options = this.#take(ContinueSlot.bytes);
    this.#call('tsugi_continue_options_init', options);
    this.#refresh();
    this.#setU32(options + 4 * ContinueSlot.n, [drawing.n]);
    this.#f32[(options >>> 2) + ContinueSlot.temperature] = drawing.temperature;
    this.#f32[(options >>> 2) + ContinueSlot.topP] = drawing.topP;
    this.#setU32(options + 4 * ContinueSlot.seed, [drawing.seed]);
    const [items, out] = [this.#take(4 * drawing.n), this.#take(4)];
    this.#check(this.#call('tsugi_session_continue', session, options, filterOptions, items, out));
    return this.#listU32(items, this.#getU32(out));
  }

  save(session: number): Uint8Array<ArrayBuffer> {
    return this.#sized((out, capacity, size) =>
      this.#call('tsugi_session_save', session, out, capacity, size)).slice();
  }

  restore(session: number, bytes: Uint8Array): number {
    const out = this.#begin(8 + padded(bytes.length));
    this.#u8.set(bytes, out + 8);
    this.#check(this.#call('tsugi_session_restore', session, out + 8, bytes.length, out));
    return this.#getU32(out);
  }

  /** Lets go of everything. The memory returns with the instance, so nothing is freed one by one. */
  dispose(): void {
    if (this.#exports === undefined) return;
    this.#close(closed());
  }

  /** @throws {TsugiError} disposed or engine_trapped, once the engine is closed */
  assertOpen(): void {
    if (this.#exports === undefined) throw this.#failure;
  }

  // Calls and statuses.

  #call(name: Call, ...args: number[]): number {
    if (this.#exports === undefined) throw this.#failure;
    try {
      const result = (this.#exports[name] as (...args: number[]) => number)(...args);
      return result >>> 0;
    } catch (cause) {
      this.#close(new TsugiError('engine_trapped',
        `the engine crashed in ${name} (${reasonOf(cause)}) and is closed; load the model again`, { cause }));
      throw this.#failure;
    }
  }

  #close(failure: TsugiError): void {
    this.#exports = undefined;
    this.#failure = failure;
    this.#u8 = new Uint8Array(0);
    this.#u32 = new Uint32Array(0);
    this.#f32 = new Float32Array(0);
    this.#f64 = new Float64Array(0);
  }

  /** @throws {TsugiError} what a status says, with the engine's text */
  #check(status: number): void {
    this.#refresh();
    if (status === Status.OK) return;
    const message = this.#textAt(this.#call('tsugi_last_error'));
    throw new TsugiError(STATUS_NAMES[status] ?? 'internal', message || `status ${status}`);
  }

  #tooLarge(bytes: number): TsugiError {
    return new TsugiError('out_of_memory', `the model needs ${bytes} bytes of memory, memoryLimitBytes is ` +
      `${this.#memoryLimitBytes}`);
  }

  #checkLimit(): void {
    if (this.memoryBytes > this.#memoryLimitBytes) throw this.#tooLarge(this.memoryBytes);
  }

  // The heap. Addresses are in bytes; those of numbers are multiples of their size.

  #refresh(): void {
    if (this.#exports === undefined) throw this.#failure;
    const { buffer } = this.#exports.memory;
    if (this.#u8.buffer === buffer) return;
    this.#u8 = new Uint8Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#f32 = new Float32Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }

  /** Starts a call's arguments: room for `bytes`, 8-byte aligned. Returns its begin. */
  #begin(bytes: number): number {
    const isSpare = this.#scratchBytes > SCRATCH_KEPT_BYTES && bytes <= SCRATCH_KEPT_BYTES;
    if (bytes > this.#scratchBytes || isSpare) {
      const wanted = Math.max(bytes, SCRATCH_BYTES);
      if (this.#scratch !== 0) this.#call('free', this.#scratch);
      this.#scratchBytes = 0;
      this.#scratch = this.#call('malloc', wanted);
      if (this.#scratch === 0) {
        throw new TsugiError('out_of_memory', `no ${wanted} bytes for a call's arguments`);
      }
      this.#scratchBytes = wanted;
    }
    this.#refresh();
    this.#next = this.#scratch;
    return this.#scratch;
  }

  #take(bytes: number): number {
    const begin = this.#next;
    this.#next += padded(bytes);
    return begin;
  }

  #takeU32(values: readonly number[]): number {
    const begin = this.#take(4 * values.length);
    this.#setU32(begin, values);
    return begin;
  }

  #setU32(address: number, values: readonly number[]): void {
    this.#u32.set(values, address >>> 2);
  }

  #getU32(address: number): number {
    return this.#u32[address >>> 2]!;
  }

  #listU32(address: number, count: number): number[] {
    return Array.from(this.#u32.subarray(address >>> 2, (address >>> 2) + count));
  }

  #filterBytes(filter: FilterArguments): number {
    const numbers = filter.exclude.length + (filter.allow?.length ?? 0) + filter.predicate.length;
    return RecommendSlot.bytes + 4 * numbers + 40;
  }

  /** A tsugi_recommend_options with its defaults and the filter's fields. */
  #takeFilter(filter: FilterArguments): number {
    const options = this.#take(RecommendSlot.bytes);
    this.#call('tsugi_recommend_options_init', options);
    this.#refresh();
    this.#setU32(options + 4 * RecommendSlot.seen, [filter.seen]);
    const setList = (slot: number, values: readonly number[] | undefined): void => {
      if (values === undefined) return;
      this.#setU32(options + 4 * slot, [this.#takeU32(values), values.length]);
    };
    setList(RecommendSlot.exclude, filter.exclude);
    setList(RecommendSlot.allow, filter.allow);
    if (filter.predicate.length > 0) setList(RecommendSlot.predicate, filter.predicate);
    return options;
  }

  #textAt(address: number): string {
    this.#refresh();
    return text.decode(this.#u8.subarray(address, this.#u8.indexOf(0, address)));
  }

  /** Calls twice, for the size and for the bytes; a view that is valid until the next call. */
  #sized(write: (out: number, capacity: number, size: number) => number): Uint8Array<ArrayBuffer> {
    let out = this.#begin(8);
    const status = write(0, 0, out);
    if (status !== Status.OUT_OF_RANGE) this.#check(status);
    this.#refresh();
    const bytes = this.#getU32(out);
    out = this.#begin(8 + bytes);
    this.#check(write(out + 8, bytes, out));
    return this.#u8.subarray(out + 8, out + 8 + bytes);
  }
}
