/** `tsugi` in pages and workers. */
import { loadRecommender, publishClasses, RecommenderBase, webHost } from './core.js';
import type { Engine } from './engine.js';
import type { LoadOptions, ModelInfo, ModelSource } from './types.js';

export { Session, TsugiError } from './core.js';
export type * from './api.js';

export class Recommender extends RecommenderBase {
  static {
    publishClasses(this);
  }

  private constructor(engine: Engine, build: ModelInfo['build']) {
    super(engine, build);
  }

  /**
   * Loads a model file.
   * @throws {TsugiError} any code except `disposed` and `worker_failed`
   */
  static load(source: ModelSource, options?: LoadOptions): Promise<Recommender> {
    return loadRecommender(
      webHost,
      source,
      options,
      (engine, build) => new Recommender(engine, build),
    );
  }
}
