/** Checks LoadOptions, for the page and for the client of the worker. */
import { invalid, reasonOf } from './errors.js';
import { parseIntegrity, type Hashes } from './integrity.js';
import { checkKeys, checkNumber, wrong } from './options.js';
import type { LoadOptions } from './types.js';

const LOAD_KEYS = ['signal', 'onProgress', 'integrity', 'cache', 'memoryLimitBytes', 'wasm'];

type OnProgress = NonNullable<LoadOptions['onProgress']>;

/** Options that have been checked. */
export interface CheckedOptions extends Omit<LoadOptions, 'signal'> {
  readonly signal: AbortSignal | undefined;
  readonly hashes: Hashes | undefined;
}

/** Wraps the caller's function so that an exception in it ends the load with a TsugiError. */
function typed(onProgress: OnProgress): OnProgress {
  return (progress) => {
    try {
      onProgress(progress);
    } catch (cause) {
      throw invalid(`load: onProgress threw: ${reasonOf(cause)}`, cause);
    }
  };
}

/** Returns the signal; undefined for null, as fetch takes it. */
function checkSignal(signal: AbortSignal | null | undefined): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  const { aborted, addEventListener } = Object(signal) as Partial<AbortSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return signal;
  throw wrong('load: signal', signal, 'an AbortSignal');
}

/** @throws {TsugiError} invalid_argument; unsupported: no hashes here */
export function checkLoadOptions(options: LoadOptions | undefined): CheckedOptions {
  const checked = checkKeys('load', options, LOAD_KEYS);
  const { memoryLimitBytes: limit, onProgress, cache } = checked;
  if (limit !== undefined) checkNumber('load: memoryLimitBytes', limit, 1, Infinity);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw wrong('load: onProgress', onProgress, 'a function');
  }
  if (
    cache !== undefined &&
    typeof cache !== 'boolean' &&
    (typeof cache !== 'string' || cache === '')
  ) {
    throw wrong('load: cache', cache, 'true, false or a name');
  }
  return {
    ...checked,
    onProgress: onProgress && typed(onProgress),
    signal: checkSignal(checked.signal),
    hashes: parseIntegrity(checked.integrity),
  };
}
