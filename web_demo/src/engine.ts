/** The recommender in its worker. The only file that knows the package. */
import { Recommender, type AttributeFilter, type Session } from 'tsugi/worker';
import type { ItemFacts } from './catalogue.js';
import type { Filters, Watched } from './store.js';

export interface Question {
  /** Oldest first. */
  readonly watched: readonly Watched[];
  readonly filters: Filters;
  /** 0 .. 1. */
  readonly diversity: number;
  readonly k: number;
}

export interface Answer {
  /** Best first. */
  readonly ids: readonly string[];
  /** For each, the watched film that speaks most for it; undefined if none does. */
  readonly because: readonly (string | undefined)[];
  /** From the question to the list, worker and back. */
  readonly milliseconds: number;
}

export interface Engine {
  readonly items: readonly ItemFacts[];
  /** "simd128", "relaxed": the build that this browser runs. */
  readonly build: string;
  rank(question: Question): Promise<Answer>;
  /** Of the engine's memory, model included. */
  memoryBytes(): Promise<number>;
}

export interface LoadOptions {
  readonly integrity?: string;
  readonly onProgress?: (loaded: number, total: number) => void;
}

/** How many events of `held` still stand when the session should be `wanted`. */
export function commonPrefix(held: readonly Watched[], wanted: readonly Watched[]): number {
  let count = 0;
  while (count < held.length && count < wanted.length &&
    held[count]?.film.id === wanted[count]?.film.id && held[count]?.time === wanted[count]?.time) {
    ++count;
  }
  return count;
}

class WorkerEngine implements Engine {
  readonly items: readonly ItemFacts[];
  readonly #model: Recommender;
  readonly #session: Session;
  #held: readonly Watched[] = [];

  constructor(model: Recommender, session: Session, items: readonly ItemFacts[]) {
    this.#model = model;
    this.#session = session;
    this.items = items;
  }

  get build(): string {
    return this.#model.info.build;
  }

  memoryBytes(): Promise<number> {
    return this.#model.memoryBytes();
  }

  /** The worker answers in order, so the calls go out together and cost one round trip. */
  async rank({ watched, filters, diversity, k }: Question): Promise<Answer> {
    const start = performance.now();
    const moving = this.#become(watched);
    const listing = this.#session.recommend({ k, diversity, explain: true,
      filter: conditions(filters) });
    const [list] = await Promise.all([listing, ...moving]);
    return {
      ids: list.map((row) => row.item),
      because: list.map(({ why }) => (why !== undefined && why.share > 0 ? why.item : undefined)),
      milliseconds: performance.now() - start,
    };
  }

  /** Rolls back to what both have in common and pushes the rest: one new film is one event. */
  #become(watched: readonly Watched[]): Promise<unknown>[] {
    const shared = commonPrefix(this.#held, watched);
    const surplus = this.#held.length - shared;
    const events = watched.slice(shared).map(({ film, time }) => ({ item: film.id, time }));
    this.#held = watched;
    return [
      ...(surplus > 0 ? [this.#session.rollback(surplus)] : []),
      ...(events.length > 0 ? [this.#session.push(events)] : []),
    ];
  }
}

/** What the package asks of attributes; undefined = any film. */
function conditions({ genres, years }: Filters): AttributeFilter | undefined {
  if (genres.length === 0 && years === null) return undefined;
  return {
    ...(genres.length > 0 ? { genres } : {}),
    ...(years === null ? {} : { year: years }),
  };
}

/** @throws TsugiError when the file is missing, damaged or not a model. */
export async function loadEngine(url: string, options: LoadOptions): Promise<Engine> {
  const model = await Recommender.load(url, {
    integrity: options.integrity,
    onProgress: ({ phase, loaded, total }) => {
      if (phase === 'model') options.onProgress?.(loaded, total ?? 0);
    },
  });
  return new WorkerEngine(model, await model.session(), await model.items());
}
