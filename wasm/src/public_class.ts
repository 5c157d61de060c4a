/// <reference lib="esnext.disposable" preserve="true" />
/**
 * What the public classes have in common: a name that survives minification, `using`, and methods
 * that work through proxies and fail with a TsugiError only.
 */
import { hasCode, invalid, reasonOf, TsugiError } from './errors.js';
import { describeValue } from './options.js';

/** The key of a property that holds a function that returns the object itself. */
const SELF = Symbol('tsugi.self');

/**
 * Makes an object, or what stands for it, known to selfOf(). A proxy has to answer with the value of such a property as it
 * is, and none wraps the result of a function that it does not call.
 */
export const nameSelf = (object: object, self = object): unknown =>
  Object.defineProperty(object, SELF, { value: () => self });

/** @throws {TsugiError} invalid_argument: a page called the constructor, which gives no `part` */
export function checkMade(part: unknown): void {
  if (!part) throw invalid('new: use Recommender.load()');
}

/**
 * Returns the object behind `object`, which may be a proxy of it: private members do not work on
 * a proxy. @throws {TsugiError} invalid_argument: the method was called without its object
 */
export function selfOf<T>(verb: string, object: unknown): T {
  const self = (object as { readonly [SELF]?: () => T } | undefined)?.[SELF];
  if (self) return self();
  throw invalid(`${verb}: called on ${describeValue(object)}, expected its session or model`);
}

/** Frees what belongs to an object that the page has dropped without dispose(). */
export const dropped =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<() => void>((free) => {
        try {
          free();
        } catch {
          // The engine has crashed, and its next call says so.
        }
      });

/** Names the verb, or a file, in the message of an error, and makes a TsugiError of any other. */
export function namedError(verb: string, cause: unknown): TsugiError {
  if (!(cause instanceof TsugiError)) return invalid(`${verb}: ${reasonOf(cause)}`, cause);
  if (hasCode(cause, 'disposed', 'engine_trapped')) return cause;
  if (cause.message.startsWith(`${verb}:`)) return cause;
  return new TsugiError(cause.code, `${verb}: ${cause.message}`, { cause: cause.cause ?? cause });
}

type Method = (...args: unknown[]) => unknown;

/** Defines a property as a class defines its methods. */
const define = (object: object, key: PropertyKey, value: unknown): unknown =>
  Object.defineProperty(object, key, { value, configurable: true, writable: true });

/** Gives a class its name, its tag in the console and `[Symbol.dispose]`. */
export function publish(type: { readonly prototype: object }, name: string): void {
  define(type, 'name', name);
  // Vue leaves objects alone that are not tagged as plain ones.
  define(type.prototype, Symbol.toStringTag, name);
  if (!Symbol.dispose) return;
  define(type.prototype, Symbol.dispose, function (this: Disposable & { dispose(): void }) {
    this.dispose();
  });
}

/** Makes the methods of a class work on proxies and throw TsugiErrors. */
export function guard(type: { readonly prototype: object }, verbs: readonly string[]): void {
  const methods = type.prototype as Record<string, Method>;
  for (const verb of verbs) {
    const method = methods[verb]!;
    define(methods, verb, function (this: unknown, ...args: unknown[]): unknown {
      const self = selfOf<object>(verb, this);
      try {
        return method.apply(self, args);
      } catch (cause) {
        throw namedError(verb, cause);
      }
    });
  }
}
