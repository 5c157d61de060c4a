/**
 * Checks of the arguments that callers pass, with messages that name the allowed values. Getters
 * and conversions of the caller run in here and nowhere else: what a check returns is a copy or a
 * primitive value, so it cannot change later.
 */
import { invalid, type TsugiError } from './errors.js';

/** The built-in kind of a value, of whatever realm: 'Date', 'Array'; 'Object' for a plain one. */
export const kindOf = (value: unknown): string =>
  Object.prototype.toString.call(value).slice(8, -1);

/** The end of a message that names allowed values: " Try: k, seen." */
export const tryOneOf = (known: readonly string[]): string =>
  known.length > 0 ? ` Try: ${known.slice(0, 20).join(', ')}.` : ' The model has none.';

/** @throws {TsugiError} invalid_argument unless it is a plain object */
export function checkObject(
  where: string,
  value: unknown,
  expected = "an object such as { genres: 'Drama' }",
): void {
  if (kindOf(value) !== 'Object') throw wrong(where, value, expected);
}

/**
 * Returns a copy of the options, each read once; {} for undefined. `kind`: what they are, in
 * messages.
 * @throws {TsugiError} invalid_argument: not an object, or a key that is not in `known`
 */
export function checkKeys<T extends object>(
  where: string,
  options: T | undefined,
  known: readonly string[],
  kind = 'option',
): Partial<T> {
  if (options === undefined) return {};
  checkObject(where, options, `an object of ${kind}s`);
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw invalid(`${where}: unknown ${kind} '${key}'.${tryOneOf(known)}`);
    }
  }
  const copy: Partial<T> = {};
  for (const key of known as (keyof T)[]) if (key in options) copy[key] = options[key];
  return copy;
}

/** Describes a value in a message. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  }
  try {
    return Object(value) === value ? kindOf(value) : String(value);
  } catch {
    return 'an object';
  }
}

/** The error of an argument that is not what it should be. */
export const wrong = (where: string, value: unknown, expected: string): TsugiError =>
  invalid(`${where}: ${describeValue(value)}, expected ${expected}`);

/** @throws {TsugiError} invalid_argument unless it is an integer from `min` to `max` */
export function checkInteger(where: string, value: unknown, min: number, max = 0x7fffffff): number {
  const number = Number.isInteger(value) ? (value as number) : NaN;
  if (number >= min && number <= max) return number;
  throw wrong(where, value, `${min} to ${max}, a whole number`);
}

/** @throws {TsugiError} invalid_argument unless it lies in [min, max] */
export function checkNumber(where: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  throw wrong(where, value, `a number from ${min} to ${max}`);
}

/** Returns a copy. @throws {TsugiError} invalid_argument unless it is an array, of any kind */
export function checkArray<T>(where: string, value: readonly T[], of: string): T[] {
  if (kindOf(value).endsWith('Array')) return [...value];
  throw wrong(where, value, `an array of ${of}`);
}

export function checkIds(where: string, value: readonly string[]): string[] {
  return checkArray(where, value, 'ids').map((id) => checkId(where, id));
}

/** @throws {TsugiError} invalid_argument unless it is a string */
export function checkId(where: string, id: unknown): string {
  const remedy = typeof id === 'number' ? `; ids are strings, write '${id}'` : '';
  return checkString(where, id, `an item id${remedy}`);
}

/** @throws {TsugiError} invalid_argument unless it is a string */
export function checkString(where: string, value: unknown, expected = 'a string'): string {
  if (typeof value === 'string') return value;
  throw wrong(where, value, expected);
}

/** Whether UTF-8 can hold a string: no half of a surrogate pair stands alone. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Returns the index of a value in `names`. @throws {TsugiError} invalid_argument: not in it */
export function checkOneOf(name: string, value: unknown, names: readonly unknown[]): number {
  const place = names.indexOf(value);
  if (place < 0) throw wrong(name, value, names.join(' or '));
  return place;
}

/** Checks the value of an option, which may be missing. */
type Check = (where: string, value: unknown) => unknown;

/** Checks of options by their names, with the value of a missing one. */
export const integer =
  (missing: number, min: number, max?: number) =>
  (where: string, value: unknown): number =>
    checkInteger(where, value ?? missing, min, max);
export const number =
  (missing: number, min: number, max: number) =>
  (where: string, value: unknown): number =>
    checkNumber(where, value ?? missing, min, max);
export const oneOf =
  (missing: unknown, names: readonly unknown[]) =>
  (where: string, value: unknown): number =>
    checkOneOf(where, value ?? missing, names);

/**
 * Returns the checked values of the options in `checks`.
 * @throws {TsugiError} invalid_argument
 */
export function checkOptions<Checks extends Record<string, Check>, Given extends object>(
  given: Partial<Given>,
  checks: Checks,
): { [Key in keyof Checks]: ReturnType<Checks[Key]> } {
  const values = Object.entries(checks).map(([key, check]) => [
    key,
    check(key, given[key as keyof Given]),
  ]);
  return Object.fromEntries(values) as { [Key in keyof Checks]: ReturnType<Checks[Key]> };
}
