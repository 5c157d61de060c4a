/** Checks of what callers pass, with errors that say what would be right. */
import { invalid } from './errors.js';

/** " There is: k, seen." */
export const thereIs = (known: readonly string[]): string =>
  ` There is: ${known.slice(0, 20).join(', ')}.`;

/**
 * The options, {} for undefined.
 * @throws {TsugiError} invalid_argument: not an object, or a key that is not in `known`
 */
export function checkKeys<T extends object>(
  where: string,
  options: T | undefined,
  known: readonly string[],
): Partial<T> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) {
    throw invalid(`${where}: ${describeValue(options)}, expected an object of options`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw invalid(`${where}: unknown option '${key}'.${thereIs(known)}`);
    }
  }
  return options;
}

/** A short text of a value, for messages. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'an object';
  return String(value);
}

/** @throws {TsugiError} invalid_argument unless it is a whole number from `min` to 2^31 - 1 */
export function checkInteger(where: string, value: number, min: number, max = 0x7fffffff): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalid(`${where}: ${describeValue(value)}, expected a whole number >= ${min}`);
  }
  return value;
}

/** @throws {TsugiError} invalid_argument unless it lies in [min, max] */
export function checkNumber(where: string, value: number, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw invalid(`${where}: ${describeValue(value)}, expected a number from ${min} to ${max}`);
  }
  return value;
}

export function checkIds(where: string, value: readonly string[]): readonly string[] {
  if (!Array.isArray(value))
    throw invalid(`${where}: ${describeValue(value)}, expected an array of ids`);
  for (const id of value as readonly unknown[]) checkId(where, id);
  return value;
}

/** @throws {TsugiError} invalid_argument unless it is a string */
export function checkId(where: string, id: unknown): string {
  if (typeof id === 'string') return id;
  const remedy = typeof id === 'number' ? `; ids are strings, write '${id}'` : '';
  throw invalid(`${where}: ${describeValue(id)}, expected an item id${remedy}`);
}

/** The place of a value among `names`. @throws {TsugiError} invalid_argument */
export function checkOneOf(name: string, value: unknown, names: readonly unknown[]): number {
  const place = names.indexOf(value);
  if (place < 0) throw invalid(`${name}: ${describeValue(value)}, expected ${names.join(' or ')}`);
  return place;
}
