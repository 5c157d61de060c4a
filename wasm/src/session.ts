/// <reference lib="esnext.disposable" preserve="true" />
/** One visitor: events go in, lists come out. */
import type { Catalogue } from './catalogue.js';
import type { Engine, EventColumns } from './engine.js';
import { addDispose } from './disposable.js';
import { invalid, TsugiError } from './errors.js';
import { anyOf, compileCaps, compileFilter, FILTER_KEYS } from './filter.js';
import {
  checkId,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOneOf,
  describeValue,
} from './options.js';
import type {
  Concept,
  ContinueOptions,
  ImagineOptions,
  Intent,
  PushResult,
  Recommendation,
  RecommendOptions,
  SessionEvent,
} from './types.js';

const EVENT_KEYS = ['item', 'time', 'action', 'duration'];
const RECOMMEND_KEYS = ['k', ...FILTER_KEYS, 'caps', 'diversity', 'explain', 'ranking', 'query'];
const IMAGINE_KEYS = ['rating', 'n', 'steps', 'guidance', 'seed', 'avoid'];
/** In the order of TSUGI_RANK_... in tsugi.h. */
const RANKINGS = ['table', 'generated', 'parallel', 'fused'];
/** In the order of TSUGI_DISLIKE, TSUGI_LIKE, TSUGI_NO_RATING in tsugi.h. */
const RATINGS = ['dislike', 'like', 'none'];
const CONTINUE_KEYS = ['n', ...FILTER_KEYS, 'temperature', 'topP', 'seed'];

/** Converts a time to unix seconds, 0 = unknown. */
function secondsOf(time: number | Date | undefined): number {
  if (time === undefined) return 0;
  const milliseconds = time instanceof Date ? time.getTime() : time;
  if (typeof milliseconds === 'number' && Number.isFinite(milliseconds)) return milliseconds / 1000;
  throw invalid(`push: time: ${describeValue(time)}, expected unix milliseconds or a valid Date`);
}

export class Session {
  static {
    addDispose(this.prototype);
  }

  declare readonly [Symbol.dispose]: () => void;
  #handle: number;
  readonly #engine: Engine;
  readonly #catalogue: Catalogue;

