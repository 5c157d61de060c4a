/// <reference lib="esnext.disposable" preserve="true" />
/** One visitor: events go in, lists come out. */
import { addItems, removeItems } from './added_items.js';
import type { Catalogue } from './catalogue.js';
import { DISLIKE, ended, type Engine } from './engine.js';
import type { EventNumbers } from './engine_calls.js';
import { invalid } from './errors.js';
import { anyOf, compileFilter, FILTER_KEYS } from './filter.js';
import { checkList, describeList, describeShelf, length } from './lists.js';
import {
  checkId,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
  wrong,
  integer,
  kindOf,
  number,
  oneOf,
} from './options.js';
import { checkMade, dropped, nameSelf } from './public_class.js';
import type {
  Concept,
  ContinueOptions,
  ImagineOptions,
  Intent,
  NewItem,
  PushResult,
  Recommendation,
  RecommendOptions,
  SessionEvent,
  Shelf,
  ShelfOptions,
} from './types.js';

const EVENT_KEYS = ['item', 'time', 'action', 'duration', 'feedback'];
/** In the order of TSUGI_RANK_... in tsugi.h. */
const RANKINGS = ['table', 'generated', 'parallel', 'fused', 'words'];
const WORDS = 4;
/** In the order of TSUGI_DISLIKE, TSUGI_LIKE, TSUGI_NO_RATING in tsugi.h. */
const RATINGS = ['dislike', 'like', 'none'];

const seed = integer(1, 0, 0xffffffff);
const RECOMMEND = {
  k: length,
  explain: oneOf(false, [false, true, 'exact']),
  query: (where: string, value: unknown) => checkString(where, value ?? '', 'words'),
  ranking: (where: string, value: unknown) =>
    value === undefined ? undefined : checkOneOf(where, value, RANKINGS),
};
const SHELVES = { rows: integer(6, 1, 100), perRow: integer(12, 1, 1000) };
const CONTINUE = {
  n: integer(5, 1, 100_000),
  temperature: number(1, 0, 1e6),
  topP: number(1, 1e-6, 1),
  seed,
};
const CONTINUE_KEYS = [...Object.keys(CONTINUE), ...FILTER_KEYS, 'seen'];
const IMAGINE = {
  n: integer(4, 1, 64),
  rating: oneOf('like', RATINGS),
  steps: integer(20, 1, 1000),
  guidance: number(3, 0, 100),
  seed,
};
const IMAGINE_KEYS = [...Object.keys(IMAGINE), 'avoid'];

/** The years 1 to 9999 in unix milliseconds. */
const FIRST_TIME = -62_135_596_800_000;
const LAST_TIME = 253_402_300_799_999;
/** The years 1992 to 2099 in seconds. As milliseconds they are weeks of early 1970. */
const LIKELY_SECONDS = [7e8, 4.1e9] as const;

/** Converts a time to unix seconds, 0 = unknown. */
function secondsOf(time: unknown): number {
  if (time === undefined) return 0;
  // Not time.getTime(), which may be code of the page.
  const value = kindOf(time) === 'Date' ? Date.prototype.getTime.call(time) : time;
  if (typeof value !== 'number' || !(value >= FIRST_TIME && value <= LAST_TIME)) {
    throw wrong('time', time, 'unix milliseconds or a Date, of the years 1 to 9999');
  }
  if (value >= LIKELY_SECONDS[0] && value < LIKELY_SECONDS[1]) {
    throw invalid(`time: ${value} looks like seconds. Try: ${value * 1000}`);
  }
  return value / 1000;
}

/** An event whose values have been checked. */
interface CheckedEvent {
  readonly id: string;
  readonly seconds: number;
  readonly action: string | undefined;
  readonly value: number;
  readonly isDislike: boolean;
}

function checkEvent(event: string | SessionEvent): CheckedEvent {
  const { item, time, action, duration, feedback }: Partial<SessionEvent> =
    typeof event === 'object' && event !== null
      ? checkKeys('push', event, EVENT_KEYS)
      : { item: event };
  return {
    id: checkId('item', item),
    seconds: secondsOf(time),
    action: action === undefined ? undefined : checkString('action', action),
    value: duration === undefined ? NaN : checkNumber('duration', duration, 0, 1e30),
    isDislike: checkOneOf('feedback', feedback, [undefined, 'dislike']) > 0,
  };
}

