/** `tsugi` in pages and workers. */
import type { LoadOptions, ModelSource } from './types.js';
import { loadRecommender, RecommenderBase } from './recommender.js';
import { webHost } from './web_host.js';

export * from './api.js';

export class Recommender extends RecommenderBase {
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
