/** Films whose semantic ids begin alike: what the model takes for relatives. */
import type { Film } from './catalogue.js';

/** The four codes of a semantic id, two hexadecimal digits each. */
export const codesOf = (semanticId: string): readonly string[] => semanticId.match(/../g) ?? [];

/** How many codes two ids share from the front. */
export function sharedCodes(one: string, other: string): number {
  const [a, b] = [codesOf(one), codesOf(other)];
  let count = 0;
  while (count < a.length && a[count] === b[count]) ++count;
  return count;
}

export interface Relative {
  readonly film: Film;
  /** Codes in common from the front, 1 to 3. */
  readonly shared: number;
}

/** Those that share a code at least, the closest first; among equals the first of `films`. */
export function relativesOf(film: Film, films: readonly Film[], limit: number): Relative[] {
  return films
    .filter((other) => other.id !== film.id)
    .map((other) => ({ film: other, shared: sharedCodes(film.semanticId, other.semanticId) }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared)
    .slice(0, limit);
}
