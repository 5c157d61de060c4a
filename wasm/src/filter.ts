/** Compiles filter options into the lists and clauses of the engine. */
import { UNKNOWN, type Catalogue } from './catalogue.js';
import { END_CLAUSE } from './engine.js';
import type { FilterArguments } from './engine_calls.js';
import { invalid, reasonOf, TsugiError } from './errors.js';
import {
  checkIds,
  checkInteger,
  checkKeys,
  checkNumber,
  checkObject,
  checkOneOf,
  describeValue,
  wrong,
  kindOf,
  tryOneOf,
} from './options.js';
import type { AttributeConditions, Condition, FilterOptions, Item } from './types.js';

/** The keys of FilterOptions but for `seen`. */
export const FILTER_KEYS = ['exclude', 'allow', 'filter'];

/** In the order of TSUGI_SEEN_... in tsugi.h. */
const SEEN = ['default', 'filter', 'keep'];

/** A compiled filter; null if no item can pass it. */
export type CompiledFilter = FilterArguments | null;

/** What a condition looks for. Numbers are compared as numbers: 1990 is 1990.0. */
interface Match {
  readonly test: (value: string) => boolean;
  readonly words: readonly string[];
  readonly isNumeric: boolean;
}

/** A condition on a field: the test of a value, and the attributes of the model that pass it. */
interface Clause {
  readonly field: string;
  readonly isNot: boolean;
  readonly test: (value: string) => boolean;
  readonly met: ReadonlySet<number>;
}

/** @throws {TsugiError} invalid_argument */
export function compileFilter(
  catalogue: Catalogue,
  options: FilterOptions,
): CompiledFilter {
  const seen = checkOneOf('seen', options.seen ?? 'default', SEEN);
  const exclude = catalogue.findAll(checkIds('exclude', options.exclude ?? []));
  const allow =
    options.allow === undefined
      ? undefined
      : catalogue.findAll(checkIds('allow', options.allow));
  const { filter } = options;
  let compiled: FilterArguments = { seen, exclude, allow, predicate: [] };
  if (typeof filter === 'function') {
    compiled = { ...compiled, allow: askEach(catalogue, filter, allow) };
  } else if (filter !== undefined) {
    const clauses = clausesOf(catalogue, 'filter', filter as AttributeConditions);
    const complete = withClauses(catalogue, clauses, compiled);
    if (complete === null) return null;
    compiled = complete;
  }
  return compiled.allow?.length === 0 ? null : compiled;
}

/** Calls the function of the page for each item. */
function askEach(
  catalogue: Catalogue,
  filter: (item: Item) => boolean,
  candidates: readonly number[] | undefined,
): number[] {
  return (candidates ?? catalogue.indices()).filter((index) => {
    // The function itself may have added and removed items since.
    if (!catalogue.sees(index)) return false;
    const item = catalogue.shownItem(index);
    let answer: unknown;
    try {
      answer = filter(item);
    } catch (cause) {
      if (cause instanceof TsugiError) throw cause;
      throw invalid(`filter: the function threw: ${reasonOf(cause)}`, cause);
    }
    const { then, next } = Object(answer) as { then?: unknown; next?: unknown };
    if (typeof then !== 'function' && typeof next !== 'function') return answer;
    throw wrong('filter', answer, 'true or false: it cannot wait');
  });
}

/** Returns the clauses of conditions. Those of a filter may have others under `not`. */
function clausesOf(
  catalogue: Catalogue,
  where: string,
  conditions: AttributeConditions,
  isNot = false,
): Clause[] {
  checkObject(where, conditions);
  return Object.entries(conditions).flatMap(([field, condition]) => {
    if (condition === undefined) return [];
    if (field === 'not' && !isNot) {
      return clausesOf(catalogue, `${where}.not`, condition as AttributeConditions, true);
    }
    const values = catalogue.valuesOfField(where, field);
    const own = `${where}.${field}`;
    const match = matchOf(own, condition);
    const met = [...values].filter(([value]) => match.test(value)).map(([, index]) => index);
    if (met.length === 0) checkSense(own, [...values.keys()], match);
    return [{ field, isNot, test: match.test, met: new Set(met.filter(isKnown)) }];
  });
}

/** Whether the engine knows an attribute. */
const isKnown = (index: number): boolean => index !== UNKNOWN;

/** Returns the indices of the attributes of the model that meet any of the conditions. */
export const anyOf = (
  catalogue: Catalogue,
  where: string,
  conditions: AttributeConditions,
): number[] => clausesOf(catalogue, where, conditions, true).flatMap(({ met }) => [...met]);

