/**
 * What a visitor asks for in words: "something like these but older". Words that bound the list
 * become filters; the others are for the model, which reads them together with the films watched.
 */
import { fold, type Catalogue } from './catalogue.js';
import type { Filters, Watched } from './store.js';

export interface Asking {
  /** What is left for the model; may be empty. */
  readonly words: string;
  /** Genres that must not be. */
  readonly without: readonly string[];
  /** Inclusive; null = any year. */
  readonly years: Filters['years'];
  /** How the words were taken, for the visitor to see. */
  readonly taken: readonly string[];
}

const OLDER = new Set(['older', 'earlier', 'vintage']);
const NEWER = new Set(['newer', 'later', 'recent']);
const NEGATIONS = new Set(['not', 'no', 'without']);
/** They lead to what is asked for and ask for nothing. */
const FILLERS = new Set(('a an and any but film films for from i in is it like me more movie movies of or please show ' +
  'similar some something stuff than that the them these this those to want watch which with').split(' '));

/** The year in the middle of what was watched; 0 if no film has one. */
function middleYear(watched: readonly Watched[]): number {
  const years = watched.map(({ film }) => film.year).filter((year) => year > 0).sort((a, b) => a - b);
  return years[Math.floor(years.length / 2)] ?? 0;
}

const YEAR = /^(19|20)\d\d$/;
const LONGEST_TITLE = 12; // words

type Titles = Pick<Catalogue, 'genres' | 'named'>;
type Span = { readonly min?: number; readonly max?: number };

/** Words that bound the years by the one that follows. */
const BOUNDS = new Map<string, (year: number) => Span>(Object.entries({
  before: (year: number) => ({ max: year - 1 }),
  until: (year: number) => ({ max: year }),
  after: (year: number) => ({ min: year + 1 }),
  since: (year: number) => ({ min: year }),
  from: (year: number) => ({ min: year }),
}));

/** "1980s", "80s" */
function decadeOf(word: string): Span | undefined {
  const [, century = '19', tens] = /^(19|20)?(\d0)s$/.exec(word) ?? [];
  const first = Number(century + tens);
  return tens === undefined ? undefined : { min: first, max: first + 9 };
}

/** A film that the words name after "like" or "than": "like Alien but older". */
function yearNamed(tokens: readonly string[], catalogue: Titles): number {
  for (let at = 1; at < tokens.length; ++at) {
    if (tokens[at - 1] !== 'like' && tokens[at - 1] !== 'than') continue;
    for (let end = Math.min(tokens.length, at + LONGEST_TITLE); end > at; --end) {
      const title = tokens.slice(at, end);
      if (title.every((token) => FILLERS.has(token))) continue; // "like them": the films watched
      const film = catalogue.named(title.join(' '));
      if (film !== undefined && film.year > 0) return film.year;
    }
  }
  return 0;
}

/** How many of the words a part takes, what it bounds or bars, and how to say so. */
interface Part {
  readonly length: number;
  readonly span?: Span | undefined;
  readonly without?: string | undefined;
  readonly taken: string;
}

/** The part that the words begin with; undefined: a word for the model, or none. */
function partAt(words: readonly string[], middle: number,
  genres: ReadonlyMap<string, string>): Part | undefined {
  const [word = '', next = ''] = words;
  if (NEGATIONS.has(word)) {
    const length = [3, 2].find((end) => genres.has(words.slice(1, end).join(' ')));
    const without = genres.get(words.slice(1, length).join(' '));
    if (length !== undefined) return { length, without, taken: `no ${without}` };
  }
  const bound = YEAR.test(next) ? BOUNDS.get(word) : undefined;
  if (bound !== undefined) return { length: 2, span: bound(Number(next)), taken: `${word} ${next}` };
  const decade = decadeOf(word);
  if (decade !== undefined) return { length: 1, span: decade, taken: `the ${decade.min}s` };
  if (!OLDER.has(word) && !NEWER.has(word)) return undefined;
  if (next === 'than' && YEAR.test(words[2] ?? '')) {
    const year = Number(words[2]);
    const span = OLDER.has(word) ? { max: year - 1 } : { min: year + 1 };
    return { length: 3, span, taken: `${word} than ${year}` };
  }
  if (middle === 0) return { length: 1, taken: `${word} than a film you pick` };
  const span = OLDER.has(word) ? { max: middle - 1 } : { min: middle + 1 };
  return { length: 1, span, taken: `${word} than ${middle}` };
}

export function readAsking(text: string, watched: readonly Watched[], catalogue: Titles): Asking {
  const tokens = fold(text).split(' ').filter((token) => token !== '');
  const names = new Map(catalogue.genres.map((genre) => [fold(genre), genre]));
  const middle = yearNamed(tokens, catalogue) || middleYear(watched);
  const words: string[] = [];
  const parts: Part[] = [];
  for (let at = 0; at < tokens.length; ) {
    const part = partAt(tokens.slice(at), middle, names);
    if (part !== undefined) parts.push(part);
    else if (!FILLERS.has(tokens[at]!)) words.push(tokens[at]!);
    at += part?.length ?? 1;
  }
  const spans = parts.flatMap(({ span }) => span ?? []);
  return {
    words: words.join(' '),
    without: parts.flatMap(({ without }) => without ?? []),
    years: spans.length === 0 ? null : {
      min: Math.max(0, ...spans.map(({ min = 0 }) => min)),
      max: Math.min(9999, ...spans.map(({ max = 9999 }) => max)),
    },
    taken: [
      ...parts.map(({ taken }) => taken),
      ...(words.length > 0 ? [`about \u201c${words.join(' ')}\u201d`] : []),
      ...(watched.length > 0 && tokens.length > 0 ? ['close to what you watched'] : []),
    ],
  };
}

/** The filters of the page and those of the words together. */
export function narrow(filters: Filters, { without, years }: Asking): Filters {
  const both = filters.years !== null && years !== null
    ? { min: Math.max(filters.years.min, years.min), max: Math.min(filters.years.max, years.max) }
    : filters.years ?? years;
  return { genres: filters.genres, without: [...filters.without, ...without], years: both };
}
