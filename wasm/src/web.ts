/**
 * The types of `tsugi`, which `tsugi/inline` and Node share, and the Recommender of pages and workers,
 * which page.ts completes.
 */
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
    return loadRecommender(Recommender, webHost, source, options);
  }
}
