/**
 * One visitor's wishes and the engine's answers. Every action changes the wishes at once; answers
 * are asked for one after the other, and only the newest question is asked.
 */
import { narrow, readAsking } from './asking.js';
import type { Catalogue, Film } from './catalogue.js';
import type { Engine, NewFilm, Row } from './engine.js';
import type { Kept } from './memory.js';
import { chooseStarters, compareShelves, genreInCommon } from './shelves.js';
import { NO_FILTERS, type Filters, type Reason, type Shelf, type State, type Store,
  type Watched } from './store.js';

export const SHELF_SIZE = 15;
const ANSWERS_KEPT = 50;

export interface VisitOptions {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  /** Ids, best known first. */
  readonly popular: readonly string[];
  readonly store: Store;
  /** Told when the engine fails; the visit answers no more then. */
  readonly onFailure: (error: unknown) => void;
  readonly now?: () => number;
}

export type FilmRow = Omit<Row, 'ids'> & { readonly films: readonly Film[] };

/** What undo brings back. */
type Past = Pick<State, 'watched' | 'added'>;

export class Visit {
  readonly #options: VisitOptions;
  readonly #past: Past[] = [];
  /** Ids of added films that engine and catalogue hold. */
  readonly #held = new Set<string>();
  #bringing: Promise<void> = Promise.resolve();
  #question: Reason | null = null;
  #working: Promise<void> | null = null;

  constructor(options: VisitOptions) {
    this.#options = options;
  }

  /** Shows the shelf of what an earlier visit on this device left, or another tab. */
  async open({ watched: rows, added }: Kept): Promise<void> {
    const { store, catalogue } = this.#options;
    store.update({ added });
    await this.#bringAdded();
    const watched = rows.flatMap(([id, time, feedback]) => {
      const film = catalogue.find(id);
      return film === undefined ? [] : [{ film, time, isDisliked: feedback !== undefined }];
    });
    store.update({ watched });
    await this.#ask({ kind: watched.length > 0 ? 'returned' : 'start' });
  }

  watch(film: Film): Promise<void> {
    return this.#push(film, false);
  }

  /** The film is not for the visitor: it leaves the shelf, and films like it fall. */
  dislike(film: Film): Promise<void> {
    return this.#push(film, true);
  }

