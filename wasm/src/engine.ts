/**
 * One instance of the engine. This file alone reads and writes the engine's heap: its methods take
 * and return numbers and strings, never pointers.
 */
import type {
  ContinueArguments,
  EventNumbers,
  FilterArguments,
  ImagineArguments,
  IntentNumbers,
  RankedItems,
  Reason,
  RecommendArguments,
  StringTable,
  Verb,
  VerbCall,
} from './engine_calls.js';
import { imports } from './engine_module.js';
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
import { ADDRESSABLE_BYTES, decodeText, Heap, type Call } from './heap.js';

export { AddedText, END_CLAUSE, Table } from './generated/abi.js';

/** Number of fields of tsugi_reason, 4 bytes each. */
const REASON_SLOTS = 5;

export const ended = (): TsugiError =>
  new TsugiError('disposed', 'the session was disposed; make another with model.session()');

export class Engine extends Heap {
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
    super(exports);
    this.#memoryLimitBytes = memoryLimitBytes;
  }

  /** @throws {TsugiError} engine_unavailable: another WebAssembly file, or not enough memory */
  static async create(module: WebAssembly.Module, memoryLimitBytes = Infinity): Promise<Engine> {
    try {
      const { exports } = await WebAssembly.instantiate(module, imports);
      const own = exports as unknown as Partial<Exports>;
      if (!own.tsugi_version || !own.memory) throw new TypeError('it is not tsugi');
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
    return this.textAt(this.call('tsugi_version'));
  }

  /**
   * Makes room for the bytes of a model and keeps those that are there. Returns a view that is
   * valid until the next call.
   * @throws {TsugiError} out_of_memory: more than the limit, or than the host has
   */
  reserve(bytes: number): Uint8Array<ArrayBuffer> {
    this.checkSize(bytes);
    const handle = this.begin(16);
    this.setU32(handle, this.#buffer);
    this.run('tsugi_buffer_reserve', handle, bytes, handle + 4);
    this.#buffer = this.getU32(handle);
    const data = this.getU32(handle + 4);
    this.#checkLimit();
    return this.u8.subarray(data, data + bytes);
  }

  /**
   * Creates the recommender from the reserved bytes.
   * @throws {TsugiError} corrupt_model, version_too_new, out_of_memory
   */
  open(bytes: number): void {
    const buffer = this.#buffer;
    const out = this.begin(8);
    this.#buffer = 0; // the engine takes it, also on error
    this.run('tsugi_recommender_create', buffer, bytes, out);
    this.#recommender = this.getU32(out);
    this.#checkLimit();
  }

  /** The JSON text of tsugi_recommender_describe. */
  describe(): string {
    return decodeText(
      this.sized((out, capacity, size) => this.#call(0, 'describe', out, capacity, size)),
    );
  }

  /** Returns a string table of the model's file. */
  strings(table: Table): StringTable {
    const [offsets, begin, count] = this.#read<[number, number, number]>(3, 0, 'strings', table);
    return {
      count,
      at: (index) => {
        // Offsets are u64; in a 32-bit memory the high half is always 0.
        this.assertOpen();
        const [from, , to] = this.words<[number, 0, number]>(offsets + 8 * index, 3);
        return this.text(begin + from, to - from);
      },
    };
  }

  /**
   * Returns a function that reads the attribute indices of an item, or undefined if there are none.
   */
  attributes(): ((item: number) => Uint32Array) | undefined {
    const [offsets, values] = this.#read<[number, number]>(2, 0, 'attributes');
    if (offsets === 0) return undefined;
    return (item) => {
      this.assertOpen();
      const [from, to] = this.words<[number, number]>(offsets + 4 * item, 2);
      return this.u32.slice((values >>> 2) + from, (values >>> 2) + to);
    };
  }

  /** Rises whenever items were added or removed, for everybody or by a session. */
  get itemChanges(): number {
    return this.#itemChanges;
  }

  /** Every item_index is below it. */
  itemCount(): number {
    return this.#read<[number]>(1, 0, 'item_count')[0];
  }

  addedText(item: number, which: AddedText): string {
    return this.text(...this.#read<[number, number]>(2, 0, 'added_text', item, which));
  }

  /** Returns the item_index of an id that a session sees, or everybody (0); -1 if it does not. */
  findItem(session: number, id: string): number {
    this.beginFor(id);
    const out = this.take(8);
    const status = this.#call(session, 'find_item', ...this.takeText(id), out);
    if (status === Status.NOT_FOUND) return -1;
    this.check(status);
    return this.getU32(out);
  }

  /**
   * Calls a function of a session, or the one of the same name of the model (0).
   * @throws {TsugiError} disposed
   */
  #call(session: number, name: Verb, ...args: number[]): number {
    if (session === 0) {
      return this.call(`tsugi_recommender_${name}` as Call, this.#recommender, ...args);
    }
    const pointer = this.#sessions.get(session);
    if (!pointer) throw ended();
    return this.call(`tsugi_session_${name}` as Call, pointer, ...args);
  }

  /** Calls such a function and checks the status that it returns. */
  #run(session: number, name: Verb, ...args: number[]): void {
    this.check(this.#call(session, name, ...args));
  }

  /** Calls one whose last parameters say where to write `count` words; returns these. */
  #read<Words extends number[]>(count: Words['length'], ...call: VerbCall): Words {
    this.begin(16);
    return this.#answer<Words>(count, ...call);
  }

  /** As #read, for a call whose arguments have been taken. */
  #answer<Words extends number[] = [number]>(count: Words['length'], ...call: VerbCall): Words {
    const out = this.take(16);
    const places = [out, out + 4, out + 8, out + 12].slice(0, count);
    this.#run(...call, ...places);
    return this.words<Words>(out, count);
  }

  /**
   * Adds an item for a session, or everybody (0). attributes: lines "field=value"; vectors: as in
   * tsugi.h.
   */
  addItem(
    session: number,
    id: string,
    title: string,
    attributes: string,
    vectors: readonly number[],
  ): number {
    const texts = [id, title, attributes];
    this.beginFor(...texts, vectors);
    const taken = texts.flatMap((text) => this.takeText(text));
    const given = this.takeList(this.f32, vectors);
    ++this.#itemChanges;
    return this.#answer(1, session, 'add_item', ...taken, given, vectors.length)[0];
  }

  /** Removes an item that was added for a session, or everybody (0). */
  removeItem(session: number, item: number): void {
    ++this.#itemChanges;
    this.#run(session, 'remove_item', item);
  }

  createSession(): number {
    const out = this.begin(8);
    this.run('tsugi_session_create', this.#recommender, out);
    this.#sessions.set(++this.#lastSession, this.getU32(out));
    return this.#lastSession;
  }

  destroySession(session: number): void {
    if (!this.isOpen) return;
    ++this.#itemChanges; // its own items go with it
    const pointer = this.#sessions.get(session);
    if (!pointer) return;
    this.#sessions.delete(session);
    this.call('tsugi_session_destroy', pointer);
  }

  /** Appends events, oldest first. Returns the number of events that the session holds. */
  push(session: number, events: readonly EventNumbers[]): number {
    this.beginFor({ length: 5 * events.length });
    const columns = [this.u32, this.f64, this.u32, this.f32].map((view, field) => {
      return this.takeList(
        view,
        events.map((event) => event[field]!),
      );
    });
    return this.#answer(1, session, 'push', ...columns, events.length)[0];
  }

  /** Returns the number of events that are left. */
  rollback(session: number, count: number): number {
    return this.#read<[number]>(1, session, 'rollback', count)[0];
  }

  /**
   * Returns at most `k` items, best first. Requires: k is at most the number of items, because it
   * sizes the output.
   */
  recommend(session: number, list: RecommendArguments): RankedItems {
    const { filter, k, capAttributes, cap, diversity, ranking, query } = list;
    const options = this.#takeFilter(filter, capAttributes, query, { length: 2 * k });
    this.#setList(options, RecommendSlot.capAttributes, capAttributes);
    this.setU32(options + 4 * RecommendSlot.k, k);
    this.setU32(options + 4 * RecommendSlot.cap, cap);
    this.setF32(options + 4 * RecommendSlot.diversity, diversity);
    const words = this.takeText(query);
    this.setU32(options + 4 * RecommendSlot.ranking, ranking, 0, ...words);
    const items = this.take(4 * k);
    const scores = this.take(4 * k);
    const [count] = this.#answer(1, session, 'recommend', options, items, scores);
    return {
      items: this.words(items, count),
      scores: this.list(this.f32, scores, count),
    };
  }

  /** @throws {TsugiError} invalid_argument: the session is empty */
  explain(session: number, items: readonly number[]): Reason[] {
    const bytes = 4 * REASON_SLOTS * items.length;
    this.beginFor(items, { length: REASON_SLOTS * items.length });
    const list = this.takeList(this.u32, items);
    const out = this.take(bytes);
    this.#run(session, 'explain', list, items.length, out);
    return items.map((_, place) => {
      const at = out + 4 * REASON_SLOTS * place;
      const [, , share, , effect] = this.list(this.f32, at, REASON_SLOTS);
      const [event, item, , family] = this.words<[number, number, 0, number]>(at, 4);
      return [event, item, share!, family, effect!];
    });
  }

  /** @throws {TsugiError} unsupported: the model predicts no intents */
  intent(session: number): IntentNumbers {
    const [probabilities, labels, weights, families] = this.#read<[number, number, number, number]>(
      4,
      session,
      'intent',
    );
    return {
      probabilities: this.list(this.f32, probabilities, labels),
      weights: this.list(this.f32, weights, families),
    };
  }

  /** Generates items, drawn one after the other. */
  continue(session: number, drawing: ContinueArguments, filter: FilterArguments): number[] {
    const filterOptions = this.#takeFilter(filter, { length: drawing.n });
    const options = this.#takeOptions(Kind.CONTINUE, ContinueSlot.bytes);
    this.setU32(options + 4 * ContinueSlot.n, drawing.n);
    this.setF32(options + 4 * ContinueSlot.temperature, drawing.temperature, drawing.topP);
    this.setU32(options + 4 * ContinueSlot.seed, drawing.seed);
    const items = this.take(4 * drawing.n);
    const [count] = this.#answer(1, session, 'continue', options, filterOptions, items);
    return this.words(items, count);
  }

  /** The JSON text of tsugi_session_imagine. */
  imagine(session: number, imagining: ImagineArguments): string {
    const { n, rating, steps, guidance, seed, avoid } = imagining;
    this.beginFor(avoid);
    const options = this.#takeOptions(Kind.IMAGINE, ImagineSlot.bytes);
    this.setU32(options + 4 * ImagineSlot.n, n, rating, steps);
    this.setF32(options + 4 * ImagineSlot.guidance, guidance);
    this.setU32(options + 4 * ImagineSlot.seed, seed);
    this.#setList(options, ImagineSlot.avoid, avoid);
    return this.text(...this.#answer<[number, number]>(2, session, 'imagine', options));
  }

  save(session: number): Uint8Array<ArrayBuffer> {
    return this.sized((out, capacity, size) =>
      this.#call(session, 'save', out, capacity, size),
    ).slice();
  }

  restore(session: number, bytes: Uint8Array): number {
    this.begin(24 + bytes.length);
    const begin = this.take(bytes.length);
    this.u8.set(bytes, begin);
    ++this.#itemChanges;
    return this.#answer(1, session, 'restore', begin, bytes.length)[0];
  }

  /**
   * Releases the instance. Its memory goes with it, so nothing needs to be freed one by one.
   */
  dispose(): void {
    if (this.isOpen) this.close(modelDisposed());
  }

  /** @throws {TsugiError} out_of_memory: a model of that size cannot be held */
  checkSize(bytes: number): void {
    if (bytes > Math.min(this.#memoryLimitBytes, ADDRESSABLE_BYTES)) throw this.#tooLarge(bytes);
  }

  #tooLarge(bytes: number): TsugiError {
    const limit = this.#memoryLimitBytes;
    const remedy = limit === Infinity ? 'WebAssembly has 4 GB' : `memoryLimitBytes is ${limit}`;
    return new TsugiError('out_of_memory', `the model needs ${bytes} bytes; ${remedy}`);
  }

  #checkLimit(): void {
    if (this.memoryBytes > this.#memoryLimitBytes) throw this.#tooLarge(this.memoryBytes);
  }

  /** Takes room for an options struct and fills in its defaults. */
  #takeOptions(kind: Kind, bytes: number): number {
    const options = this.take(bytes);
    this.call('tsugi_options_init', kind, options);
    this.assertOpen();
    return options;
  }

  /**
   * Begins a call with room for a filter and `parts`. Takes a tsugi_recommend_options with the
   * defaults and the fields of the filter.
   */
  #takeFilter(
    { seen, exclude, allow, predicate }: FilterArguments,
    ...parts: readonly { readonly length: number }[]
  ): number {
    this.beginFor(exclude, allow ?? [], predicate, ...parts);
    const options = this.#takeOptions(Kind.RECOMMEND, RecommendSlot.bytes);
    this.setU32(options + 4 * RecommendSlot.seen, seen);
    this.#setList(options, RecommendSlot.exclude, exclude);
    if (allow) this.#setList(options, RecommendSlot.allow, allow);
    this.#setList(options, RecommendSlot.predicate, predicate);
    return options;
  }

  /** Writes the address of a list to one slot and its length to the next. */
  #setList(options: number, slot: number, values: readonly number[]): void {
    this.setU32(options + 4 * slot, this.takeList(this.u32, values), values.length);
  }
}
