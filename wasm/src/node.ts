/** `tsugi` in Node. A string is a URL or the path of a file. */
import type { LoadOptions, ModelSource } from './types.js';
import { loadRecommender, publishClasses, RecommenderBase } from './recommender.js';
import { nodeHost } from './node_host.js';

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
    return loadRecommender(Recommender, nodeHost, source, options);
  }
}
