/** `tsugi` in pages and workers. */
import type { LoadOptions, ModelSource } from './types.js';
import { loadRecommender, publishClasses, webHost } from './core.js';
import { RecommenderBase } from './recommender.js';

export * from './api.js';

export class Recommender extends RecommenderBase {
  static {
    publishClasses(this);
  }

  /**
   * Loads a model file.
   * @throws {TsugiError} any code except `disposed` and `worker_failed`
   */
  static load(source: ModelSource, options?: LoadOptions): Promise<Recommender> {
    return loadRecommender(Recommender, webHost, source, options);
  }
}
