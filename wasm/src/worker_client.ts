/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `tsugi/worker`: the interface of `tsugi` with promises. Each model runs in a worker of its own.
 */
import type { Arrival } from './arrival.js';
import {
  aborted,
  arrivalOf,
  checkLoadOptions,
  checkMade,
  checkResponse,
  dropped,
  fetchFailed,
  isAddress,
  isBytes,
  isModule,
  isResponse,
  isStream,
  kindOf,
  MODEL_VERBS,
  modelDisposed,
  ModelStart,
  nameSelf,
  publish,
  readStream,
  reasonOf,
  resolveAddress,
  resolveInPage,
  selfOf,
  SESSION_VERBS,
  throwIfAborted,
  TsugiError,
  untilAborted,
} from './core.js';
import type { Protocol, SentLoadOptions } from './protocol.js';
import type {
  AttributeFilter,
  Concept,
  ContinueOptions,
  ImagineOptions,
  Intent,
  Item,
  LoadOptions,
  ModelInfo,
  ModelSource,
  NewItem,
  PushResult,
  Recommendation,
  RecommendOptions,
  SessionEvent,
  WasmSource,
} from './types.js';
import { WorkerConnection } from './worker_connection.js';

export { TsugiError } from './core.js';
export type { ErrorCode } from './errors.js';
export type {
  AttributeConditions,
  AttributeFilter,
  Concept,
  Condition,
  ContinueOptions,
  FilterOptions,
  ImagineOptions,
  Intent,
  IntentLabel,
  Item,
  LoadOptions,
  ModelInfo,
  ModelSource,
  NewItem,
  Progress,
  PushResult,
  Reason,
  Recommendation,
  RecommendOptions,
  SessionEvent,
  WasmSource,
} from './types.js';

/** Options for the worker: a function cannot be sent there, so a filter is an object. */
export type InWorker<Options extends { readonly filter?: unknown }> = Omit<Options, 'filter'> & {
  readonly filter?: AttributeFilter | undefined;
};

/** One visitor, in the worker. Made by model.session() and model.restore(). */
export interface Session {
  /** Appends events, oldest first. Events with unknown ids are skipped and returned. */
  push(events: string | SessionEvent | readonly (string | SessionEvent)[]): Promise<PushResult>;
  /** Ranks the catalogue for this visitor and returns at most k items, best first. */
  recommend(options?: InWorker<RecommendOptions>): Promise<Recommendation[]>;
  /** Returns items that match words, ranked for this visitor, if the model has `search`. */
  search(query: string, options?: InWorker<RecommendOptions>): Promise<Recommendation[]>;
  /** Generates the ids of the next n items. The session is unchanged. */
  continue(options?: InWorker<ContinueOptions>): Promise<string[]>;
  /** Imagines items that the catalogue need not hold, if the model has `imagine`. */
  imagine(options?: ImagineOptions): Promise<Concept[]>;
  /** Returns the predicted intents of the visitor, if the model has `intent`. */
  intent(): Promise<Intent>;
  /** Takes back the last `count` events, 1 by default; returns the number of events left. */
  rollback(count?: number): Promise<number>;
  /** Adds items that this visitor alone sees, if the model has `add_items`. */
  addItems(items: readonly NewItem[]): Promise<void>;
  /** Removes items of this session. */
  removeItems(ids: readonly string[]): Promise<void>;
  /** Returns portable bytes for model.restore(): the events, the added items of them, its own. */
  save(): Promise<Uint8Array<ArrayBuffer>>;
}

export class Session {
  static {
    publish(this, 'Session');
    for (const verb of SESSION_VERBS) {
      this.prototype[verb] = async function (this: Session, ...args: readonly unknown[]) {
        const self = selfOf(verb, this);
        return self.#connection.call(verb, { session: self.#number, args }) as never;
      };
    }
  }

  declare readonly [Symbol.dispose]: () => void;
  readonly #connection: WorkerConnection;
  readonly #number: number;
  readonly #dispose: () => void;

  private constructor(connection: WorkerConnection, number: number) {
    checkMade(connection, 'model.session()');
    this.#connection = connection;
    this.#number = number;
    this.#dispose = () => {
      connection.call('disposeSession', { session: number }).catch(() => undefined);
    };
    nameSelf(this);
    dropped?.register(this, this.#dispose, this);
  }

  /** @internal */
  static create(connection: WorkerConnection, number: number): Session {
    return new Session(connection, number);
  }

  /** Frees the session. May be called twice. */
  dispose(): void {
    const self = selfOf('dispose', this);
    dropped?.unregister(self);
    self.#dispose();
  }
}

