/**
 * Remembers what was watched and which films the visitor added, on this device only. Without storage a
 * visit simply starts fresh. What another build, another tab or a person wrote there is checked row by row.
 */
import type { NewFilm } from './engine.js';
import type { Store } from './store.js';

const WATCHED_KEY = 'tsugi-demo-watched-1';
const ADDED_KEY = 'tsugi-demo-added-1';

/** One film that was watched: its id, and when, in Unix milliseconds; DISLIKED if it is not for the visitor. */
export type WatchedRow = readonly [id: string, time: number, feedback?: typeof DISLIKED];
const DISLIKED = 'disliked';

export interface Kept {
  /** Oldest first; a film once. */
  readonly watched: readonly WatchedRow[];
  readonly added: readonly NewFilm[];
}

type GetStorage = () => Pick<Storage, 'getItem' | 'setItem'>;

const LONGEST_TITLE = 200;
/** Milliseconds: the first is of 1973, and tells them from seconds; the last is the year 9999. */
const TIMES = { first: 1e11, last: 253_402_300_799_999 };

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) &&
  (value as number) >= TIMES.first && (value as number) <= TIMES.last;

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_TITLE;

function isFilm(row: unknown): row is NewFilm {
  const { id, title, year, genres } = (row ?? {}) as Partial<NewFilm>;
  return isText(id) && isText(title) && Number.isInteger(year) && year! >= 0 && year! <= 9999 &&
    Array.isArray(genres) && genres.every(isText);
}

const isWatched = (row: unknown): row is WatchedRow =>
  Array.isArray(row) && isText(row[0]) && isTime(row[1]) && (row[2] === undefined || row[2] === DISLIKED);

function readRows<Row>(storage: GetStorage, key: string, isRow: (row: unknown) => row is Row,
  idOf: (row: Row) => string): Row[] {
  try {
    const rows: unknown = JSON.parse(storage().getItem(key) ?? '[]');
    if (!Array.isArray(rows)) return [];
    return [...new Map(rows.filter(isRow).map((row) => [idOf(row), row])).values()];
  } catch {
    return [];
  }
}

export const recall = (storage: GetStorage): Kept => ({
  watched: readRows(storage, WATCHED_KEY, isWatched, ([id]) => id),
  added: readRows(storage, ADDED_KEY, isFilm, ({ id }) => id),
});

/** Removes all that this page wrote. */
export function forgetMemory(storage: () => Pick<Storage, 'removeItem'>): void {
  try {
    for (const key of [WATCHED_KEY, ADDED_KEY]) storage().removeItem(key);
  } catch {
    // Nothing was kept either.
  }
}

/** Keeps every change. */
export function keepMemory(store: Store, storage: GetStorage): void {
  const write = (key: string, rows: readonly unknown[]): void => {
    try {
      storage().setItem(key, JSON.stringify(rows));
    } catch {
      // Storage is full or switched off: the visit goes on without memory.
    }
  };
  store.subscribe((state, before) => {
    if (state.watched !== before.watched) {
      write(WATCHED_KEY, state.watched.map(({ film, time, isDisliked }) =>
        [film.id, time, ...(isDisliked === true ? [DISLIKED] : [])]));
    }
    if (state.added !== before.added) write(ADDED_KEY, state.added);
  });
}

/** Calls `onChange` when another tab of this page has written; it has the newer memory then. */
export function followOtherTabs(onChange: () => void): void {
  window.addEventListener('storage', ({ key }) => {
    if (key === null || key === WATCHED_KEY || key === ADDED_KEY) onChange();
  });
}