/** The number that a value stands for; NaN if it stands for none. */
const numberOf = (value: string): number => (value.trim() === '' ? NaN : Number(value));

function matchOf(where: string, condition: Condition): Match {
  if (kindOf(condition) === 'Object') {
    const range = condition as { min?: number; max?: number };
    const { min = -Infinity, max = Infinity } = checkKeys(where, range, ['min', 'max']);
    checkNumber(`${where}.min`, min, -Infinity, Infinity);
    checkNumber(`${where}.max`, max, -Infinity, Infinity);
    const test = (value: string): boolean => numberOf(value) >= min && numberOf(value) <= max;
    return { test, words: [], isNumeric: true };
  }
  const words = new Set<string>();
  const numbers = new Set<number>();
  for (const value of [condition].flat() as unknown[]) {
    if (typeof value === 'string') words.add(value);
    else if (typeof value === 'number' && !Number.isNaN(value)) numbers.add(value);
    else {
      throw wrong(where, value, 'a value, an array or { min, max }');
    }
  }
  const isNumeric = numbers.size > 0;
  const test = (value: string): boolean =>
    words.has(value) || (isNumeric && numbers.has(numberOf(value)));
  return { test, words: [...words], isNumeric };
}

/**
 * Refuses a condition that no item meets if it looks like a mistake: a slip of the pen, or numbers
 * where there are none. Other values that no item has are allowed: the lists of a page may be
 * longer than those of the catalogue.
 */
function checkSense(where: string, names: readonly string[], match: Match): void {
  for (const word of match.words) {
    const meant = names.find((name) => isNear(word.toLowerCase(), name.toLowerCase()));
    if (meant !== undefined) {
      throw invalid(`${where}: no item has ${describeValue(word)}.${tryOneOf([meant])}`);
    }
  }
  const isText = (name: string): boolean => name.trim() !== '' && Number.isNaN(Number(name));
  if (match.isNumeric && match.words.length === 0 && names.every(isText)) {
    throw invalid(`${where}: its values are no numbers.${tryOneOf(names)}`);
  }
}

/** Whether two words of letters differ in case or in one letter. */
function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length < 4 || /\d/.test(a)) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) ++at;
  return [0, 1].some((more) => [0, 1].some((less) => a.slice(at + more) === b.slice(at + less)));
}

/**
 * Completes a filter by its clauses. The engine knows an added item by the attributes that the
 * model has, so items with others are judged here: those that it would let pass are excluded; if
 * it would refuse one, all items are judged here.
 */
function withClauses(
  catalogue: Catalogue,
  clauses: readonly Clause[],
  filter: FilterArguments,
): CompiledFilter {
  const passesEngine = (item: number): boolean => {
    const own = catalogue.knownAttributes(item);
    return clauses.every(({ isNot, met }) => isNot !== own.some((index) => met.has(index)));
  };
  const passing = new Set<number>();
  const exclude = [...filter.exclude];
  for (const { item, values } of clauses.length > 0 ? catalogue.strangers() : []) {
    const isMet = clauses.every(
      ({ field, isNot, test }) => isNot !== (values.get(field)?.some(test) ?? false),
    );
    if (isMet === passesEngine(item)) continue;
    if (isMet) passing.add(item);
    else exclude.push(item);
  }
  if (passing.size > 0) {
    const allow = (filter.allow ?? catalogue.indices()).filter(
      (item) => passing.has(item) || passesEngine(item),
    );
    return { ...filter, exclude, allow };
  }
  if (clauses.some(({ isNot, met }) => !isNot && met.size === 0)) return null;
  const predicate = clauses.flatMap(({ isNot, met }) =>
    isNot ? [...met].flatMap((index) => [~index, END_CLAUSE]) : [...met, END_CLAUSE],
  );
  return { ...filter, exclude, predicate };
}

/** Returns the attributes that a cap counts, and the cap. */
export function compileCaps(
  catalogue: Catalogue,
  caps: { readonly field: string; readonly max: number } | undefined,
): { capAttributes: number[]; cap: number } {
  if (caps === undefined) return { capAttributes: [], cap: 0 };
  const { field, max } = checkKeys('caps', caps, ['field', 'max']);
  const capAttributes = [...catalogue.valuesOfField('caps: field', field!).values()].filter(
    isKnown,
  );
  return { capAttributes, cap: checkInteger('caps: max', max, 1) };
}
