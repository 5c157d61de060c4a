/** The recommender in its worker. The only file that knows the package. */
import { Recommender } from 'tsugi/worker';
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
  /** From the question to the list, worker and back. */
  readonly milliseconds: number;
}

export interface Engine {
  readonly items: readonly ItemFacts[];
  /** "simd128", "relaxed": the build that this browser runs. */
  readonly build: string;
  /** Of the engine's memory; null when unknown. */
  readonly memoryBytes: number | null;
  rank(question: Question): Promise<Answer>;
}

export interface LoadOptions {
  readonly integrity?: string;
  readonly onProgress?: (loaded: number, total: number) => void;
}

type Model = Awaited<ReturnType<typeof Recommender.load>>;
type Session = Awaited<ReturnType<Model['session']>>;

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
  readonly #model: Model;
  readonly #session: Session;
  #held: readonly Watched[] = [];

  constructor(model: Model, session: Session, items: readonly ItemFacts[]) {
    this.#model = model;
    this.#session = session;
    this.items = items;
  }

  get build(): string {
    return this.#model.info.build;
  }

  get memoryBytes(): number | null {
    return this.#model.info.memoryBytes ?? null;
  }

  async rank({ watched, filters, diversity, k }: Question): Promise<Answer> {
    const start = performance.now();
    await this.#become(watched);
    const { genres, years } = filters;
    const filter = {
      ...(genres.length > 0 ? { genres: [...genres] } : {}),
      ...(years === null ? {} : { year: { min: years.min, max: years.max } }),
    };
    const list = await this.#session.recommend({ k, diversity, filter });
    return { ids: list.map((row) => row.item), milliseconds: performance.now() - start };
  }

  /** Rolls back to what both have in common and pushes the rest: one new film is one event. */
  async #become(watched: readonly Watched[]): Promise<void> {
    const shared = commonPrefix(this.#held, watched);
    const surplus = this.#held.length - shared;
    this.#held = watched;
    if (surplus > 0) await this.#session.rollback(surplus);
    for (const { film, time } of watched.slice(shared)) {
      await this.#session.push({ item: film.id, time });
    }
  }
}

/** @throws TsugiError when the file is missing, damaged or not a model. */
export async function loadEngine(url: string, options: LoadOptions): Promise<Engine> {
  const model = await Recommender.load(url, {
    ...(options.integrity === undefined ? {} : { integrity: options.integrity }),
    onProgress: ({ loaded, total }) => options.onProgress?.(loaded, total ?? 0),
  });
  return new WorkerEngine(model, await model.session(), await model.items());
}
