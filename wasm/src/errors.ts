/** The one error class and its codes. */

/**
 * The kind of error, for programs:
 * - `invalid_argument`: a value that no model accepts
 * - `out_of_range`: more than there is, for example events to take back
 * - `not_found`, `unsupported`: the model lacks the item, or the part
 * - `corrupt_model`, `version_too_new`: damaged bytes, or bytes of a newer tsugi
 * - `out_of_memory`; `internal`: a bug in tsugi
 * - `fetch_failed`: no answer, an HTTP error, or a stream that ended early
 * - `not_a_model`: the bytes are something else; the message says what
 * - `engine_unavailable`: the WebAssembly file is missing, is something else, or may not be
 *   compiled
 * - `integrity_mismatch`: the bytes do not have the hash given as `integrity`
 * - `aborted`: the caller's signal fired; `cause` is its reason and `name` is AbortError
 * - `disposed`: the object was used after dispose()
 * - `engine_trapped`: the engine crashed and is closed; other models still work
 * - `worker_failed`: the worker could not start or died
 */
export type ErrorCode =
  | 'invalid_argument'
  | 'out_of_range'
  | 'not_found'
  | 'unsupported'
  | 'corrupt_model'
  | 'version_too_new'
  | 'out_of_memory'
  | 'internal'
  | 'fetch_failed'
  | 'not_a_model'
  | 'engine_unavailable'
  | 'integrity_mismatch'
  | 'aborted'
  | 'disposed'
  | 'engine_trapped'
  | 'worker_failed';

/** Marks the errors of every entry: `tsugi`, `tsugi/worker` and `tsugi/inline` hold a class each. */
const BRAND = Symbol.for('tsugi.TsugiError');

/** The error of every failure. `instanceof` also holds for errors of another entry of tsugi. */
export class TsugiError extends Error {
  static {
    const name = { value: 'TsugiError', configurable: true, writable: true };
    Object.defineProperty(this, 'name', name);
    Object.defineProperties(this.prototype, { name, [BRAND]: { value: true } });
  }

  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : options);
    if (code === 'aborted') this.name = 'AbortError';
    this.code = code;
  }

  static override [Symbol.hasInstance](value: unknown): value is TsugiError {
    return this === TsugiError
      ? (Object(value) as Record<symbol, unknown>)[BRAND] === true
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}

/** Whether `cause` is a TsugiError with one of the codes. @internal */
export const hasCode = (cause: unknown, ...codes: ErrorCode[]): boolean =>
  cause instanceof TsugiError && codes.includes(cause.code);

/** @internal */
export const modelDisposed = (): TsugiError =>
  new TsugiError('disposed', 'the model was disposed; load it again with Recommender.load');

/** @internal */
export const fetchFailed = (message: string, cause?: unknown): TsugiError =>
  new TsugiError('fetch_failed', message, { cause });

/** @internal */
export const invalid = (message: string, cause?: unknown): TsugiError =>
  new TsugiError('invalid_argument', message, { cause });

/** Returns the text of a thrown value, which need not be an Error of this realm. @internal */
export function reasonOf(cause: unknown): string {
  try {
    const { message } = Object(cause) as { message?: unknown };
    return typeof message === 'string' ? message : String(cause);
  } catch {
    return 'no reason';
  }
}

/** @internal */
export const aborted = (signal: AbortSignal): TsugiError =>
  new TsugiError('aborted', `stopped by the signal: ${reasonOf(signal.reason)}`, {
    cause: signal.reason,
  });

/** @throws {TsugiError} aborted @internal */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw aborted(signal);
}

/**
 * Settles as the promise does, or rejects as soon as the signal fires, even if the promise never
 * settles. @internal
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(aborted(signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
