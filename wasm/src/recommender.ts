/// <reference lib="esnext.disposable" preserve="true" />
/** A loaded model. */
import { addItems, removeItems } from './added_items.js';
import { Catalogue } from './catalogue.js';
import { Engine } from './engine.js';
import { loadEngineModule } from './engine_module.js';
import { throwIfAborted, TsugiError } from './errors.js';
import { isBytes, viewOf, type Host } from './host.js';
import { checkLoadOptions } from './load_options.js';
import { ModelRequest } from './model_source.js';
import { checkList, describeList, length } from './lists.js';
import { checkId, checkIds, checkKeys, wrong } from './options.js';
import { MODEL_VERBS, SESSION_VERBS } from './protocol.js';
import { checkMade, guard, namedError, nameSelf, publish } from './public_class.js';
import { Session } from './session.js';
import type {
  Item,
  LoadOptions,
  ModelInfo,
  ModelSource,
  NewItem,
  Recommendation,
  SimilarOptions,
} from './types.js';


/** The object that tsugi_recommender_describe writes. */
interface Description {
  readonly items: number;
  readonly window: number;
  readonly width: number;
  readonly layers: number;
  readonly capabilities: readonly string[];
  readonly modalities: ModelInfo['modalities'];
  readonly engine: string;
  readonly format_version: number;
  readonly model_bytes: number;
  readonly provenance: unknown;
}

/** A loaded model. The entries add `load`. */
export class RecommenderBase {
  declare readonly [Symbol.dispose]: () => void;
  /** What the model can do, by name, e.g. `add_items`. */
  readonly capabilities: readonly string[];
  readonly info: ModelInfo;
  readonly #engine: Engine;
  readonly #catalogue: Catalogue;

  /** `made` is an Engine, which the public declarations do not name. */
  protected constructor(made: unknown, build: ModelInfo['build']) {
    checkMade(made);
    const engine = made as Engine;
    this.#engine = engine;
    const {
      capabilities,
      format_version: formatVersion,
      model_bytes: modelBytes,
      ...rest
    } = JSON.parse(engine.describe()) as Description;
    this.#catalogue = new Catalogue(engine, rest);
    this.capabilities = capabilities;
    const { version, memoryBytes } = engine;
    this.info = { version, build, threads: 1, formatVersion, modelBytes, memoryBytes, ...rest };
    nameSelf(this);
  }

  /** Creates an empty session. */
  session(): Session {
    return Session.create(this.#engine, this.#catalogue);
  }

  /**
   * Restores a session from the bytes that save() returned.
   * @throws {TsugiError} corrupt_model: the bytes are damaged; invalid_argument: the session was
   *   saved with another model
   */
  restore(saved: Uint8Array | ArrayBuffer): Session {
    if (!isBytes(saved)) {
      throw wrong('restore', saved, 'what save() returned');
    }
    return Session.create(this.#engine, this.#catalogue, viewOf('restore', saved));
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
    const { start, count } = checkKeys('items', range, ['start', 'count']);
    this.#engine.assertOpen();
    return this.#catalogue.items(start, count);
  }

  /**
   * Returns the items most like an item, or like several: the score is the cosine of what the model
   * has learned of them.
   * @throws {TsugiError} invalid_argument: among others, no item has the id
   */
  similar(items: string | readonly string[], options?: SimilarOptions): Recommendation[] {
    const ids = typeof items === 'string' ? [items] : checkIds('items', items);
    const catalogue = this.#catalogue;
    const { fields, list } = checkList(catalogue, 'similar', options, { k: length });
    this.#engine.assertOpen();
    const indices = ids.map((id) => {
      const index = catalogue.find(id);
      if (index >= 0) return index;
      throw wrong('items', id, 'the id of an item');
    });
    return list ? describeList(catalogue, this.#engine.recommend(0, list, indices), fields) : [];
  }

  /**
   * Adds items for all sessions by their titles, attributes and vectors, without training. A saved
   * session contains those that its events name. Nothing is added if an item is invalid.
   * @throws {TsugiError} invalid_argument: an id is already in the catalogue; unsupported: the
   *   model has no item tower ("add_items" is not in `capabilities`)
   */
  addItems(items: readonly NewItem[]): void {
    addItems(this.#engine, this.#catalogue, 0, items);
  }

  /**
   * Removes items that addItems added. Sessions keep their events of them.
   * @throws {TsugiError} invalid_argument: another id; nothing is removed then
   */
  removeItems(ids: readonly string[]): void {
    removeItems(this.#engine, this.#catalogue, 0, ids);
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

/**
 * Completes the public classes: `type`, which extends RecommenderBase, and Session; returns `type`.
 * Each entry calls it once. Classes that completed themselves would stay in every bundle of `tsugi/worker`, which
 * shares a file with `tsugi` and does not use them. @internal
 */
export function publishClasses<T extends { readonly prototype: object }>(type: T): T {
  publish(type, 'Recommender');
  guard(RecommenderBase, [...MODEL_VERBS, 'session', 'restore', 'dispose']);
  publish(Session, 'Session');
  guard(Session, [...SESSION_VERBS, 'dispose']);
  return type;
}

/** A class whose constructor only its `load` may call. */
type Type<T> = new (engine: Engine, build: ModelInfo['build']) => T;

/**
 * Starts an engine, loads a model into it and makes a recommender of it. The model's download
 * starts first and runs while the engine is compiled. Frees everything on any error. @internal
 */
export async function loadRecommender<T extends RecommenderBase>(
  type: { readonly prototype: T },
  host: Host,
  source: ModelSource,
  options: LoadOptions | undefined,
): Promise<T> {
  let request: ModelRequest | undefined;
  let engine: Engine | undefined;
  try {
    const checked = checkLoadOptions(options);
    const { signal, onProgress, memoryLimitBytes } = checked;
    throwIfAborted(signal);
    onProgress?.({ phase: 'engine', loaded: 0, total: undefined });
    request = new ModelRequest(host, source, checked);
    const { module, build } = await loadEngineModule(host, checked);
    throwIfAborted(signal);
    engine = await Engine.create(module, memoryLimitBytes);
    throwIfAborted(signal);
    await request.loadInto(engine);
    throwIfAborted(signal);
    const recommender = new (type as unknown as Type<T>)(engine, build);
    const { modelBytes } = recommender.info;
    onProgress?.({ phase: 'ready', loaded: modelBytes, total: modelBytes });
    return recommender;
  } catch (cause) {
    request?.cancel();
    engine?.dispose();
    const isOurs = cause instanceof TsugiError && cause.code !== 'invalid_argument';
    throw isOurs ? cause : namedError('load', cause);
  }
}
