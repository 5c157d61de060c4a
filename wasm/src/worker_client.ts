/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `tsugi/worker`: the interface of `tsugi` with promises. Each model runs in a worker of its own.
 */
import { addDispose } from './disposable.js';
import { aborted, fetchFailed, reasonOf, throwIfAborted, TsugiError, untilAborted } from './errors.js';
import { checkResponse, resolveAddress } from './arrival.js';
import { isBytes, isResponse } from './host.js';
import { checkLoadOptions } from './load_options.js';
import { resolveInPage } from './page_address.js';
import {
  MODEL_VERBS,
  SESSION_VERBS,
  type ModelVerb,
  type Protocol,
  type SentLoadOptions,
  type SessionVerb,
} from './protocol.js';
import type { RecommenderBase as LocalModel } from './recommender.js';
import type { Session as LocalSession } from './session.js';
import type {
  LoadOptions,
  ModelInfo,
  ModelSource,
  WasmSource,
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

/** The methods of `tsugi`'s Session; each returns a promise. */
type SessionMethods = {
  [V in SessionVerb]: (
    ...args: Parameters<LocalSession[V]>
  ) => Promise<ReturnType<LocalSession[V]>>;
};

/** One visitor. See Session of `tsugi`. */
export interface Session extends SessionMethods {}

export class Session {
  static {
    addDispose(this.prototype);
    for (const verb of SESSION_VERBS) {
      this.prototype[verb] = function (this: Session, ...args: readonly unknown[]) {
        return this.#connection.call(verb, { session: this.#number, args }) as never;
      };
    }
  }

  declare readonly [Symbol.dispose]: () => void;
  readonly #connection: WorkerConnection;
  readonly #number: number;

  /** Made by Recommender.session() and restore(). */
  constructor(connection: WorkerConnection, number: number) {
    this.#connection = connection;
    this.#number = number;
  }

  dispose(): void {
    this.#connection.call('disposeSession', { session: this.#number }).catch(() => undefined);
  }
}

/** The methods of `tsugi`'s Recommender; each returns a promise. */
type ModelMethods = {
  [V in ModelVerb]: (...args: Parameters<LocalModel[V]>) => Promise<ReturnType<LocalModel[V]>>;
};

/** A model in a worker. See Recommender of `tsugi`. */
export interface Recommender extends ModelMethods {}

export class Recommender {
  static {
    addDispose(this.prototype);
    for (const verb of MODEL_VERBS) {
      this.prototype[verb] = function (this: Recommender, ...args: readonly unknown[]) {
        return this.#connection.call(verb, { args }) as never;
      };
    }
  }

  declare readonly [Symbol.dispose]: () => void;
  readonly capabilities: readonly string[];
  readonly info: ModelInfo;
  readonly #connection: WorkerConnection;

  /** Made by Recommender.load. */
  constructor(connection: WorkerConnection, { info, capabilities }: Protocol['load']['result']) {
    this.#connection = connection;
    this.info = info;
    this.capabilities = capabilities;
  }

  /**
   * Starts a worker and loads a model in it.
   * @throws {TsugiError} any code except `disposed`
   */
  static async load(source: ModelSource, options?: LoadOptions): Promise<Recommender> {
    const { signal, onProgress, ...rest } = checkLoadOptions(options);
    throwIfAborted(signal);
    const connection = new WorkerConnection();
    const stop = (): void => connection.close(aborted(signal!));
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const args = await untilAborted(sendable(source, rest), signal);
      return new Recommender(connection, await connection.call('load', args, onProgress));
    } catch (cause) {
      connection.close(new TsugiError('disposed', 'the model was not loaded'));
      throw cause;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async session(): Promise<Session> {
    return new Session(this.#connection, await this.#connection.call('session', undefined));
  }

  async restore(saved: Uint8Array | ArrayBuffer): Promise<Session> {
    return new Session(this.#connection, await this.#connection.call('restore', saved));
  }

  /** Ends the worker, which frees all memory and rejects all pending calls. May be called twice. */
  dispose(): void {
    this.#connection.close(
      new TsugiError('disposed', 'the model was disposed; load it again with Recommender.load'),
    );
  }
}

/** Addresses are sent in absolute form, because the worker has another base address. */
const absolute = (address: string | URL): string =>
  resolveAddress({ resolve: resolveInPage }, address).href;

/** @throws {TsugiError} fetch_failed: the stream ended early, or has already been read */
async function received<T>(name: string, body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch (cause) {
    throw fetchFailed(`${name} ended early: ${reasonOf(cause)}`, cause);
  }
}

/**
 * Converts a source to a form that can be sent to the worker: an absolute address, or a Blob for a
 * response or stream, which keeps the type.
 */
async function sendable(
  source: ModelSource,
  options: SentLoadOptions,
): Promise<Protocol['load']['args']> {
  const { wasm, ...rest } = options;
  const sent = wasm === undefined ? rest : { ...rest, wasm: await sendableWasm(wasm) };
  if (typeof source === 'string' || source instanceof URL) {
    return { source: absolute(source), options: sent };
  }
  if (isResponse(source)) {
    const response = checkResponse(source, 'the Response');
    return { source: await received('the Response', response.blob()), options: sent };
  }
  if (source instanceof ReadableStream) {
    const blob = received('the stream', new Response(source).blob());
    return { source: await blob, options: sent };
  }
  return { source, options: sent };
}

async function sendableWasm(
  wasm: NonNullable<LoadOptions['wasm']>,
): Promise<NonNullable<LoadOptions['wasm']>> {
  if (typeof wasm === 'string' || wasm instanceof URL) return absolute(wasm);
  if (isResponse(wasm)) {
    return received('the Response', checkResponse(wasm, 'the Response').arrayBuffer());
  }
  if (isBytes(wasm) || wasm instanceof WebAssembly.Module || typeof wasm !== 'object' || wasm === null) {
    return wasm; // the worker reports what is wrong with other values
  }
  const entries = Object.entries(wasm as Record<string, WasmSource>).map(
    async ([build, source]) => [build, await sendableWasm(source)] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as NonNullable<LoadOptions['wasm']>;
}
