/** What page and worker say to each other. */
import type { ErrorCode } from './errors.js';
import type {
  ContinueOptions,
  Intent,
  Item,
  LoadOptions,
  ModelInfo,
  ModelSource,
  NewItem,
  Progress,
  PushResult,
  Recommendation,
  RecommendOptions,
  SessionEvent,
} from './types.js';

export type Events = string | SessionEvent | readonly (string | SessionEvent)[];

/** What of LoadOptions can cross. */
export type SentLoadOptions = Omit<LoadOptions, 'signal' | 'onProgress'>;

/**
 * Sessions are known to the page by number. One row per verb: add it here, in worker.ts and in
 * worker_client.ts.
 */
export interface Protocol {
  load: {
    args: { source: ModelSource; options: SentLoadOptions };
    result: { info: ModelInfo; capabilities: readonly string[] };
  };
  session: { args: undefined; result: number };
  restore: { args: Uint8Array | ArrayBuffer; result: number };
  item: { args: string; result: Item | undefined };
  items: {
    args: { readonly start?: number | undefined; readonly count?: number | undefined } | undefined;
    result: Item[];
  };
  addItems: { args: readonly NewItem[]; result: void };
  memoryBytes: { args: undefined; result: number };
  push: { args: { session: number; events: Events }; result: PushResult };
  recommend: {
    args: { session: number; options: RecommendOptions | undefined };
    result: Recommendation[];
  };
  continue: { args: { session: number; options: ContinueOptions | undefined }; result: string[] };
  intent: { args: { session: number }; result: Intent };
  rollback: { args: { session: number; count: number | undefined }; result: number };
  save: { args: { session: number }; result: Uint8Array<ArrayBuffer> };
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
