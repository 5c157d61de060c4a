/** Shelves: the first one of a visitor, what changes from one to the next, and both in words. */
import type { Catalogue, Film } from './catalogue.js';
import { splitTitle } from './cover/cover.js';
import { leadingGenre, telling } from './cover/palette.js';
import type { Filters, IntentRead } from './store.js';

export function passes(film: Film, filters: Filters): boolean {
  const { genres, without, years } = filters;
  if (genres.length > 0 && !genres.some((genre) => film.genres.includes(genre))) return false;
  if (without.some((genre) => film.genres.includes(genre))) return false;
  return years === null || (film.year >= years.min && film.year <= years.max);
}

const decade = (film: Film): number => Math.floor(film.year / 10);

/** "Alien: Resurrection" and "Alien" are of one series. */
const series = (film: Film): string => splitTitle(film.title).main;

/** What a repeated genre costs, in places of the order of popularity: without and with full surprise. */
const REPEAT_COST = [14, 90] as const;

export interface StarterWishes {
  readonly count: number;
  readonly filters: Filters;
  /** 0 = the best known films .. 1 = as different from one another as possible. */
  readonly surprise: number;
}

/**
 * The shelf of a visitor who has watched nothing: films most people know, spread over genres and
 * decades, so that whatever one likes there is something to click. Greedy: the best known film first,
 * then always the best known one after paying for each genre and decade that those chosen already
 * have. `popular` lists ids, best known first; the rest of the catalogue follows in its own order.
 */
export function chooseStarters(catalogue: Catalogue, popular: readonly string[],
  { count, filters, surprise }: StarterWishes): Film[] {
  const repeatCost = REPEAT_COST[0] + (REPEAT_COST[1] - REPEAT_COST[0]) * surprise;
  const known = popular.flatMap((id) => catalogue.find(id) ?? []);
  const listed = new Set(known);
  const pool = [...known, ...catalogue.films.filter((film) => !listed.has(film))]
    .filter((film) => passes(film, filters)).slice(0, 400);
  const chosen: Film[] = [];
  while (chosen.length < count && pool.length > 0) {
    let best = 0;
    let bestCost = Infinity;
    pool.forEach((film, place) => {
      const repeats = chosen.reduce((sum, other) => sum +
        (leadingGenre(other.genres) === leadingGenre(film.genres) ? 1.5 : 0) +
        (decade(other) === decade(film) ? 0.5 : 0) + (series(other) === series(film) ? 3 : 0), 0);
      const cost = place + repeatCost * repeats;
      if (cost < bestCost) [best, bestCost] = [place, cost];
    });
    chosen.push(...pool.splice(best, 1));
  }
  return chosen;
}

/** What happened to a film from one shelf to the next. */
export type Move =
  | { readonly kind: 'new' | 'same' }
  | { readonly kind: 'up' | 'down'; readonly by: number };

/** One move per film of `after`. A first shelf (`before` empty) has nothing to compare with. */
export function compareShelves(before: readonly Film[], after: readonly Film[]): Move[] {
  const place = new Map(before.map((film, index) => [film.id, index]));
  return after.map((film, index) => {
    const old = place.get(film.id);
    if (before.length === 0) return { kind: 'same' };
    if (old === undefined) return { kind: 'new' };
    if (old === index) return { kind: 'same' };
    return old > index ? { kind: 'up', by: old - index } : { kind: 'down', by: index - old };
  });
}

const plural = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** "9 new films, 3 moved up, 2 moved down" */
export function describeMoves(moves: readonly Move[]): string {
  const count = (kind: Move['kind']): number => moves.filter((move) => move.kind === kind).length;
  const parts: string[] = [];
  if (count('new') > 0) parts.push(plural(count('new'), 'new film', 'new films'));
  if (count('up') > 0) parts.push(`${count('up')} moved up`);
  if (count('down') > 0) parts.push(`${count('down')} moved down`);
  return parts.length === 0 ? 'nothing moved' : parts.join(', ');
}

/** Share of each genre on a shelf, largest first. A film's weight is split over its genres. */
export function genreShares(films: readonly Film[]): { genre: string; share: number }[] {
  const weights = new Map<string, number>();
  let total = 0;
  for (const film of films) {
    const genres = film.genres.filter((genre) => genre !== 'IMAX');
    for (const genre of genres) {
      weights.set(genre, (weights.get(genre) ?? 0) + 1 / genres.length);
    }
    if (genres.length > 0) total += 1;
  }
  return [...weights]
    .map(([genre, weight]) => ({ genre, share: weight / total }))
    .sort((a, b) => b.share - a.share || (a.genre < b.genre ? -1 : 1));
}

/** A second topic is named if it is nearly as likely as the first. */
const NEARLY = 0.6;

const ACTIONS = new Map([
  ['continue', 'more of the same kind'],
  ['return', 'a kind you watched before'],
  ['discover', 'a kind you have not watched yet'],
]);

/** "You seem to be in the mood for Drama or Comedy, and for a kind you watched before."; '' = nothing to say */
export function intentSentence(intents: readonly IntentRead[]): string {
  const labelsOf = (name: string) => intents.find(({ family }) => family === name)?.labels ?? [];
  const topics = labelsOf('topic');
  const named = topics.slice(0, 2).filter(({ probability }) => probability >= NEARLY * topics[0]!.probability)
    .map(({ label }) => label);
  const action = ACTIONS.get(labelsOf('action')[0]?.label ?? '');
  const wishes = [
    ...(named.length > 0 ? [`in the mood for ${named.join(' or ')}`] : []),
    ...(action !== undefined ? [named.length > 0 ? `for ${action}` : `here for ${action}`] : []),
  ];
  return wishes.length === 0 ? '' : `You seem to be ${wishes.join(', and ')}.`;
}

/** The genre that two films share and that says most. */
export const genreInCommon = (film: Film, other: Film): string | undefined =>
  telling(film.genres.filter((genre) => other.genres.includes(genre)))[0];
