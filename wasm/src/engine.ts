/**
 * One instance of the engine. This file alone reads and writes the engine's heap: its methods take
 * and return numbers and strings, never pointers.
 */
import type {
  ContinueArguments,
  EventColumns,
  FilterArguments,
  ImagineArguments,
  IntentNumbers,
  RankedItems,
  Reason,
  RecommendArguments,
  StringTable,
} from './engine_calls.js';
import { imports } from './engine_imports.js';
import { modelDisposed, reasonOf, TsugiError } from './errors.js';
import {
  AddedText,
  ContinueSlot,
  ImagineSlot,
  Kind,
  RecommendSlot,
  Status,
  Table,
  type Exports,
} from './generated/abi.js';
import { VERSION } from './generated/version.js';
import { decodeText, Heap } from './heap.js';

export type { EventColumns, FilterArguments, IntentNumbers, StringTable } from './engine_calls.js';
export { AddedText, END_CLAUSE, Table } from './generated/abi.js';

/** Number of fields of tsugi_reason, 4 bytes each. */
const REASON_SLOTS = 5;

/** Larger sizes would wrap around in a 32-bit memory. */
const ADDRESSABLE_BYTES = 0xffff0000;

export const ended = (): TsugiError =>
  new TsugiError('disposed', 'the session was disposed; make another with model.session()');

export class Engine {
  readonly #heap: Heap;
  #buffer = 0;
  #itemChanges = 0;
  /**
   * The engine's pointers of sessions by number. A number is never used again, as a pointer is: the
   * page's own code, e.g. a getter, may end a session in the middle of a call and make another.
   */
  readonly #sessions = new Map<number, number>();
  #lastSession = 0;
  #recommender = 0;
  readonly #memoryLimitBytes: number;

  private constructor(exports: Exports, memoryLimitBytes: number) {
    this.#heap = new Heap(exports);
    this.#memoryLimitBytes = memoryLimitBytes;
  }

  /** @throws {TsugiError} engine_unavailable: another WebAssembly file, or not enough memory */
  static async create(module: WebAssembly.Module, memoryLimitBytes = Infinity): Promise<Engine> {
    try {
      const { exports } = await WebAssembly.instantiate(module, imports);
      const own = exports as unknown as Partial<Exports>;
      if (own.tsugi_version === undefined || own.memory === undefined)
        throw new TypeError('it is not tsugi');
      own._initialize?.();
      const engine = new Engine(own as Exports, memoryLimitBytes);
      if (engine.version === VERSION) return engine;
      throw new TypeError(`it is tsugi ${engine.version}, these scripts are ${VERSION}`);
    } catch (cause) {
      throw new TsugiError('engine_unavailable', `the engine could not start: ${reasonOf(cause)}`, {
        cause,
      });
    }
  }

  get version(): string {
    return this.#heap.textAt(this.#heap.call('tsugi_version'));
  }

  /** The memory of the engine, with the model. */
  get memoryBytes(): number {
    return this.#heap.bytes;
  }

  /**
   * Makes room for the bytes of a model and keeps those that are there. Returns a view that is
   * valid until the next call.
   * @throws {TsugiError} out_of_memory: more than the limit, or than the host has
   */
  reserve(bytes: number): Uint8Array<ArrayBuffer> {
    this.checkSize(bytes);
    const handle = this.#heap.begin(16);
    this.#heap.setU32(handle, this.#buffer);
    this.#heap.run('tsugi_buffer_reserve', handle, bytes, handle + 4);
    this.#buffer = this.#heap.getU32(handle);
    const data = this.#heap.getU32(handle + 4);
    this.#checkLimit();
    return this.#heap.u8.subarray(data, data + bytes);
  }

  /**
   * Creates the recommender from the reserved bytes.
   * @throws {TsugiError} corrupt_model, version_too_new, out_of_memory
   */
  open(bytes: number): void {
    const buffer = this.#buffer;
    const out = this.#heap.begin(8);
    this.#buffer = 0; // the engine takes it, also on error
    this.#heap.run('tsugi_recommender_create', buffer, bytes, out);
    this.#recommender = this.#heap.getU32(out);
    this.#checkLimit();
  }