  /** Made by Recommender.session() and restore(). */
  constructor(engine: Engine, catalogue: Catalogue, saved?: Uint8Array) {
    this.#engine = engine;
    this.#catalogue = catalogue;
    this.#handle = engine.createSession();
    try {
      if (saved !== undefined) {
        engine.restore(this.#handle, saved);
        catalogue.takeInAdded();
      }
    } catch (cause) {
      engine.destroySession(this.#handle);
      throw cause;
    }
  }

  /**
   * Appends events, oldest first. Events with ids that the model does not know are skipped and
   * returned.
   * @throws {TsugiError} invalid_argument: an event has no id, its time is not a number, or its
   *   duration is below 0; nothing is appended then
   */
  push(events: string | SessionEvent | readonly (string | SessionEvent)[]): PushResult {
    const handle = this.#open();
    const list = (Array.isArray(events) ? events : [events]) as readonly (string | SessionEvent)[];
    const columns: EventColumns = { items: [], times: [], actions: [], values: [] };
    const unknown: string[] = [];
    for (const event of list) {
      const { item, time, action, duration }: Partial<SessionEvent> =
        typeof event === 'object' && event !== null
          ? checkKeys('push', event, EVENT_KEYS)
          : { item: event };
      const id = checkId('push: item', item);
      const seconds = secondsOf(time);
      const value =
        duration === undefined ? NaN : checkNumber('push: duration', duration, 0, 1e30);
      const index = this.#catalogue.find(id);
      if (index < 0) {
        unknown.push(id);
      } else {
        columns.items.push(index);
        columns.times.push(seconds);
        columns.actions.push(this.#catalogue.action(action));
        columns.values.push(value);
      }
    }
    const { length: accepted } = columns.items;
    return { accepted, unknown, events: this.#engine.push(handle, columns) };
  }

  /**
   * Ranks the catalogue for this visitor and returns at most k items, best first.
   * @throws {TsugiError} invalid_argument: an unknown option or attribute, k < 1, or a diversity
   *   outside 0 .. 1
   */
  recommend(options?: RecommendOptions): Recommendation[] {
    const handle = this.#open();
    const given = checkKeys('recommend', options, RECOMMEND_KEYS);
    const wantsReasons = checkOneOf('recommend: explain', given.explain ?? false, [false, true]);
    const k = checkInteger('recommend: k', given.k ?? 10, 1);
    const caps = compileCaps(this.#catalogue, 'recommend: caps', given.caps);
    const filter = compileFilter(this.#catalogue, 'recommend', given);
    if (filter === null) return [];
    const diversity = checkNumber('recommend: diversity', given.diversity ?? 0, 0, 1);
    const { query = '', ranking = query ? 'fused' : 'table' } = given;
    const list = {
      ...caps,
      filter,
      k: Math.min(k, this.#catalogue.count),
      diversity,
      ranking: checkOneOf('recommend: ranking', ranking, RANKINGS),
      query: `${query}`,
    };
    const { items, scores } = this.#engine.recommend(handle, list);
    const answer = items.map((item, place) => ({
      item: this.#catalogue.id(item),
      score: scores[place]!,
    }));
    return wantsReasons ? this.#withReasons(handle, items, answer) : answer;
  }

  /**
   * Returns items that match words, ranked for this visitor: `recommend` with `query`.
   * @throws {TsugiError} unsupported: the model cannot search ("search" is not in
   *   model.capabilities)
   */
  search(query: string, options?: RecommendOptions): Recommendation[] {
    return this.recommend({ ...options, query });
  }

  #withReasons(
    handle: number,
    items: readonly number[],
    answer: readonly Recommendation[],
  ): Recommendation[] {
    if (this.#engine.eventCount(handle) === 0) return [...answer]; // no event, so no reason
    const families = this.#catalogue.intents.firstLabels(() => this.#engine.intent(handle));
    return this.#engine.explain(handle, items).map(([event, item, share, family, effect], place) => {
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
    const handle = this.#open();
    const given = checkKeys('continue', options, CONTINUE_KEYS);
    const drawing = {
      n: checkInteger('continue: n', given.n ?? 5, 1, 100_000),
      temperature: checkNumber('continue: temperature', given.temperature ?? 1, 0, 1e6),
      topP: checkNumber('continue: topP', given.topP ?? 1, 1e-6, 1),
      seed: checkInteger('continue: seed', given.seed ?? 1, 0, 0xffffffff),
    };
    const filter = compileFilter(this.#catalogue, 'continue', given);
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
    const handle = this.#open();
    const given = checkKeys('imagine', options, IMAGINE_KEYS);
    const { n = 4, steps = 20, guidance = 3, seed = 1 } = given;
    const rating = checkOneOf('imagine: rating', given.rating ?? 'like', RATINGS);
    const avoid = anyOf(this.#catalogue, 'imagine: avoid', given.avoid ?? {});
    const answer = this.#engine.imagine(handle, { n, rating, steps, guidance, seed, avoid });
    return (JSON.parse(answer) as { concepts: Concept[] }).concepts;
  }

  /**
   * Takes back the last `count` events and returns the number of events that are left.
   * @throws {TsugiError} out_of_range: the session has fewer events
   */
  rollback(count = 1): number {
    return this.#engine.rollback(this.#open(), checkInteger('rollback', count, 0));
  }

  /**
   * Returns portable bytes for Recommender.restore(): the events and added items, not the model.
   */
  save(): Uint8Array<ArrayBuffer> {
    return this.#engine.save(this.#open());
  }

  /** Frees the session. May be called twice. */
  dispose(): void {
    if (this.#handle === 0) return;
    this.#engine.destroySession(this.#handle);
    this.#handle = 0;
  }

  /** The handle. @throws {TsugiError} disposed, engine_trapped */
  #open(): number {
    this.#engine.assertOpen();
    if (this.#handle !== 0) return this.#handle;
    throw new TsugiError('disposed', 'the session was disposed; make another with model.session()');
  }
}
