/// <reference lib="esnext.disposable" preserve="true" />
/** A loaded model. */
import { addItems } from './added_items.js';
import { Catalogue } from './catalogue.js';
import { Engine } from './engine.js';
import { loadEngineModule, type EngineModule } from './engine_module.js';
import { addDispose } from './disposable.js';
import { invalid, reasonOf, throwIfAborted, TsugiError } from './errors.js';
import type { Host } from './host.js';
import { checkLoadOptions } from './load_options.js';
import { ModelRequest } from './model_source.js';
import { checkId, checkKeys, describeValue } from './options.js';
import { Session } from './session.js';
import type { Item, LoadOptions, ModelInfo, ModelSource, NewItem } from './types.js';

/** The object that tsugi_recommender_describe writes. */
interface Description {
  readonly items: number;
  readonly window: number;
  readonly width: number;
  readonly layers: number;
  readonly capabilities: readonly string[];
  readonly engine: string;
  readonly format_version: number;
  readonly model_bytes: number;
  readonly provenance: unknown;
}

/**
 * Starts an engine and loads the model into it. The model's download starts first and runs while
 * the engine is compiled.
 */
async function openEngine(
  host: Host,
  source: ModelSource,
  options: LoadOptions,
): Promise<[Engine, EngineModule]> {
  const { signal, onProgress, memoryLimitBytes } = options;
  throwIfAborted(signal);
  onProgress?.({ phase: 'engine', loaded: 0, total: undefined });
  const request = new ModelRequest(host, source, options);
  let engine: Engine | undefined;
  try {
    const engineModule = await loadEngineModule(host, options);
    throwIfAborted(signal);
    engine = await Engine.create(engineModule.module, memoryLimitBytes);
    throwIfAborted(signal);
    await request.loadInto(engine);
    throwIfAborted(signal);
    return [engine, engineModule];
  } catch (cause) {
    request.cancel();
    engine?.dispose();
    throw cause;
  }
}

export class RecommenderBase {
  static {
    addDispose(this.prototype);
  }

  declare readonly [Symbol.dispose]: () => void;
  /** What the model can do, by name, e.g. `add_items`. */
  readonly capabilities: readonly string[];
  readonly info: ModelInfo;
  readonly #engine: Engine;
  readonly #catalogue: Catalogue;

  /** Made by Recommender.load. */
  constructor(engine: Engine, build: ModelInfo['build']) {
    this.#engine = engine;
    const {
      capabilities,
      format_version: formatVersion,
      model_bytes: modelBytes,
      ...rest
    } = JSON.parse(engine.describe()) as Description;
    this.#catalogue = new Catalogue(engine, rest.items);
    this.capabilities = capabilities;
    const { version, memoryBytes } = engine;
    this.info = { version, build, threads: 1, formatVersion, modelBytes, memoryBytes, ...rest };
  }

  /** Creates an empty session. */
  session(): Session {
    return new Session(this.#engine, this.#catalogue);
  }

  /**
   * Restores a session from the bytes that save() returned.
   * @throws {TsugiError} corrupt_model: the bytes are damaged; invalid_argument: the session was
   *   saved with another model
   */
  restore(saved: Uint8Array | ArrayBuffer): Session {
    this.#engine.assertOpen();
    const bytes = saved instanceof ArrayBuffer ? new Uint8Array(saved) : saved;
    if (!(bytes instanceof Uint8Array))
      throw invalid(`restore: ${describeValue(saved)}, expected what save() returned`);
    return new Session(this.#engine, this.#catalogue, bytes);
  }

  /** Returns the item with an id; undefined if the model does not know the id. */
  item(id: string): Item | undefined {
    const index = this.#catalogue.find(checkId('item', id));
    return index < 0 ? undefined : this.#catalogue.item(index);
  }

  /** Returns the catalogue in the model's order, or `count` items of it from `start` on. */
  items(range?: {
    readonly start?: number | undefined;
    readonly count?: number | undefined;
  }): Item[] {
    this.#engine.assertOpen();
    const { start, count } = checkKeys('items', range, ['start', 'count']);
    return this.#catalogue.items(start, count);
  }

  /**
   * Adds items to the catalogue by their titles and attributes, without training. A saved session
   * contains the added items. Nothing is added if an item is invalid.
   * @throws {TsugiError} invalid_argument: an id is already in the catalogue; unsupported: the
   * model
   *   has no item tower ("add_items" is not in `capabilities`)
   */
  addItems(items: readonly NewItem[]): void {
    this.#engine.assertOpen();
    addItems(this.#engine, this.#catalogue, items);
  }

  /** Returns the memory that the engine has now, with the model. */
  memoryBytes(): number {
    return this.#engine.memoryBytes;
  }

  /** Frees all memory and ends the sessions of this model. May be called twice. */
  dispose(): void {
    this.#engine.dispose();
  }
}

/** Loads a model and makes a recommender of it. Frees everything on any error. */
export async function loadRecommender<T>(
  host: Host,
  source: ModelSource,
  options: LoadOptions | undefined,
  make: (engine: Engine, build: ModelInfo['build']) => T,
): Promise<T> {
  const checked = checkLoadOptions(options);
  const [engine, { build }] = await openEngine(host, source, checked);
  try {
    const recommender = make(engine, build);
    checked.onProgress?.({ phase: 'ready', loaded: engine.memoryBytes, total: engine.memoryBytes });
    return recommender;
  } catch (cause) {
    engine.dispose();
    if (cause instanceof SyntaxError) {
      throw new TsugiError('internal', `the model's description: ${reasonOf(cause)}`, { cause });
    }
    throw cause;
  }
}
