/** The messages between the page and the worker. */
import type { ErrorCode } from './errors.js';
import type { LoadOptions, ModelInfo, ModelSource, Progress } from './types.js';

/** The options of a load that can be sent to the worker. */
export type SentLoadOptions = Omit<LoadOptions, 'signal' | 'onProgress'>;

/** The methods of a session that return a result. */
export const SESSION_VERBS = [
  'push',
  'recommend',
  'search',
  'shelves',
  'events',
  'continue',
  'imagine',
  'intent',
  'rollback',
  'addItems',
  'removeItems',
  'save',
] as const;

/** The methods of a model that return a result. */
export const MODEL_VERBS = [
  'item',
  'items',
  'similar',
  'addItems',
  'removeItems',
  'memoryBytes',
] as const;

/** The arguments and the result of `load`. */
export type LoadArguments = [source: ModelSource, options: SentLoadOptions];
export interface Loaded {
  readonly info: ModelInfo;
  readonly capabilities: readonly string[];
}

/** A call of a method, or of `load`. The page knows sessions by the number that is the result. */
export interface Request {
  readonly id: number;
  readonly verb: string;
  readonly args: readonly unknown[];
  /** The number of the session; undefined for a method of the model. */
  readonly session: number | undefined;
}

export interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack: string | undefined;
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: SentError }
  | { readonly id: number; readonly progress: Progress };
