/** Compiles filter options into the lists and clauses of the engine. */
import type { Attribute, Catalogue } from './catalogue.js';
import { END_CLAUSE, type FilterArguments } from './engine.js';
import { invalid } from './errors.js';
import {
  checkIds,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOneOf,
  describeValue,
} from './options.js';
import type { AttributeConditions, AttributeFilter, Condition, FilterOptions, Item } from './types.js';

/** The keys of FilterOptions. */
export const FILTER_KEYS = ['exclude', 'allow', 'filter', 'seen'] as const;

/** In the order of TSUGI_SEEN_... in tsugi.h. */
const SEEN = ['default', 'filter', 'keep'];

/** A compiled filter; null if no item can pass it. */
export type CompiledFilter = FilterArguments | null;

/** @throws {TsugiError} invalid_argument */
export function compileFilter(
  catalogue: Catalogue,
  where: string,
  options: FilterOptions,
): CompiledFilter {
  const seen = checkOneOf(`${where}: seen`, options.seen ?? 'default', SEEN);
  const exclude = catalogue.findAll(checkIds(`${where}: exclude`, options.exclude ?? []));
  let allow =
    options.allow === undefined
      ? undefined
      : catalogue.findAll(checkIds(`${where}: allow`, options.allow));
  let predicate: number[] | null = [];
  const { filter } = options;
  if (typeof filter === 'function') allow = askEach(catalogue, filter, allow);
  else if (filter !== undefined)
    predicate = compilePredicate(catalogue, `${where}: filter`, filter);
  if (predicate === null || allow?.length === 0) return null;
  return { seen, exclude, allow, predicate };
}

function askEach(
  catalogue: Catalogue,
  filter: (item: Item) => boolean,
  candidates: readonly number[] | undefined,
): number[] {
  const items = candidates ?? Array.from({ length: catalogue.count }, (_, index) => index);
  return items.filter((index) => filter(catalogue.item(index)));
}

function checkConditions(
  where: string,
  conditions: unknown,
  expected = "an object such as { genres: 'Drama' }",
): void {
  if (Object(conditions) === conditions && !Array.isArray(conditions)) return;
  throw invalid(`${where}: ${describeValue(conditions)}, expected ${expected}`);
}

/** Returns the clauses, in the form of tsugi.h; null if no item can meet them. */
function compilePredicate(
  catalogue: Catalogue,
  where: string,
  filter: AttributeFilter,
): number[] | null {
  checkConditions(where, filter);
  const clauses: number[] = [];
  for (const [field, condition] of Object.entries(filter)) {
    if (condition === undefined) continue;
    if (field === 'not') {
      const absent = anyOf(catalogue, `${where}.not`, condition as AttributeConditions);
      clauses.push(...absent.flatMap((index) => [~index, END_CLAUSE]));
      continue;
    }
    const met = meeting(catalogue, where, field, condition as Condition);
    if (met.length === 0) return null;
    clauses.push(...met, END_CLAUSE);
  }
  return clauses;
}

/** Returns the indices of the attributes that meet any of the conditions. */
export function anyOf(
  catalogue: Catalogue,
  where: string,
  conditions: AttributeConditions,
): number[] {
  checkConditions(where, conditions);
  return Object.entries(conditions).flatMap(([field, condition]) =>
    condition === undefined ? [] : meeting(catalogue, where, field, condition),
  );
}

/** Returns the indices of the attributes of a field that meet a condition. */
function meeting(
  catalogue: Catalogue,
  where: string,
  field: string,
  condition: Condition,
): number[] {
  const attributes = catalogue.attributesOfField(where, field);
  return attributes.filter(matcher(`${where}.${field}`, condition)).map(({ index }) => index);
}

/**
 * Returns a function that tests a condition. Values that no item has are allowed: the lists of a
 * page may be longer than those of the catalogue.
 */
function matcher(where: string, condition: Condition): (attribute: Attribute) => boolean {
  if (typeof condition === 'string' || typeof condition === 'number') {
    return ({ value }) => value === String(condition);
  }
  if (Array.isArray(condition)) {
    const wanted = new Set(condition.map(String));
    return ({ value }) => wanted.has(value);
  }
  checkConditions(where, condition, 'a value, an array or { min, max }');
  return inRange(where, condition as { min?: number; max?: number });
}

function inRange(
  where: string,
  range: { min?: number; max?: number },
): (attribute: Attribute) => boolean {
  const { min = -Infinity, max = Infinity } = checkKeys(where, range, ['min', 'max']);
  checkNumber(`${where}.min`, min, -Infinity, Infinity);
  checkNumber(`${where}.max`, max, -Infinity, Infinity);
  return ({ value }) => value.trim() !== '' && Number(value) >= min && Number(value) <= max;
}

/** Returns the attributes that a cap counts, and the cap. */
export function compileCaps(
  catalogue: Catalogue,
  where: string,
  caps: { readonly field: string; readonly max: number } | undefined,
): { capAttributes: number[]; cap: number } {
  if (caps === undefined) return { capAttributes: [], cap: 0 };
  const { field, max } = checkKeys(where, caps, ['field', 'max']);
  const capAttributes = catalogue.attributesOfField(where, field!).map(({ index }) => index);
  return { capAttributes, cap: checkInteger(`${where}: max`, max!, 1) };
}
