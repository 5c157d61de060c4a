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
  'continue',
  'imagine',
  'intent',
  'rollback',
  'addItems',
  'removeItems',
  'save',
] as const;
export type SessionVerb = (typeof SESSION_VERBS)[number];

/** The methods of a model that return a result. */
export const MODEL_VERBS = ['item', 'items', 'addItems', 'removeItems', 'memoryBytes'] as const;
export type ModelVerb = (typeof MODEL_VERBS)[number];

/** A call of one of these methods. */
export interface MethodCall {
  /** The number of the session; undefined for a method of the model. */
  readonly session?: number;
  readonly args: readonly unknown[];
}

/**
 * The arguments and the result of every verb; the page knows sessions by number. To add a verb, add
 * a row here, a handler in serve.ts and a method in worker_client.ts. A method of a session or
 * model only needs its name in the list above.
 */
export interface Protocol extends Record<
  SessionVerb | ModelVerb,
  { args: MethodCall; result: unknown }
> {
  load: {
    args: { source: ModelSource; options: SentLoadOptions };
    result: { info: ModelInfo; capabilities: readonly string[] };
  };
  session: { args: undefined; result: number };
  restore: { args: Uint8Array | ArrayBuffer; result: number };
  disposeSession: { args: { session: number }; result: undefined };
}

export type Verb = keyof Protocol;

export interface Request<V extends Verb = Verb> {
  readonly id: number;
  readonly verb: V;
  readonly args: Protocol[V]['args'];
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