/** One visitor. Made by model.session() and model.restore(). */
export class Session {
  declare readonly [Symbol.dispose]: () => void;
  #handle: number;
  readonly #engine: Engine;
  readonly #catalogue: Catalogue;

  private constructor(engine: Engine, catalogue: Catalogue) {
    checkMade(engine);
    this.#engine = engine;
    this.#handle = engine.createSession();
    this.#catalogue = catalogue.seenBy(this.#handle);
    nameSelf(this);
    const handle = this.#handle;
    dropped?.register(this, () => engine.destroySession(handle), this);
  }

  /** Creates a session, empty or from saved bytes. @internal */
  static create(engine: Engine, catalogue: Catalogue, saved?: Uint8Array): Session {
    const session = new Session(engine, catalogue);
    if (!saved) return session;
    try {
      engine.restore(session.#handle, saved);
    } catch (cause) {
      session.dispose();
      throw cause;
    }
    return session;
  }

  /**
   * Appends events, oldest first. Events with ids that the model does not know are skipped and
   * returned.
   * @throws {TsugiError} invalid_argument: an event has no id, its time is not a number, or its
   *   duration is below 0; nothing is appended then
   */
  push(events: string | SessionEvent | readonly (string | SessionEvent)[]): PushResult {
    const list = [events].flat() as (string | SessionEvent)[];
    const checked = list.map(checkEvent);
    const handle = this.#open(); // last, because the page's own code may have run until here
    const known: EventNumbers[] = [];
    const unknown: string[] = [];
    for (const { id, seconds, action, value, isDislike } of checked) {
      const item = this.#catalogue.find(id);
      const number = isDislike ? DISLIKE : this.#catalogue.action(action);
      if (item < 0) unknown.push(id);
      else known.push([item, seconds, number, value]);
    }
    return { accepted: known.length, unknown, events: this.#engine.push(handle, known) };
  }

  /**
   * Ranks the catalogue for this visitor and returns at most k items, best first.
   * @throws {TsugiError} invalid_argument: an unknown option or attribute, k < 1, or a diversity
   *   outside 0 .. 1
   */
  recommend(options?: RecommendOptions): Recommendation[] {
    return this.#rank('recommend', options);
  }

  /**
   * Returns items that fit words, ranked for this visitor: `recommend` with `query`. They are found by
   * titles and attributes, and by meaning if the model has "word_vectors". The list is
   * empty if no word was understood or no item fits well enough.
   * @throws {TsugiError} unsupported: the model cannot search ("search" is not in
   *   model.capabilities); invalid_argument: the query is not a string
   */
  search(query: string, options?: RecommendOptions): Recommendation[] {
    return this.#rank('search', options, checkString('query', query, 'words'));
  }

  #rank(verb: string, options: RecommendOptions = {}, words?: string): Recommendation[] {
    const { checked, fields, list } = checkList(
      this.#catalogue,
      verb,
      options,
      RECOMMEND,
      'seen',
    );
    const query = words ?? checked.query;
    const ranking = checked.ranking ?? (query ? WORDS : 0);
    const handle = this.#open(); // last, because the page's own code may have run until here
    if (list === null) return [];
    const ranked = this.#engine.recommend(handle, { ...list, ranking, query });
    const answer = describeList(this.#catalogue, ranked, fields);
    return checked.explain
      ? this.#withReasons(handle, ranked.items, checked.explain - 1, answer)
      : answer;
  }

  /**
   * Makes the rows of a page, none of which holds an item of another: the visitor's list, items like
   * the last ones, topics of the visitor, new items, the long tail. Each row is ranked for the visitor.
   * @throws {TsugiError} invalid_argument
   */
  shelves(options?: ShelfOptions): Shelf[] {
    const catalogue = this.#catalogue;
    const { checked, fields, list } = checkList(catalogue, 'shelves', options, SHELVES, 'seen');
    const handle = this.#open();
    if (list === null) return [];
    return this.#engine
      .shelves(handle, checked.rows, list)
      .map((shelf) => describeShelf(catalogue, shelf, fields));
  }

  /** Returns the events of this visitor, oldest first, as push() takes them; times to the second. */
  events(): SessionEvent[] {
    return this.#engine.events(this.#open()).map(([item, seconds, action, value]) => {
      const name = this.#catalogue.actionName(action);
      return {
        item: this.#catalogue.id(item),
        ...(seconds && { time: 1000 * seconds }),
        ...(name !== undefined && { action: name }),
        ...(value === value && { duration: value }),
        ...(action === DISLIKE && { feedback: 'dislike' as const }),
      };
    });
  }

