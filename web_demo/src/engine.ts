/** The recommender in its worker. The only file that knows the package. */
import { Recommender, TsugiError, type AttributeFilter, type Concept, type Intent, type IntentLabel, type Session,
  type Shelf } from 'tsugi/worker';
import type { ItemFacts } from './catalogue.js';
import type { Filters, IntentRead, Watched } from './store.js';

export interface Question {
  /** Oldest first. */
  readonly watched: readonly Watched[];
  readonly filters: Filters;
  /** What the films should be about; empty = the visitor's taste alone. */
  readonly words: string;
  /** 0 .. 1. */
  readonly diversity: number;
  readonly k: number;
  /** Ids that stay away although they are not among `watched`. */
  readonly alsoSeen: readonly string[];
}

/** A film that the model has never seen. */
export interface NewFilm {
  readonly id: string;
  readonly title: string;
  readonly year: number;
  readonly genres: readonly string[];
}

/** A row of films below the shelf. */
export interface Row {
  readonly title: string;
  /** What the package says of the row. */
  readonly reason: Shelf['reason'];
  readonly ids: readonly string[];
}

/** What kind of film is to be imagined. */
export interface Wish {
  readonly rating: 'like' | 'dislike';
  /** How far from the films there are; 3 is what the model is made for. */
  readonly guidance: number;
  readonly seed: number;
  readonly n: number;
}

/** A film that nobody made. */
export interface ImaginedFilm {
  readonly title: string;
  /** 0 = unknown. */
  readonly year: number;
  readonly genres: readonly string[];
  /** The real film nearest to it, and how alike they are, 0 .. 1. */
  readonly nearest: string;
  readonly likeness: number;
}

export interface Answer {
  /** Best first. */
  readonly ids: readonly string[];
  /** For each, the watched film that sets it apart from the others; undefined if none does. */
  readonly because: readonly (string | undefined)[];
  /** What the visitor seems to be here for; empty if the model does not say. */
  readonly intents: readonly IntentRead[];
  /** Whether any film fits the words, whatever the filters; true without words. */
  readonly understood: boolean;
  /** From the question to the list, worker and back. */
  readonly milliseconds: number;
}

export interface Engine {
  readonly items: readonly ItemFacts[];
  /** "simd128", "relaxed": the build that this browser runs. */
  readonly build: string;
  /** Whether films can be added. */
  readonly canAdd: boolean;
  /** Whether it reads words. */
  readonly canSearch: boolean;
  /** Whether films can be imagined. */
  readonly canImagine: boolean;
  rank(question: Question): Promise<Answer>;
  /** Rows of the page, each about something; no film is in two. */
  rows(question: Pick<Question, 'watched' | 'filters' | 'alsoSeen'>): Promise<readonly Row[]>;
  /** Ids of films for words with typing errors, the best first; empty without words that it knows. */
  find(words: string, k: number): Promise<readonly string[]>;
  imagine(watched: readonly Watched[], wish: Wish): Promise<readonly ImaginedFilm[]>;
  /** Makes the film one of the catalogue. Undefined: the engine refuses it. */
  add(film: NewFilm): Promise<ItemFacts | undefined>;
  /** Takes an added film out again; it is none of `watched`. */
  remove(id: string, watched: readonly Watched[]): Promise<void>;
  /** Where a film stands among all, 1 = the best. */
  placeOf(id: string, watched: readonly Watched[]): Promise<{ place: number; of: number }>;
  /** Of the engine's memory, model included. */
  memoryBytes(): Promise<number>;
}

