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
  ShelfNumbers,
  StringTable,
  Verb,
  VerbCall,
} from './engine_calls.js';
import { imports } from './engine_module.js';
import { modelDisposed, reasonOf, TsugiError } from './errors.js';
import { Status, Table, type Exports } from './generated/abi.js';
import { VERSION } from './generated/version.js';
import { ADDRESSABLE_BYTES, decodeText, Heap, type Call } from './heap.js';

export { DISLIKE, END_CLAUSE, Table } from './generated/abi.js';

/** Number of fields of tsugi_reason, 4 bytes each. */
const REASON_SLOTS = 5;
/** Of tsugi_shelf. */
const SHELF_SLOTS = 3;
/** Real items that each imagined one names. */
const NEAREST = 3;
/** A list but for its filter. */
export const PLAIN_LIST = {
  k: 1,
  capAttributes: [],
  cap: 0,
  diversity: 0,
  popularity: 0,
  ranking: 0,
  query: '',
};

/** The 4 bytes of a float as an integer. */
const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

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

  /** Rises whenever items were added or removed, for everybody or by a session. */
  get itemChanges(): number {
    return this.#itemChanges;
  }

  /** Every item_index is below it. */
  itemCount(): number {
    return this.#read<[number]>(1, 0, 'item_count')[0];
  }

  /** The JSON text of tsugi_recommender_item. */
  item(item: number): string {
    return this.text(...this.#read<[number, number]>(2, 0, 'item', item));
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

  /** Returns the events, oldest first. An action of 2^32 + DISLIKE is DISLIKE. */
  events(session: number): EventNumbers[] {
    const count = this.rollback(session, 0);
    this.beginFor({ length: 5 * count });
    const [items, times, actions, values] = [4, 8, 4, 4].map((bytes) => this.take(bytes * count));
    this.#run(session, 'events', items!, times!, actions!, values!, count, 0);
    const columns = [
      this.words(items!, count),
      this.list(this.f64, times!, count),
      this.words(actions!, count).map((action) => action | 0),
      this.list(this.f32, values!, count),
    ];
    return columns[0]!.map((_, row) => columns.map((column) => column[row]!) as never);
  }

  /**
   * Returns at most `k` items, best first: for a session, or of the model (0) by likeness to
   * `items`. Requires: k is at most the number of items, because it sizes the output.
   */
  recommend(session: number, list: RecommendArguments, items?: readonly number[]): RankedItems {
    const { k } = list;
    const options = this.#takeList(list, 2 * k + (items?.length ?? 0));
    const call: VerbCall = items
      ? [0, 'similar', ...this.#list(items), options]
      : [session, 'recommend', options];
    const out = this.take(4 * k);
    const scores = this.take(4 * k);
    const [count] = this.#answer(1, ...call, out, scores);
    return this.#ranked(out, scores, count);
  }

  #ranked(items: number, scores: number, count: number): RankedItems {
    return { items: this.words(items, count), scores: this.list(this.f32, scores, count) };
  }

  /** Returns at most `rows` lists of at most `list.k` items. */
  shelves(session: number, rows: number, list: RecommendArguments): ShelfNumbers[] {
    const room = rows * list.k;
    const options = this.#takeList(list, SHELF_SLOTS * rows + 2 * room);
    const shelves = this.take(4 * SHELF_SLOTS * rows);
    let [items, scores] = [this.take(4 * room), this.take(4 * room)];
    const out = [rows, list.k, options, shelves, items, scores];
    const [count] = this.#answer(1, session, 'shelves', ...out);
    return Array.from({ length: count }, (_, row) => {
      const at = shelves + 4 * SHELF_SLOTS * row;
      const [kind, subject, length] = this.words<[number, number, number]>(at, SHELF_SLOTS);
      const ranked = this.#ranked(items, scores, length);
      items += 4 * length;
      scores += 4 * length;
      return { kind, subject, ...ranked };
    });
  }

  explain(session: number, items: readonly number[], exact: number): Reason[] {
    const bytes = 4 * REASON_SLOTS * items.length;
    this.beginFor(items, { length: REASON_SLOTS * items.length });
    const list = this.takeList(this.u32, items);
    const out = this.take(bytes);
    this.#run(session, 'explain', list, items.length, exact, out);
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
    const { n, temperature, topP, seed } = drawing;
    const list = this.#takeList({ ...PLAIN_LIST, filter }, n);
    const options = this.#takeOptions(n, bitsOf(temperature), bitsOf(topP), seed);
    const items = this.take(4 * n);
    const [count] = this.#answer(1, session, 'continue', options, list, items);
    return this.words(items, count);
  }

  /** The JSON text of tsugi_session_imagine. */
  imagine(session: number, imagining: ImagineArguments): string {
    const { n, rating, steps, guidance, seed, avoid } = imagining;
    this.beginFor(avoid);
    const fields = [n, rating, steps, bitsOf(guidance), seed, NEAREST, ...this.#list(avoid)];
    const options = this.#takeOptions(...fields);
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

  /** Takes a struct of options: its size and these fields, in their order in tsugi.h. */
  #takeOptions(...fields: number[]): number {
    return this.takeList(this.u32, [4 + 4 * fields.length, ...fields]);
  }

  /** Takes a list and returns what a struct says of it. */
  #list(values: readonly number[] = []): [address: number, length: number] {
    return [this.takeList(this.u32, values), values.length];
  }

  /** Begins a call with room for a list, `more` numbers and some results; takes its options. */
  #takeList(list: RecommendArguments, more: number): number {
    const { filter, k, capAttributes, cap, diversity, ranking, query, popularity } = list;
    const { seen, exclude, allow, predicate } = filter;
    this.beginFor(exclude, allow ?? [], predicate, capAttributes, query, { length: more });
    return this.#takeOptions(
      ...[k, seen],
      ...this.#list(exclude),
      ...(allow ? this.#list(allow) : [0, 0]),
      ...this.#list(predicate),
      ...this.#list(capAttributes),
      ...[cap, bitsOf(diversity), ranking, 0],
      ...this.takeText(query),
      bitsOf(popularity),
    );
  }
}
