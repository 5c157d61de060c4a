/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `tsugi/worker`: the interface of `tsugi` with promises. Each model runs in a worker of its own.
 */
import {
  aborted,
  checkLoadOptions,
  checkMade,
  dropped,
  MODEL_VERBS,
  modelDisposed,
  nameSelf,
  publish,
  selfOf,
  sendable,
  SESSION_VERBS,
  throwIfAborted,
  TsugiError,
  untilAborted,
} from './core.js';
import type { Protocol } from './protocol.js';
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
} from './types.js';
import { WorkerConnection } from './worker_connection.js';

export { TsugiError, type ErrorCode } from './errors.js';
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
    const checked = checkLoadOptions(options);
    const { signal, onProgress } = checked;
    throwIfAborted(signal);
    const connection = new WorkerConnection();
    const stop = (): void => connection.close(aborted(signal!));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const args = await untilAborted(sendable(source, checked), signal);
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
