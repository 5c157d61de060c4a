/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `tsugi/worker`: the interface of `tsugi` with promises. Each model runs in a worker of its own.
 */
import { checkResponse, resolveAddress, type Arrival } from './arrival.js';
import { bodyOf } from './engine_module.js';
import { aborted, modelDisposed, throwIfAborted, untilAborted } from './errors.js';
import { isAddress, isBytes, isModule, isResponse, isStream } from './host.js';
import { checkLoadOptions, type CheckedOptions } from './load_options.js';
import { openStream } from './model_source.js';
import { ModelStart, readStream } from './model_stream.js';
import { kindOf } from './options.js';
import { MODEL_VERBS, SESSION_VERBS, type LoadArguments, type Loaded } from './protocol.js';
import { checkMade, dropped, nameSelf, publish, selfOf } from './public_class.js';
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
  Shelf,
  ShelfOptions,
  SimilarOptions,
  WasmSource,
} from './types.js';
import { webHost } from './web_host.js';
import { WorkerConnection, type StartWorker } from './worker_connection.js';

export { TsugiError, type ErrorCode } from './errors.js';
export type * from './types.js';

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
  /** Makes the rows of a page, none of which holds an item of another. */
  shelves(options?: InWorker<ShelfOptions>): Promise<Shelf[]>;
  /** Returns the events of this visitor, oldest first, as push() takes them. */
  events(): Promise<SessionEvent[]>;
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
  declare readonly [Symbol.dispose]: () => void;

  private constructor(connection: WorkerConnection, session: number) {
    checkMade(connection);
    const dispose = (): void => {
      connection.call('dispose', [], session).catch(() => undefined);
    };
    nameSelf(this, { connection, session, dispose });
    dropped?.register(this, dispose, this);
  }

  /** @internal */
  static create(connection: WorkerConnection, session: unknown): Session {
    return new Session(connection, session as number);
  }

  /** Frees the session. May be called twice. */
  dispose(): void {
    const { dispose } = selfOf<Remote>('dispose', this);
    dropped?.unregister(this);
    dispose!();
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
  /** Returns the items most like an item, or like several. */
  similar(
    items: string | readonly string[],
    options?: InWorker<SimilarOptions>,
  ): Promise<Recommendation[]>;
  /** Adds items by their titles, attributes and vectors, if the model has `add_items`. */
  addItems(items: readonly NewItem[]): Promise<void>;
  /** Removes items that addItems added. Sessions keep their events of them. */
  removeItems(ids: readonly string[]): Promise<void>;
  /** Returns the memory that the engine has now, with the model. */
  memoryBytes(): Promise<number>;
}

export class Recommender {
  declare readonly [Symbol.dispose]: () => void;
  /** What the model can do, by name, e.g. `add_items`. */
  readonly capabilities: readonly string[];
  readonly info: ModelInfo;

  private constructor(connection: WorkerConnection, loaded: Loaded) {
    checkMade(connection);
    this.info = loaded.info;
    this.capabilities = loaded.capabilities;
    nameSelf(this, { connection });
  }

  /**
   * Starts a worker and loads a model in it.
   * @throws {TsugiError} any code except `disposed`
   */
  static async load(source: ModelSource, options?: LoadOptions): Promise<Recommender> {
    const checked = checkLoadOptions(options);
    const { signal, onProgress } = checked;
    throwIfAborted(signal);
    const connection = new WorkerConnection(startWorker);
    const stop = (): void => connection.close(aborted(signal!));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const args = await untilAborted(sendable(source, checked), signal);
      const loaded = await connection.call('load', args, undefined, onProgress);
      return new Recommender(connection, loaded as Loaded);
    } catch (cause) {
      connection.close(modelDisposed()); // nobody can see this error
      throw cause;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Creates an empty session. */
  async session(): Promise<Session> {
    const { connection } = selfOf<Remote>('session', this);
    return Session.create(connection, await connection.call('session', []));
  }

  /** Restores a session from the bytes that save() returned. */
  async restore(saved: Uint8Array | ArrayBuffer): Promise<Session> {
    const { connection } = selfOf<Remote>('restore', this);
    return Session.create(connection, await connection.call('restore', [saved]));
  }

  /** Ends the worker, which frees all memory and rejects all pending calls. May be called twice. */
  dispose(): void {
    selfOf<Remote>('dispose', this).connection.close(modelDisposed());
  }
}

const absolute = (address: string | URL): string => resolveAddress(webHost, address).href;

/**
 * Reads a model file as far as it is one, because few browsers can send a stream to a worker.
 * @throws {TsugiError} fetch_failed, not_a_model, corrupt_model, version_too_new, aborted
 */
async function received(
  arrival: Arrival,
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const start = new ModelStart(arrival);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const take = (chunk: Uint8Array<ArrayBuffer>): void => {
    start.take(chunk);
    chunks.push(chunk);
  };
  await readStream(arrival, stream, take, signal);
  start.finish();
  return chunks;
}

/**
 * Returns the arguments of the worker's load, in a form that can be sent: absolute addresses, because
 * the worker has another base address, and Blobs for responses and streams.
 */
async function sendable(
  source: ModelSource,
  { signal, onProgress, hashes, ...options }: CheckedOptions,
): Promise<LoadArguments> {
  const { wasm } = options;
  if (wasm !== undefined) options = { ...options, wasm: await sendableWasm(wasm) };
  if (isAddress(source)) return [absolute(source), options];
  if (!isResponse(source) && !isStream(source)) return [source, options];
  const { arrival, stream } = await openStream(source);
  const parts = isBytes(stream) ? [stream] : await received(arrival, stream, signal);
  return [new Blob(parts, { type: arrival.type }), options];
}

async function sendableWasm(
  wasm: NonNullable<LoadOptions['wasm']>,
): Promise<NonNullable<LoadOptions['wasm']>> {
  if (isAddress(wasm)) return absolute(wasm);
  if (isResponse(wasm)) return bodyOf(checkResponse(wasm, 'the Response'), 'the Response');
  // The worker reports what is wrong with other values.
  if (isBytes(wasm) || isModule(wasm) || kindOf(wasm) !== 'Object') return wasm;
  const entries = Object.entries(wasm as Record<string, WasmSource>).map(
    async ([build, source]) => [build, await sendableWasm(source)] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as NonNullable<LoadOptions['wasm']>;
}

/** What stands behind a session or model, a proxy of it included. */
interface Remote {
  readonly connection: WorkerConnection;
  /** The number of a session, and what frees it. */
  readonly session?: number;
  readonly dispose?: () => void;
}

let startWorker: StartWorker;

/** Completes a class: its verbs call the methods of the same name in the worker. */
function forward(
  type: { readonly prototype: object },
  name: string,
  verbs: readonly string[],
): void {
  publish(type, name);
  const methods = type.prototype as Record<string, unknown>;
  for (const verb of verbs) {
    methods[verb] = async function (...args: readonly unknown[]) {
      const { connection, session } = selfOf<Remote>(verb, this);
      return connection.call(verb, args, session);
    };
  }
}

/**
 * Returns the completed classes. Called by the entry alone: `tsugi` shares the file of these classes
 * and its bundles drop them, because none of them completes itself. @internal
 */
export function remoteClasses(start: StartWorker): {
  Recommender: typeof Recommender;
  Session: typeof Session;
} {
  startWorker = start;
  forward(Recommender, 'Recommender', MODEL_VERBS);
  forward(Session, 'Session', SESSION_VERBS);
  return { Recommender, Session };
}
