/** Remembers what was watched, on this device only. Without storage a visit simply starts fresh. */
import type { Catalogue } from './catalogue.js';
import type { NewFilm } from './engine.js';
import type { Store, Watched } from './store.js';

const KEY = 'tsugi-demo-watched-1';
const ADDED_KEY = 'tsugi-demo-added-1';

const isFilm = (row: unknown): row is NewFilm => {
  const film = row as Partial<NewFilm> | null;
  return typeof film?.id === 'string' && typeof film.title === 'string' &&
    typeof film.year === 'number' && Array.isArray(film.genres);
};

/** Films that the visitor added. */
export const addedFilms = {
  recall(storage: () => Storage): NewFilm[] {
    try {
      const rows: unknown = JSON.parse(storage().getItem(ADDED_KEY) ?? '[]');
      return Array.isArray(rows) ? rows.filter(isFilm) : [];
    } catch {
      return [];
    }
  },
  keep(film: NewFilm, storage: () => Storage): void {
    try {
      storage().setItem(ADDED_KEY, JSON.stringify([...addedFilms.recall(storage), film]));
    } catch {
      // As below.
    }
  },
};

export function recallWatched(catalogue: Catalogue, storage: () => Storage): Watched[] {
  try {
    const rows: unknown = JSON.parse(storage().getItem(KEY) ?? '[]');
    if (!Array.isArray(rows)) return [];
    return rows.flatMap((row: unknown) => {
      const [id, time] = Array.isArray(row) ? (row as unknown[]) : [];
      const film = typeof id === 'string' ? catalogue.find(id) : undefined;
      return film === undefined || typeof time !== 'number' ? [] : [{ film, time }];
    });
  } catch {
    return [];
  }
}

export function keepWatched(store: Store, storage: () => Storage): void {
  store.subscribe((state, before) => {
    if (state.watched === before.watched) return;
    try {
      storage().setItem(KEY, JSON.stringify(state.watched.map(({ film, time }) =>
        [film.id, time])));
    } catch {
      // Storage is full or switched off: the visit goes on without memory.
    }
  });
}