/** A model in a worker. Made by Recommender.load(). */
export interface Recommender {
  /** Returns the item with an id; undefined if the model does not know the id. */
  item(id: string): Promise<Item | undefined>;
  /** Returns the catalogue in the model's order, or `count` items of it from `start` on. */
  items(range?: {
    readonly start?: number | undefined;
    readonly count?: number | undefined;
  }): Promise<Item[]>;
  /** Adds items by their titles and attributes, if the model has `add_items`. */
  addItems(items: readonly NewItem[]): Promise<void>;
  /** Removes items that addItems added. Sessions keep their events of them. */
  removeItems(ids: readonly string[]): Promise<void>;
  /** Returns the memory that the engine has now, with the model. */
  memoryBytes(): Promise<number>;
}

export class Recommender {
  static {
    publish(this, 'Recommender');
    for (const verb of MODEL_VERBS) {
      this.prototype[verb] = async function (this: Recommender, ...args: readonly unknown[]) {
        return selfOf(verb, this).#connection.call(verb, { args }) as never;
      };
    }
  }

  declare readonly [Symbol.dispose]: () => void;
  /** What the model can do, by name, e.g. `add_items`. */
  readonly capabilities: readonly string[];
  readonly info: ModelInfo;
  readonly #connection: WorkerConnection;

  private constructor(connection: WorkerConnection, loaded: Protocol['load']['result']) {
    checkMade(connection, 'Recommender.load()');
    this.#connection = connection;
    this.info = loaded.info;
    this.capabilities = loaded.capabilities;
    nameSelf(this);
  }

  /**
   * Starts a worker and loads a model in it.
   * @throws {TsugiError} any code except `disposed`
   */
  static async load(source: ModelSource, options?: LoadOptions): Promise<Recommender> {
    const { signal, onProgress, hashes, ...rest } = checkLoadOptions(options);
    throwIfAborted(signal);
    const connection = new WorkerConnection();
    const stop = (): void => connection.close(aborted(signal!));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const args = await untilAborted(sendable(source, rest, signal), signal);
      return new Recommender(connection, await connection.call('load', args, onProgress));
    } catch (cause) {
      connection.close(new TsugiError('disposed', 'the model was not loaded'));
      throw cause;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Creates an empty session. */
  async session(): Promise<Session> {
    const connection = selfOf('session', this).#connection;
    return Session.create(connection, await connection.call('session', undefined));
  }

  /** Restores a session from the bytes that save() returned. */
  async restore(saved: Uint8Array | ArrayBuffer): Promise<Session> {
    const connection = selfOf('restore', this).#connection;
    return Session.create(connection, await connection.call('restore', saved));
  }

  /** Ends the worker, which frees all memory and rejects all pending calls. May be called twice. */
  dispose(): void {
    selfOf('dispose', this).#connection.close(modelDisposed());
  }
}

/** Addresses are sent in absolute form, because the worker has another base address. */
const absolute = (address: string | URL): string =>
  resolveAddress({ resolve: resolveInPage }, address).href;

/**
 * Reads a model file as far as it is one, because few browsers can send a stream to a worker.
 * @throws {TsugiError} fetch_failed, not_a_model, corrupt_model, version_too_new, aborted
 */
async function received(
  arrival: Arrival,
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Blob> {
  const start = new ModelStart(arrival);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const take = (chunk: Uint8Array<ArrayBuffer>): void => {
    start.take(chunk);
    chunks.push(chunk);
  };
  await readStream(arrival, stream, take, signal);
  start.finish();
  return new Blob(chunks, { type: arrival.type });
}

/**
 * Converts a source to a form that can be sent to the worker: an absolute address, or a Blob for a
 * response or stream, which keeps the type.
 */
async function sendable(
  source: ModelSource,
  options: SentLoadOptions,
  signal: AbortSignal | undefined,
): Promise<Protocol['load']['args']> {
  const { wasm } = options;
  const sent = wasm === undefined ? options : { ...options, wasm: await sendableWasm(wasm) };
  if (isAddress(source)) return { source: absolute(source), options: sent };
  if (!isResponse(source) && !isStream(source)) return { source, options: sent };
  const [arrival, stream] = isResponse(source)
    ? [arrivalOf(source, 'the Response'), checkResponse(source, 'the Response').body]
    : [{ name: 'the stream', type: '' }, source];
  const blob = stream === null ? new Blob([]) : await received(arrival, stream, signal);
  return { source: blob, options: sent };
}

async function sendableWasm(
  wasm: NonNullable<LoadOptions['wasm']>,
): Promise<NonNullable<LoadOptions['wasm']>> {
  if (isAddress(wasm)) return absolute(wasm);
  if (isResponse(wasm)) {
    try {
      return await checkResponse(wasm, 'the Response').arrayBuffer();
    } catch (cause) {
      if (cause instanceof TsugiError) throw cause;
      throw fetchFailed(`the Response ended early: ${reasonOf(cause)}`, cause);
    }
  }
  // The worker reports what is wrong with other values.
  if (isBytes(wasm) || isModule(wasm) || kindOf(wasm) !== 'Object') return wasm;
  const entries = Object.entries(wasm as Record<string, WasmSource>).map(
    async ([build, source]) => [build, await sendableWasm(source)] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as NonNullable<LoadOptions['wasm']>;
}
