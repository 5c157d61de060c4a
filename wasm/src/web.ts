/** `tsugi` in pages and workers. */
import type { Engine } from './engine.js';
import type { LoadOptions, ModelInfo, ModelSource } from './types.js';
import { loadRecommender, publishClasses, webHost } from './core.js';
import { RecommenderBase } from './recommender.js';

export * from './api.js';

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