  #withReasons(
    handle: number,
    items: readonly number[],
    exact: number,
    answer: Recommendation[],
  ): Recommendation[] {
    const families = this.#catalogue.intents.firstLabels(() => this.#engine.intent(handle));
    return this.#engine
      .explain(handle, items, exact)
      .map(([event, item, share, family, effect], place) => {
        if (event >> 31) return answer[place]!; // no event, so no reason
        const named = families[family];
        const why = {
          item: this.#catalogue.id(item),
          event,
          share,
          ...(named && { intent: { ...named, effect } }),
        };
        return { ...answer[place]!, why };
      });
  }

  /**
   * Returns the predicted intents of the visitor.
   * @throws {TsugiError} unsupported: the model predicts no intents ("intent" is not in
   *   model.capabilities)
   */
  intent(): Intent {
    return this.#catalogue.intents.describe(this.#engine.intent(this.#open()));
  }

  /**
   * Generates the ids of the next n items, each drawn by the model given the session and the items
   * before it. The session is unchanged.
   * @throws {TsugiError} invalid_argument
   */
  continue(options?: ContinueOptions): string[] {
    const given = checkKeys('continue', options, CONTINUE_KEYS);
    const drawing = checkOptions(given, CONTINUE);
    const filter = compileFilter(this.#catalogue, given);
    const handle = this.#open();
    if (filter === null) return [];
    return this.#engine.continue(handle, drawing, filter).map((item) => this.#catalogue.id(item));
  }

  /**
   * Imagines items for this visitor that the catalogue need not hold; for no visitor in particular
   * if the session is empty. The session is unchanged.
   * @throws {TsugiError} unsupported: the model does not imagine ("imagine" is not in
   *   model.capabilities); invalid_argument
   */
  imagine(options?: ImagineOptions): Concept[] {
    const given = checkKeys('imagine', options, IMAGINE_KEYS);
    const imagining = {
      ...checkOptions(given, IMAGINE),
      avoid: anyOf(this.#catalogue, 'avoid', given.avoid ?? {}),
    };
    const answer = this.#engine.imagine(this.#open(), imagining);
    return (JSON.parse(answer) as { concepts: Concept[] }).concepts;
  }

  /**
   * Takes back the last `count` events and returns the number of events that are left.
   * @throws {TsugiError} out_of_range: the session has fewer events
   */
  rollback(count = 1): number {
    checkInteger('rollback', count, 0);
    return this.#engine.rollback(this.#open(), count);
  }

  /**
   * Adds items that this visitor alone sees. They are saved with the session and end with it.
   * Otherwise as addItems of the model.
   */
  addItems(items: readonly NewItem[]): void {
    addItems(this.#engine, this.#catalogue, this.#open(), items);
  }

  /** Removes items of this session. Otherwise as removeItems of the model. */
  removeItems(ids: readonly string[]): void {
    removeItems(this.#engine, this.#catalogue, this.#open(), ids);
  }

  /**
   * Returns portable bytes for Recommender.restore(): the events, the added items that they name
   * and the session's own, not the model.
   */
  save(): Uint8Array<ArrayBuffer> {
    return this.#engine.save(this.#open());
  }

  /** Frees the session. May be called twice. */
  dispose(): void {
    const handle = this.#handle;
    if (handle === 0) return;
    this.#handle = 0;
    dropped?.unregister(this);
    this.#engine.destroySession(handle);
  }

  /** The handle. @throws {TsugiError} disposed, engine_trapped */
  #open(): number {
    this.#engine.assertOpen();
    if (this.#handle !== 0) return this.#handle;
    throw ended();
  }
}
