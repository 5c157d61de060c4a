/** The films of the model file: titles as people write them, search over them, and relatives. */

export interface Film {
  readonly id: string;
  /** As a person writes it: "The Usual Suspects". */
  readonly title: string;
  /** As the log writes it, with alternative titles: "Usual Suspects, The". */
  readonly fullTitle: string;
  /** Four digits; 0 = unknown. */
  readonly year: number;
  /** Sorted; empty when the log names none. */
  readonly genres: readonly string[];
  /** Four codes, two hexadecimal digits each; empty if the model has none. */
  readonly semanticId: string;
}

/** What the package tells about one item. */
export interface ItemFacts {
  readonly id: string;
  readonly title?: string | undefined;
  readonly attributes?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly semanticId?: string | undefined;
}

export interface Catalogue {
  readonly films: readonly Film[];
  readonly genres: readonly string[];
  /** null if no film has a year. */
  readonly years: { readonly min: number; readonly max: number } | null;
  find(id: string): Film | undefined;
  /** The best known film of this title, which is folded. */
  named(title: string): Film | undefined;
  /** Takes in a film that was added. */
  add(item: ItemFacts): Film;
  /** Forgets a film that was added. */
  remove(id: string): void;
  /** The best matches for what a visitor typed, best first; at most `limit`. */
  search(text: string, limit: number): Film[];
}

const ARTICLE = /^(.*), (The|A|An|La|Le|Les|L'|Il|El|Los|Las|Der|Die|Das|Un|Une)$/;

/** "Seventh Seal, The (Sjunde inseglet, Det)" -> "The Seventh Seal". */
export function displayTitle(title: string): string {
  const plain = title.replace(/\s+\([^()]*(\([^()]*\)[^()]*)*\)/g, '').trim() || title.trim();
  const match = ARTICLE.exec(plain);
  if (match === null) return plain;
  const [, rest, article] = match;
  return article === "L'" ? `L'${rest}` : `${article} ${rest}`;
}

/** Lower case without accents or punctuation, so that "amelie" finds an accented title. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

export function toFilm(item: ItemFacts): Film {
  const fullTitle = item.title ?? `Film ${item.id}`;
  const genres = (item.attributes?.['genres'] ?? []).filter((genre) => !genre.startsWith('('));
  return {
    id: item.id,
    title: displayTitle(fullTitle),
    fullTitle,
    year: Number(item.attributes?.['year']?.[0] ?? 0) || 0,
    genres: [...genres].sort(),
    semanticId: item.semanticId ?? '',
  };
}

/** 0 = no match; a title that starts with the query comes before one that holds it. */
function matchStrength(words: string, title: string, query: string): number {
  if (title === query) return 5;
  if (title.startsWith(query)) return 4;
  if (words.includes(` ${query}`)) return 3;
  const terms = query.split(' ');
  if (terms.every((term) => words.includes(` ${term}`))) return 2;
  return terms.every((term) => words.includes(term)) ? 1 : 0;
}

/** `popular` lists ids, best known first: among equal matches the better known film comes first. */
export function createCatalogue(items: Iterable<ItemFacts>, popular: readonly string[]): Catalogue {
  const films = Array.from(items, toFilm);
  const byId = new Map(films.map((film) => [film.id, film]));
  const place = new Map(popular.map((id, index) => [id, index]));
  const entryOf = (film: Film) => ({
    film,
    title: fold(film.title),
    words: ` ${fold(film.title)} ${fold(film.fullTitle)} ${film.year}`,
    place: place.get(film.id) ?? popular.length,
  });
  const index = films.map(entryOf);
  const years = films.map((film) => film.year).filter((year) => year > 0);
  return {
    films,
    genres: [...new Set(films.flatMap((film) => film.genres))].sort(),
    years: years.length === 0 ? null : { min: Math.min(...years), max: Math.max(...years) },
    find: (id) => byId.get(id),
    named: (title) => index.filter((entry) => entry.title === title)
      .sort((a, b) => a.place - b.place)[0]?.film,
    add(item) {
      const film = toFilm(item);
      films.push(film);
      byId.set(film.id, film);
      index.push(entryOf(film));
      return film;
    },
    remove(id) {
      byId.delete(id);
      for (const list of [films, index]) {
        const at = list.findIndex((one) => ('film' in one ? one.film : one).id === id);
        if (at >= 0) list.splice(at, 1);
      }
    },
    search(text, limit) {
      const query = fold(text);
      if (query === '') return [];
      return index
        .map((entry) => ({ ...entry, strength: matchStrength(entry.words, entry.title, query) }))
        .filter((entry) => entry.strength > 0)
        .sort((a, b) => b.strength - a.strength || a.place - b.place ||
          a.title.length - b.title.length)
        .slice(0, limit)
        .map((entry) => entry.film);
    },
  };
}

/** The four codes of a semantic id, two hexadecimal digits each. */
export const codesOf = (semanticId: string): readonly string[] => semanticId.match(/../g) ?? [];

/** How many codes two ids share from the front. */
export function sharedCodes(one: string, other: string): number {
  const [a, b] = [codesOf(one), codesOf(other)];
  let count = 0;
  while (count < a.length && a[count] === b[count]) ++count;
  return count;
}

/** A film whose semantic id begins alike: what the model takes for a relative. */
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

/** A title that stops at one of these stopped too early. */
const OPEN_ENDS = new Set(('a an the and or but of in on at to for from by with without episode part chapter volume vol ' +
  'no mr mrs dr st le la les der die das el il').split(' '));

function reads(title: string): boolean {
  const words = fold(title).split(' ');
  const pairs = words.filter((word, at) => word === words[at + 1]);
  const opened = [...title].reduce((depth, letter) => depth + Number(letter === '(') - Number(letter === ')'), 0);
  return (title.match(/\p{L}/gu)?.length ?? 0) >= 3 && /^[\p{L}\p{N}("'\u00a1\u00bf]/u.test(title) &&
    /[\p{L}\p{N})!?."']$/u.test(title) && !OPEN_ENDS.has(words.at(-1) ?? '') && pairs.length === 0 && opened === 0;
}

/**
 * Which titles of imagined films are worth showing, because none is better than a bad one: for each
 * itself, or '' where it does not read like one, names a real film, or
 * repeats another.
 */
export function worthShowing(titles: readonly string[], isReal: (title: string) => boolean): string[] {
  const shown = new Set<string>();
  return titles.map((title) => {
    const name = fold(title);
    if (!reads(title) || shown.has(name) || isReal(name)) return '';
    shown.add(name);
    return title;
  });
}