export interface LoadOptions {
  readonly integrity?: string;
  /** Ends the load. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (loaded: number, total: number) => void;
}

/** Watched films up to which an exact explanation takes no longer than a blink. */
const EXACT_UP_TO = 20;
export const ROWS = { rows: 6, perRow: 12 };

/** How many events of `held` still stand when the session should be `wanted`. */
export function commonPrefix(held: readonly Watched[], wanted: readonly Watched[]): number {
  let count = 0;
  while (count < held.length && count < wanted.length &&
    held[count]?.film.id === wanted[count]?.film.id && held[count]?.time === wanted[count]?.time &&
    Boolean(held[count]?.isDisliked) === Boolean(wanted[count]?.isDisliked)) {
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

  get canAdd(): boolean {
    return this.#model.capabilities.includes('add_items');
  }

  get canSearch(): boolean {
    return this.#model.capabilities.includes('search');
  }

  get canImagine(): boolean {
    return this.#model.capabilities.includes('imagine');
  }

  async imagine(watched: readonly Watched[], wish: Wish): Promise<readonly ImaginedFilm[]> {
    const moving = this.#become(watched);
    const [concepts] = await Promise.all([this.#session.imagine(wish), ...moving]);
    return concepts.map(readConcept);
  }

  async add({ id, title, year, genres }: NewFilm): Promise<ItemFacts | undefined> {
    const attributes = { genres, ...(year > 0 ? { year } : {}) };
    try {
      await this.#model.addItems([{ id, title: year > 0 ? `${title} (${year})` : title, attributes }]);
    } catch (error) {
      if (error instanceof TsugiError && error.code === 'invalid_argument') return undefined;
      throw error;
    }
    const { semanticId } = await this.#model.item(id) ?? {};
    return { id, title, attributes: { genres, year: [String(year)] }, semanticId };
  }

  async remove(id: string, watched: readonly Watched[]): Promise<void> {
    await Promise.all([...this.#become(watched), this.#model.removeItems([id])]);
  }

  async placeOf(id: string, watched: readonly Watched[]): Promise<{ place: number; of: number }> {
    const moving = this.#become(watched);
    const listing = this.#session.recommend({ k: 1_000_000, seen: 'keep' });
    const [list] = await Promise.all([listing, ...moving]);
    return { place: 1 + list.findIndex((row) => row.item === id), of: list.length };
  }

  get build(): string {
    return this.#model.info.build;
  }

  memoryBytes(): Promise<number> {
    return this.#model.memoryBytes();
  }

  /** The worker answers in order, so the calls go out together and cost one round trip. */
  async rank({ watched, filters, words, diversity, k, alsoSeen }: Question): Promise<Answer> {
    const start = performance.now();
    const moving = this.#become(watched);
    // Who asks in words wants the films that fit them best, however alike they are.
    const how = words === '' ? { diversity } : { query: words };
    const asked = { k, ...how, exclude: alsoSeen, filter: conditions(filters) };
    const listing = this.#session.recommend(asked);
    const reading = this.#model.capabilities.includes('intent') ? this.#session.intent() : undefined;
    const [list, intent] = await Promise.all([listing, reading, ...moving]);
    const milliseconds = performance.now() - start;
    const explain = watched.length <= EXACT_UP_TO ? 'exact' : true;
    const explained = await this.#session.recommend({ ...asked, explain });
    return {
      intents: intent === undefined ? [] : readIntents(intent),
      understood: list.length > 0 || words === '' || await this.#understands(words),
      ids: list.map((row) => row.item),
      because: explained.map(({ why }) => (why !== undefined && why.share > 0 ? why.item : undefined)),
      milliseconds,
    };
  }

  async rows({ watched, filters, alsoSeen }: Pick<Question, 'watched' | 'filters' | 'alsoSeen'>):
      Promise<readonly Row[]> {
    const moving = this.#become(watched);
    const asking = this.#session.shelves({ ...ROWS, exclude: alsoSeen, filter: conditions(filters) });
    const [rows] = await Promise.all([asking, ...moving]);
    return rows.map(({ title, reason, items }) => ({
      title: reason.kind === 'for you' ? 'More for you' : title,
      reason,
      ids: items.map(({ item }) => item),
    }));
  }

  async find(words: string, k: number): Promise<readonly string[]> {
    return (await this.#session.search(words, { k, seen: 'keep' })).map(({ item }) => item);
  }

  /** Without conditions, an empty list means that no film fits the words. */
  async #understands(words: string): Promise<boolean> {
    return (await this.find(words, 1)).length > 0;
  }

  /** Rolls back to what both have in common and pushes the rest: one new film is one event. */
  #become(watched: readonly Watched[]): Promise<unknown>[] {
    const shared = commonPrefix(this.#held, watched);
    const surplus = this.#held.length - shared;
    const events = watched.slice(shared).map(({ film, time, isDisliked }) =>
      ({ item: film.id, time, ...(isDisliked === true && { feedback: 'dislike' as const }) }));
    this.#held = watched;
    return [
      ...(surplus > 0 ? [this.#session.rollback(surplus)] : []),
      ...(events.length > 0 ? [this.#session.push(events)] : []),
    ];
  }
}

/** The families, the weightiest first. */
function readIntents(intent: Intent): IntentRead[] {
  return Object.entries(intent.weights)
    .map(([family, weight]) => ({ family, weight, labels: intent[family] as readonly IntentLabel[] }))
    .sort((a, b) => b.weight - a.weight);
}

function readConcept({ title, attributes, nearest }: Concept): ImaginedFilm {
  const values = (field: string): string[] =>
    attributes.filter((one) => one.field === field).map(({ value }) => value);
  return { title, genres: values('genres').sort(), year: Number(values('year')[0] ?? 0),
    nearest: nearest[0]?.item ?? '', likeness: nearest[0]?.cosine ?? 0 };
}

/** What the package asks of attributes; undefined = any film. */
function conditions({ genres, without, years }: Filters): AttributeFilter | undefined {
  if (genres.length === 0 && without.length === 0 && years === null) return undefined;
  return {
    ...(genres.length > 0 ? { genres } : {}),
    ...(without.length > 0 ? { not: { genres: without } } : {}),
    ...(years === null ? {} : { year: years }),
  };
}

/** @throws TsugiError when the file is missing, damaged or not a model. */
export async function loadEngine(url: string, options: LoadOptions): Promise<Engine> {
  const model = await Recommender.load(url, {
    integrity: options.integrity,
    signal: options.signal,
    onProgress: ({ phase, loaded, total }) => {
      if (phase === 'model') options.onProgress?.(loaded, total ?? 0);
    },
  });
  return new WorkerEngine(model, await model.session(), await model.items());
}