  /** The JSON text of tsugi_recommender_describe. */
  describe(): string {
    const bytes = this.#heap.sized((out, capacity, size) =>
      this.#heap.call('tsugi_recommender_describe', this.#recommender, out, capacity, size),
    );
    return decodeText(bytes);
  }

  /** Returns a string table of the model's file. */
  strings(table: Table): StringTable {
    const out = this.#heap.begin(16);
    this.#heap.run('tsugi_recommender_strings', this.#recommender, table, out, out + 4, out + 8);
    const [offsets, begin, count] = this.#heap.words<[number, number, number]>(out, 3);
    return {
      count,
      at: (index) => {
        // Offsets are u64; in a 32-bit memory the high half is always 0.
        this.#heap.refresh();
        const [from, , to] = this.#heap.words<[number, 0, number]>(offsets + 8 * index, 3);
        return decodeText(this.#heap.u8.subarray(begin + from, begin + to));
      },
    };
  }

  /**
   * Returns a function that reads the attribute indices of an item, or undefined if there are none.
   */
  attributes(): ((item: number) => Uint32Array) | undefined {
    const out = this.#heap.begin(8);
    this.#heap.run('tsugi_recommender_attributes', this.#recommender, out, out + 4);
    const [offsets, values] = this.#heap.words<[number, number]>(out, 2);
    if (offsets === 0) return undefined;
    return (item) => {
      this.#heap.refresh();
      const [from, to] = this.#heap.words<[number, number]>(offsets + 4 * item, 2);
      return this.#heap.u32.slice((values >>> 2) + from, (values >>> 2) + to);
    };
  }

  /** Rises whenever items were added or removed, for everybody or by a session. */
  get itemChanges(): number {
    return this.#itemChanges;
  }

  /** Every item_index is below it. */
  itemCount(): number {
    const out = this.#heap.begin(8);
    this.#heap.run('tsugi_recommender_item_count', this.#recommender, out);
    return this.#heap.getU32(out);
  }

  addedText(item: number, which: AddedText): string {
    const out = this.#heap.begin(16);
    this.#heap.run('tsugi_recommender_added_text', this.#recommender, item, which, out, out + 4);
    const [begin, size] = this.#heap.words<[number, number]>(out, 2);
    return decodeText(this.#heap.u8.subarray(begin, begin + size));
  }

  /** Returns the item_index of an id that a session sees, or everybody (0); -1 if it does not. */
  findItem(session: number, id: string): number {
    if (session !== 0) this.#pointer(session);
    this.#heap.begin(3 * id.length + 16);
    const out = this.#heap.take(8);
    const taken = this.#heap.takeText(id);
    const status =
      session === 0
        ? this.#heap.call('tsugi_recommender_find_item', this.#recommender, ...taken, out)
        : this.#heap.call('tsugi_session_find_item', this.#pointer(session), ...taken, out);
    if (status === Status.NOT_FOUND) return -1;
    this.#heap.check(status);
    return this.#heap.getU32(out);
  }

  /** @throws {TsugiError} disposed */
  #pointer(session: number): number {
    const pointer = this.#sessions.get(session);
    if (pointer === undefined) throw ended();
    return pointer;
  }

  /** Adds an item for a session, or everybody (0). attributes: lines "field=value". */
  addItem(session: number, id: string, title: string, attributes: string): number {
    const parts = [id, title, attributes];
    this.#heap.begin(3 * parts.join('').length + 32);
    const out = this.#heap.take(8);
    const taken = parts.flatMap((part) => this.#heap.takeText(part));
    if (session !== 0) this.#pointer(session);
    ++this.#itemChanges;
    if (session === 0) this.#heap.run('tsugi_recommender_add_item', this.#recommender, ...taken, out);
    else this.#heap.run('tsugi_session_add_item', this.#pointer(session), ...taken, out);
    return this.#heap.getU32(out);
  }

  /** Removes an item that was added for a session, or everybody (0). */
  removeItem(session: number, item: number): void {
    if (session !== 0) this.#pointer(session);
    this.#heap.begin(8);
    ++this.#itemChanges;
    if (session === 0) this.#heap.run('tsugi_recommender_remove_item', this.#recommender, item);
    else this.#heap.run('tsugi_session_remove_item', this.#pointer(session), item);
  }

  createSession(): number {
    const out = this.#heap.begin(8);
    this.#heap.run('tsugi_session_create', this.#recommender, out);
    this.#sessions.set(++this.#lastSession, this.#heap.getU32(out));
    return this.#lastSession;
  }

  destroySession(session: number): void {
    if (!this.#heap.isOpen) return;
    ++this.#itemChanges; // its own items go with it
    const pointer = this.#sessions.get(session);
    if (pointer === undefined) return;
    this.#sessions.delete(session);
    this.#heap.call('tsugi_session_destroy', pointer);
  }

  /** Appends events, oldest first. Returns the number of events that the session holds. */
  push(session: number, { items, times, actions, values }: EventColumns): number {
    const count = items.length;
    this.#heap.begin(20 * count + 48);
    const at = this.#heap.take(8 * count);
    this.#heap.f64.set(times, at >>> 3);
    const list = this.#heap.takeU32(items);
    const done = this.#heap.takeU32(actions);
    const measured = this.#heap.take(4 * count);
    this.#heap.f32.set(values, measured >>> 2);
    const out = this.#heap.take(4);
    this.#heap.run('tsugi_session_push', this.#pointer(session), list, at, done, measured, count, out);
    return this.#heap.getU32(out);
  }

  eventCount(session: number): number {
    return this.rollback(session, 0);
  }

  rollback(session: number, count: number): number {
    const out = this.#heap.begin(8);
    this.#heap.run('tsugi_session_rollback', this.#pointer(session), count, out);
    return this.#heap.getU32(out);
  }

  /**
   * Returns at most `k` items, best first. Requires: k is at most the number of items, because it
   * sizes the output.
   */
  recommend(session: number, list: RecommendArguments): RankedItems {
    const { filter, k, capAttributes, cap, diversity, ranking, query } = list;
    this.#heap.begin(
      this.#filterBytes(filter) + 4 * capAttributes.length + 3 * query.length + 8 * k + 48,
    );
    const options = this.#takeFilter(filter);
    this.#setList(options, RecommendSlot.capAttributes, capAttributes);
    this.#heap.setU32(options + 4 * RecommendSlot.k, k);
    this.#heap.setU32(options + 4 * RecommendSlot.cap, cap);
    this.#heap.setF32(options + 4 * RecommendSlot.diversity, diversity);
    const words = this.#heap.takeText(query);
    this.#heap.setU32(options + 4 * RecommendSlot.ranking, ranking, 0, ...words);
    const items = this.#heap.take(4 * k);
    const scores = this.#heap.take(4 * k);
    const out = this.#heap.take(4);
    this.#heap.run('tsugi_session_recommend', this.#pointer(session), options, items, scores, out);
    const count = this.#heap.getU32(out);
    return {
      items: this.#heap.words(items, count),
      scores: this.#heap.list(this.#heap.f32, scores, count),
    };
  }

  /** @throws {TsugiError} invalid_argument: the session is empty */
  explain(session: number, items: readonly number[]): Reason[] {
    const bytes = 4 * REASON_SLOTS * items.length;
    this.#heap.begin(4 * items.length + bytes + 24);
    const list = this.#heap.takeU32(items);
    const out = this.#heap.take(bytes);
    this.#heap.run('tsugi_session_explain', this.#pointer(session), list, items.length, out);
    return items.map((_, place) => {
      const at = out + 4 * REASON_SLOTS * place;
      const [, , share, , effect] = this.#heap.list(this.#heap.f32, at, REASON_SLOTS);
      const [event, item, , family] = this.#heap.words<[number, number, 0, number]>(at, 4);
      return [event, item, share!, family, effect!];
    });
  }

  /** @throws {TsugiError} unsupported: the model predicts no intents */
  intent(session: number): IntentNumbers {
    const out = this.#heap.begin(16);
    this.#heap.run('tsugi_session_intent', this.#pointer(session), out, out + 4, out + 8, out + 12);
    const [probabilities, labels, weights, families] = this.#heap.words<
      [number, number, number, number]
    >(out, 4);
    return {
      probabilities: this.#heap.list(this.#heap.f32, probabilities, labels),
      weights: this.#heap.list(this.#heap.f32, weights, families),
    };
  }

  /** Generates items, drawn one after the other. */
  continue(session: number, drawing: ContinueArguments, filter: FilterArguments): number[] {
    this.#heap.begin(this.#filterBytes(filter) + ContinueSlot.bytes + 4 * drawing.n + 48);
    const filterOptions = this.#takeFilter(filter);
    const options = this.#takeOptions(Kind.CONTINUE, ContinueSlot.bytes);
    this.#heap.setU32(options + 4 * ContinueSlot.n, drawing.n);
    this.#heap.setF32(options + 4 * ContinueSlot.temperature, drawing.temperature, drawing.topP);
    this.#heap.setU32(options + 4 * ContinueSlot.seed, drawing.seed);
    const items = this.#heap.take(4 * drawing.n);
    const out = this.#heap.take(4);
    this.#heap.run('tsugi_session_continue', this.#pointer(session), options, filterOptions, items, out);
    return this.#heap.words(items, this.#heap.getU32(out));
  }

  /** The JSON text of tsugi_session_imagine. */
  imagine(session: number, imagining: ImagineArguments): string {
    const { n, rating, steps, guidance, seed, avoid } = imagining;
    this.#heap.begin(ImagineSlot.bytes + 4 * avoid.length + 48);
    const options = this.#takeOptions(Kind.IMAGINE, ImagineSlot.bytes);
    this.#heap.setU32(options + 4 * ImagineSlot.n, n, rating, steps);
    this.#heap.setF32(options + 4 * ImagineSlot.guidance, guidance);
    this.#heap.setU32(options + 4 * ImagineSlot.seed, seed);
    this.#setList(options, ImagineSlot.avoid, avoid);
    const out = this.#heap.take(8);
    this.#heap.run('tsugi_session_imagine', this.#pointer(session), options, out, out + 4);
    const [begin, bytes] = this.#heap.words<[number, number]>(out, 2);
    return decodeText(this.#heap.u8.subarray(begin, begin + bytes));
  }

  save(session: number): Uint8Array<ArrayBuffer> {
    return this.#heap
      .sized((out, capacity, size) =>
        this.#heap.call('tsugi_session_save', this.#pointer(session), out, capacity, size),
      )
      .slice();
  }

  restore(session: number, bytes: Uint8Array): number {
    const out = this.#heap.begin(16 + bytes.length);
    this.#heap.u8.set(bytes, out + 8);
    ++this.#itemChanges;
    this.#heap.run('tsugi_session_restore', this.#pointer(session), out + 8, bytes.length, out);
    return this.#heap.getU32(out);
  }

  /**
   * Releases the instance. Its memory goes with it, so nothing needs to be freed one by one.
   */
  dispose(): void {
    if (this.#heap.isOpen) this.#heap.close(modelDisposed());
  }

  get isOpen(): boolean {
    return this.#heap.isOpen;
  }

  /** @throws {TsugiError} disposed or engine_trapped, once the engine is closed */
  assertOpen(): void {
    this.#heap.refresh();
  }

  /** @throws {TsugiError} out_of_memory: a model of that size cannot be held */
  checkSize(bytes: number): void {
    if (bytes > Math.min(this.#memoryLimitBytes, ADDRESSABLE_BYTES)) throw this.#tooLarge(bytes);
  }

  #tooLarge(bytes: number): TsugiError {
    const limit = this.#memoryLimitBytes;
    const remedy = limit === Infinity ? 'WebAssembly has 4 GB' : `memoryLimitBytes is ${limit}`;
    return new TsugiError('out_of_memory', `the model needs ${bytes} bytes of memory; ${remedy}`);
  }

  #checkLimit(): void {
    if (this.memoryBytes > this.#memoryLimitBytes) throw this.#tooLarge(this.memoryBytes);
  }

  #filterBytes(filter: FilterArguments): number {
    const numbers = filter.exclude.length + (filter.allow?.length ?? 0) + filter.predicate.length;
    return RecommendSlot.bytes + 4 * numbers + 40;
  }

  /** Takes room for an options struct and fills in its defaults. */
  #takeOptions(kind: Kind, bytes: number): number {
    const options = this.#heap.take(bytes);
    this.#heap.call('tsugi_options_init', kind, options);
    this.#heap.refresh();
    return options;
  }

  /** Takes a tsugi_recommend_options with the defaults and the fields of the filter. */
  #takeFilter(filter: FilterArguments): number {
    const options = this.#takeOptions(Kind.RECOMMEND, RecommendSlot.bytes);
    this.#heap.setU32(options + 4 * RecommendSlot.seen, filter.seen);
    this.#setList(options, RecommendSlot.exclude, filter.exclude);
    if (filter.allow !== undefined) this.#setList(options, RecommendSlot.allow, filter.allow);
    this.#setList(options, RecommendSlot.predicate, filter.predicate);
    return options;
  }

  /** Writes the address of a list to one slot and its length to the next. */
  #setList(options: number, slot: number, values: readonly number[]): void {
    this.#heap.setU32(options + 4 * slot, this.#heap.takeU32(values), values.length);
  }
}

/** "genres=Drama" -> ["genres", "Drama"]. */
export function splitName(name: string): [string, string] {
  const equals = name.indexOf('=');
  return [name.slice(0, equals), name.slice(equals + 1)];
}
