/** Checks of LoadOptions, the same in the page and in the worker's client. */
import { invalid } from './errors.js';
import { checkKeys, describeValue } from './options.js';
import type { LoadOptions } from './types.js';

const LOAD_KEYS = ['signal', 'onProgress', 'integrity', 'cache', 'memoryLimitBytes', 'wasm'];

/** @throws {TsugiError} invalid_argument */
export function checkLoadOptions(options: LoadOptions | undefined): LoadOptions {
  const checked = checkKeys('load', options, LOAD_KEYS);
  const { memoryLimitBytes: limit, onProgress } = checked;
  if (limit !== undefined && !(limit > 0)) {
    throw invalid(`load: memoryLimitBytes: ${describeValue(limit)}, expected a number > 0`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw invalid(`load: onProgress: ${describeValue(onProgress)}, expected a function`);
  }
  return checked;
}
