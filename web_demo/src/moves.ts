/** What changed between two shelves. */
import type { Film } from './catalogue.js';

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