  #push(film: Film, isDisliked: boolean): Promise<void> {
    const { watched } = this.#options.store.state;
    const is = (entry: Watched): boolean => entry.film.id === film.id && Boolean(entry.isDisliked) === isDisliked;
    if (watched.some(is)) return Promise.resolve();
    const time = (this.#options.now ?? Date.now)();
    const entry = { film, time, isDisliked };
    return this.#change({ watched: [...without(watched, film), entry] },
      { kind: isDisliked ? 'disliked' : 'watched', film });
  }

  remove(film: Film): Promise<void> {
    const { watched } = this.#options.store.state;
    return this.#change({ watched: without(watched, film) }, { kind: 'removed', film });
  }

  /** Forgets what was watched and the films that were added. */
  clear(): Promise<void> {
    return this.#change({ watched: [], added: [] }, { kind: 'cleared' });
  }

  /** Takes back the last watch, removal, addition or clearing. */
  undo(): Promise<void> {
    const past = this.#past.pop();
    if (past === undefined) return Promise.resolve();
    this.#options.store.update({ ...past, canUndo: this.#past.length > 0 });
    return this.#ask({ kind: 'undone' });
  }

  filter(filters: Filters): Promise<void> {
    this.#options.store.update({ filters });
    return this.#ask({ kind: 'filtered' });
  }

  /** Asks in words, in addition to the taste; '' = the taste alone. */
  ask(text: string): Promise<void> {
    this.#options.store.update({ asking: text });
    return this.#ask({ kind: 'asked' });
  }

  resetFilters(): Promise<void> {
    this.#options.store.update({ asking: '' });
    return this.filter(NO_FILTERS);
  }

  /** The shelf looks back on the last `count` films; 0 = all. */
  remember(count: number): Promise<void> {
    this.#options.store.update({ memory: count });
    return this.#ask({ kind: 'memory' });
  }

  /**
   * Adds a film to the model and says where it stands for this visitor, 1 = the best; undefined: the
   * engine refuses it.
   */
  async add(film: NewFilm): Promise<{ film: Film; place: number; of: number } | undefined> {
    const { engine, catalogue, store } = this.#options;
    await this.#change({ added: [...store.state.added, film] }, { kind: 'added' });
    const added = catalogue.find(film.id);
    const { watched, memory } = store.state;
    return added && { film: added, ...await engine.placeOf(added.id, lookBack(watched, memory)) };
  }

  /** Takes an added film out of the catalogue, and off what was watched. */
  removeAdded(film: Film): Promise<void> {
    const { watched, added } = this.#options.store.state;
    return this.#change({ watched: without(watched, film), added: added.filter(({ id }) => id !== film.id) },
      { kind: 'removed', film });
  }

  surprise(amount: number): Promise<void> {
    this.#options.store.update({ surprise: amount });
    return this.#ask({ kind: 'surprise' });
  }

  #change(change: Partial<Past>, reason: Reason): Promise<void> {
    const { store } = this.#options;
    const { watched, added } = store.state;
    this.#past.push({ watched, added });
    store.update({ ...change, canUndo: true });
    return this.#ask(reason);
  }

  /** Makes the added films of engine and catalogue those of the store, one call after the other. */
  #bringAdded(): Promise<void> {
    const bring = async (): Promise<void> => {
      const { engine, catalogue, store } = this.#options;
      const { added, watched, memory } = store.state;
      for (const id of this.#held) {
        if (added.some((film) => film.id === id)) continue;
        await engine.remove(id, lookBack(watched, memory));
        catalogue.remove(id);
        this.#held.delete(id);
      }
      for (const film of added) {
        if (this.#held.has(film.id) || catalogue.find(film.id) !== undefined) continue;
        const item = await engine.add(film);
        if (item === undefined) store.update({ added: store.state.added.filter(({ id }) => id !== film.id) });
        else {
          catalogue.add(item);
          this.#held.add(film.id);
        }
      }
    };
    this.#bringing = this.#bringing.then(bring);
    return this.#bringing;
  }

  #ask(reason: Reason): Promise<void> {
    this.#question = reason;
    this.#working ??= this.#answerAll().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #answerAll(): Promise<void> {
    try {
      while (this.#question !== null) {
        const reason = this.#question;
        this.#question = null;
        await this.#answer(reason);
      }
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  async #answer(reason: Reason): Promise<void> {
    const { store } = this.#options;
    await this.#bringAdded();
    const { shelf } = store.state;
    const { films, because, intents, understood, milliseconds } = await this.#rank(store.state);
    const answers = milliseconds === null ? store.state.answers
      : [...store.state.answers, milliseconds].slice(-ANSWERS_KEPT);
    const moves = compareShelves(shelf.films, films);
    store.update({ answers, shelf: { films, because, intents, understood, reason, moves } });
  }

  /** Rows of films below the shelf, for a visitor who has picked something; none is on the shelf. */
  async rows(): Promise<FilmRow[]> {
    const { engine, catalogue, store, onFailure } = this.#options;
    const { watched, filters, asking, memory, shelf } = store.state;
    if (watched.length === 0 || asking !== '') return [];
    const alsoSeen = [...watched.map(({ film }) => film), ...shelf.films].map(({ id }) => id);
    try {
      const rows = await engine.rows({ watched: lookBack(watched, memory), filters, alsoSeen });
      return rows.map(({ ids, ...row }) => ({ ...row, films: ids.flatMap((id) => catalogue.find(id) ?? []) }));
    } catch (error) {
      onFailure(error);
      return [];
    }
  }

  /** An empty session has no taste yet, so it gets films that people know, unless it asks for others. */
  async #rank({ watched, filters: chosen, asking, surprise, memory }: State):
      Promise<Pick<Shelf, 'films' | 'because' | 'intents' | 'understood'> & { milliseconds: number | null }> {
    const { engine, catalogue, popular } = this.#options;
    const asked = readAsking(asking, watched.filter(({ isDisliked }) => isDisliked !== true), catalogue);
    const { words } = asked;
    const filters = narrow(chosen, asked);
    if (watched.length === 0 && words === '') {
      const films = chooseStarters(catalogue, popular, { count: SHELF_SIZE, filters, surprise });
      return { films, because: [], intents: [], understood: true, milliseconds: null };
    }
    const answer = await engine.rank({ watched: lookBack(watched, memory), filters, words,
      diversity: surprise, k: SHELF_SIZE, alsoSeen: watched.map(({ film }) => film.id) });
    const last = watched.findLast(({ isDisliked }) => isDisliked !== true);
    const known = answer.ids.flatMap((id, place) => {
      const film = catalogue.find(id);
      const cause = catalogue.find(answer.because[place] ?? '');
      if (film === undefined) return [];
      // The last film is why the whole shelf is as it is: it says nothing of a film unlike it.
      const says = cause !== undefined &&
        (cause !== last?.film || genreInCommon(film, cause) !== undefined);
      return [{ film, cause: says ? cause : undefined }];
    });
    return {
      films: known.map(({ film }) => film),
      because: known.map(({ cause }) => cause),
      intents: answer.intents,
      understood: answer.understood,
      milliseconds: answer.milliseconds,
    };
  }
}

const without = (watched: readonly Watched[], film: Film): readonly Watched[] =>
  watched.filter((entry) => entry.film.id !== film.id);

/** The films that the shelf looks back on. */
export const lookBack = (watched: readonly Watched[], memory: number): readonly Watched[] =>
  memory === 0 ? watched : watched.slice(-memory);
