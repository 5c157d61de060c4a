/** Checks LoadOptions, for the page and for the client of the worker. */
import { invalid, reasonOf, TsugiError } from './errors.js';
import { checkKeys, checkNumber, describeValue } from './options.js';
import type { LoadOptions } from './types.js';

const LOAD_KEYS = ['signal', 'onProgress', 'integrity', 'cache', 'memoryLimitBytes', 'wasm'];

type OnProgress = NonNullable<LoadOptions['onProgress']>;

/** Wraps the caller's function so that an exception in it ends the load with a TsugiError. */
function typed(onProgress: OnProgress): OnProgress {
  return (progress) => {
    try {
      onProgress(progress);
    } catch (cause) {
      const message = `load: onProgress threw: ${reasonOf(cause)}`;
      throw new TsugiError('invalid_argument', message, { cause });
    }
  };
}

/** @throws {TsugiError} invalid_argument */
export function checkLoadOptions(options: LoadOptions | undefined): LoadOptions {
  const checked = checkKeys('load', options, LOAD_KEYS);
  const { memoryLimitBytes: limit, onProgress } = checked;
  if (limit !== undefined) checkNumber('load: memoryLimitBytes', limit, 1, Infinity);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw invalid(`load: onProgress: ${describeValue(onProgress)}, expected a function`);
  }
  return onProgress === undefined ? checked : { ...checked, onProgress: typed(onProgress) };
}
