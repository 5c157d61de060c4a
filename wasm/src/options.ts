/** Checks of the arguments that callers pass, with messages that name the allowed values. */
import { invalid } from './errors.js';

/** The end of a message that names allowed values: " Try: k, seen." */
export const tryOneOf = (known: readonly string[]): string =>
  ` Try: ${known.slice(0, 20).join(', ')}.`;

/**
 * Returns the options, or {} for undefined.
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
      throw invalid(`${where}: unknown option '${key}'.${tryOneOf(known)}`);
    }
  }
  return options;
}

/** Describes a value in a message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return value.constructor?.name ?? 'an object';
  return String(value);
}

/** @throws {TsugiError} invalid_argument unless it is an integer from `min` to `max` */
export function checkInteger(where: string, value: number, min: number, max = 0x7fffffff): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalid(`${where}: ${describeValue(value)}, expected an integer >= ${min}`);
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

/** Returns the index of a value in `names`. @throws {TsugiError} invalid_argument: not in it */
export function checkOneOf(name: string, value: unknown, names: readonly unknown[]): number {
  const place = names.indexOf(value);
  if (place < 0) throw invalid(`${name}: ${describeValue(value)}, expected ${names.join(' or ')}`);
  return place;
}
