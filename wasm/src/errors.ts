/** The one error class and its codes. */
import type { StatusName } from './generated/abi.js';

/**
 * The kind of error, for programs: a status name of the engine, or one of these:
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
  | StatusName
  | 'fetch_failed'
  | 'not_a_model'
  | 'engine_unavailable'
  | 'integrity_mismatch'
  | 'aborted'
  | 'disposed'
  | 'engine_trapped'
  | 'worker_failed';

export class TsugiError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = code === 'aborted' ? 'AbortError' : 'TsugiError';
    this.code = code;
  }
}

/** Whether `cause` is a TsugiError with one of the codes. */
export const hasCode = (cause: unknown, ...codes: ErrorCode[]): boolean =>
  cause instanceof TsugiError && codes.includes(cause.code);

export const fetchFailed = (message: string, cause?: unknown): TsugiError =>
  new TsugiError('fetch_failed', message, { cause });

export const invalid = (message: string): TsugiError => new TsugiError('invalid_argument', message);

/** Returns the text of a thrown value, which need not be an Error. */
export const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

export const aborted = (signal: AbortSignal): TsugiError =>
  new TsugiError('aborted', `stopped by the signal: ${reasonOf(signal.reason)}`, {
    cause: signal.reason,
  });

/** @throws {TsugiError} aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal);
}

/**
 * Settles as the promise does, or rejects as soon as the signal fires, even if the promise never
 * settles.
 */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(aborted(signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
