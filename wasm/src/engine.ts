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
import { bitsOf, decodeText, Heap, listArguments, textArguments, type Options } from './heap.js';

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
    const handle = new Uint32Array([this.#buffer]);
    const [data = 0] = this.#heap.run('tsugi_buffer_reserve', [handle, bytes], 1);
    [this.#buffer = 0] = this.#heap.words(this.#heap.scratch, 1);
    this.#checkLimit();
    return this.#heap.u8.subarray(data, data + bytes);
  }

  /**
   * Creates the recommender from the reserved bytes.
   * @throws {TsugiError} corrupt_model, version_too_new, out_of_memory
   */
  open(bytes: number): void {
    const buffer = this.#buffer;
    this.#buffer = 0; // the engine takes it, also on error
    [this.#recommender = 0] = this.#heap.run('tsugi_recommender_create', [buffer, bytes], 1);
    this.#checkLimit();
  }

  /** The JSON text of tsugi_recommender_describe. */
  describe(): string {
    return decodeText(this.#heap.sized('tsugi_recommender_describe', this.#recommender));
  }

  /** Returns a string table of the model's file. */
  strings(table: Table): StringTable {
    const args = [this.#recommender, table];
    const found = this.#heap.run('tsugi_recommender_strings', args, 1, 1, 1);
    const [offsets = 0, begin = 0, count = 0] = found;
    return {
      count,
      at: (index) => {
        // Offsets are u64; in a 32-bit memory the high half is always 0.
        this.#heap.refresh();
        const [from = 0, , to = 0] = this.#heap.words(offsets + 8 * index, 3);
        return this.#heap.text(begin + from, to - from);
      },
    };
  }

  /**
   * Returns a function that reads the attribute indices of an item, or undefined if there are none.
   */
  attributes(): ((item: number) => Uint32Array) | undefined {
    const found = this.#heap.run('tsugi_recommender_attributes', [this.#recommender], 1, 1);
    const [offsets = 0, values = 0] = found;
    if (offsets === 0) return undefined;
    return (item) => {
      this.#heap.refresh();
      const [from = 0, to = 0] = this.#heap.words(offsets + 4 * item, 2);
      return this.#heap.words(values + 4 * from, to - from);
    };
  }

  /** Rises whenever items were added or removed, for everybody or by a session. */
  get itemChanges(): number {
    return this.#itemChanges;
  }

  /** Every item_index is below it. */
  itemCount(): number {
    return this.#heap.run('tsugi_recommender_item_count', [this.#recommender], 1)[0]!;
  }

  addedText(item: number, which: AddedText): string {
    const args = [this.#recommender, item, which];
    const [begin = 0, size = 0] = this.#heap.run('tsugi_recommender_added_text', args, 1, 1);
    return this.#heap.text(begin, size);
  }

  /** Returns the item_index of an id that a session sees, or everybody (0); -1 if it does not. */
  findItem(session: number, id: string): number {
    const [name, owner] = this.#ownerOf(session, 'find_item');
    const status = this.#heap.attempt(name, [owner, ...textArguments(id)], 1);
    if (status === Status.NOT_FOUND) return -1;
    this.#heap.check(status);
    return this.#heap.output[0]!;
  }

  /** @throws {TsugiError} disposed */
  #pointer(session: number): number {
    const pointer = this.#sessions.get(session);
    if (pointer === undefined) throw ended();
    return pointer;
  }

  /** Returns a function for a session, or for everybody (0), and its first argument. */
  #ownerOf<Verb extends 'find_item' | 'add_item' | 'remove_item'>(
    session: number,
    verb: Verb,
  ): [`tsugi_${'recommender' | 'session'}_${Verb}`, number] {
    return session === 0
      ? [`tsugi_recommender_${verb}`, this.#recommender]
      : [`tsugi_session_${verb}`, this.#pointer(session)];
  }

  /** Adds an item for a session, or everybody (0). attributes: lines "field=value". */
  addItem(session: number, id: string, title: string, attributes: string): number {
    const [name, owner] = this.#ownerOf(session, 'add_item');
    const texts = [id, title, attributes].flatMap(textArguments);
    ++this.#itemChanges;
    return this.#heap.run(name, [owner, ...texts], 1)[0]!;
  }

  /** Removes an item that was added for a session, or everybody (0). */
  removeItem(session: number, item: number): void {
    const [name, owner] = this.#ownerOf(session, 'remove_item');
    ++this.#itemChanges;
    this.#heap.run(name, [owner, item]);
  }

  createSession(): number {
    const [pointer = 0] = this.#heap.run('tsugi_session_create', [this.#recommender], 1);
    this.#sessions.set(++this.#lastSession, pointer);
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
    const [list, count] = listArguments(items);
    const columns = [new Float64Array(times), new Uint32Array(actions), new Float32Array(values)];
    const args = [this.#pointer(session), list, ...columns, count];
    return this.#heap.run('tsugi_session_push', args, 1)[0]!;
  }

  eventCount(session: number): number {
    return this.rollback(session, 0);
  }

  rollback(session: number, count: number): number {
    return this.#heap.run('tsugi_session_rollback', [this.#pointer(session), count], 1)[0]!;
  }

  /**
   * Returns at most `k` items, best first. Requires: k is at most the number of items, because it
   * sizes the output.
   */
  recommend(session: number, list: RecommendArguments): RankedItems {
    const { filter, k, capAttributes, cap, diversity, ranking, query } = list;
    const options = filterOptions(
      filter,
      [RecommendSlot.k, k],
      [RecommendSlot.capAttributes, ...listArguments(capAttributes)],
      [RecommendSlot.cap, cap],
      [RecommendSlot.diversity, bitsOf(diversity)],
      [RecommendSlot.ranking, ranking],
      [RecommendSlot.query, ...textArguments(query)],
    );
    const args = [this.#pointer(session), options];
    const ranked = this.#heap.run('tsugi_session_recommend', args, k, k, 1);
    const count = ranked[2 * k]!;
    return {
      items: [...ranked.subarray(0, count)],
      scores: [...new Float32Array(ranked.buffer, 4 * k, count)],
    };
  }

  /** @throws {TsugiError} invalid_argument: the session is empty */
  explain(session: number, items: readonly number[]): Reason[] {
    const args = [this.#pointer(session), ...listArguments(items)];
    const words = this.#heap.run('tsugi_session_explain', args, REASON_SLOTS * items.length);
    const floats = new Float32Array(words.buffer);
    return items.map((_, place) => {
      const at = REASON_SLOTS * place;
      return [words[at]!, words[at + 1]!, floats[at + 2]!, words[at + 3]!, floats[at + 4]!];
    });
  }

  /** @throws {TsugiError} unsupported: the model predicts no intents */
  intent(session: number): IntentNumbers {
    const found = this.#heap.run('tsugi_session_intent', [this.#pointer(session)], 1, 1, 1, 1);
    const [probabilities = 0, labels = 0, weights = 0, families = 0] = found;
    return {
      probabilities: this.#heap.floats(probabilities, labels),
      weights: this.#heap.floats(weights, families),
    };
  }

  /** Generates items, drawn one after the other. */
  continue(session: number, drawing: ContinueArguments, filter: FilterArguments): number[] {
    const { n, temperature, topP, seed } = drawing;
    const options: Options = {
      kind: Kind.CONTINUE,
      bytes: ContinueSlot.bytes,
      slots: [
        [ContinueSlot.n, n],
        [ContinueSlot.temperature, bitsOf(temperature)],
        [ContinueSlot.topP, bitsOf(topP)],
        [ContinueSlot.seed, seed],
      ],
    };
    const args = [this.#pointer(session), options, filterOptions(filter)];
    const items = this.#heap.run('tsugi_session_continue', args, n, 1);
    return [...items.subarray(0, items[n])];
  }

  /** The JSON text of tsugi_session_imagine. */
  imagine(session: number, imagining: ImagineArguments): string {
    const { n, rating, steps, guidance, seed, avoid } = imagining;
    const options: Options = {
      kind: Kind.IMAGINE,
      bytes: ImagineSlot.bytes,
      slots: [
        [ImagineSlot.n, n],
        [ImagineSlot.rating, rating],
        [ImagineSlot.steps, steps],
        [ImagineSlot.guidance, bitsOf(guidance)],
        [ImagineSlot.seed, seed],
        [ImagineSlot.avoid, ...listArguments(avoid)],
      ],
    };
    const args = [this.#pointer(session), options];
    const [begin = 0, bytes = 0] = this.#heap.run('tsugi_session_imagine', args, 1, 1);
    return this.#heap.text(begin, bytes);
  }

  save(session: number): Uint8Array<ArrayBuffer> {
    return this.#heap.sized('tsugi_session_save', this.#pointer(session));
  }

  restore(session: number, bytes: Uint8Array): number {
    ++this.#itemChanges;
    const args = [this.#pointer(session), bytes, bytes.length];
    return this.#heap.run('tsugi_session_restore', args, 1)[0]!;
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

}

/** "genres=Drama" -> ["genres", "Drama"]. */
export function splitName(name: string): [string, string] {
  const equals = name.indexOf('=');
  return [name.slice(0, equals), name.slice(equals + 1)];
}

/** A tsugi_recommend_options with the fields of the filter, and others. */
function filterOptions(
  { seen, exclude, allow, predicate }: FilterArguments,
  ...others: Options['slots']
): Options {
  return {
    kind: Kind.RECOMMEND,
    bytes: RecommendSlot.bytes,
    slots: [
      [RecommendSlot.seen, seen],
      [RecommendSlot.exclude, ...listArguments(exclude)],
      ...(allow === undefined ? [] : [[RecommendSlot.allow, ...listArguments(allow)] as const]),
      [RecommendSlot.predicate, ...listArguments(predicate)],
      ...others,
    ],
  };
}
