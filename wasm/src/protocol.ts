/** What page and worker say to each other. */
import type { ErrorCode } from './errors.js';
import type { LoadOptions, ModelInfo, ModelSource, Progress } from './types.js';

/** What of LoadOptions can cross. */
export type SentLoadOptions = Omit<LoadOptions, 'signal' | 'onProgress'>;

/** Methods of a session that answer. */
export const SESSION_VERBS = [
  'push',
  'recommend',
  'search',
  'continue',
  'imagine',
  'intent',
  'rollback',
  'save',
] as const;
export type SessionVerb = (typeof SESSION_VERBS)[number];

/** Methods of a model that answer. */
export const MODEL_VERBS = ['item', 'items', 'addItems', 'memoryBytes'] as const;
export type ModelVerb = (typeof MODEL_VERBS)[number];

/** Arguments of one of these. */
export interface MethodCall {
  /** Undefined: of the model. */
  readonly session?: number;
  readonly args: readonly unknown[];
}

/**
 * Sessions are known to the page by number. One row per verb: add it here, in worker.ts and in
 * worker_client.ts; a method of a session or model to its list alone.
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
