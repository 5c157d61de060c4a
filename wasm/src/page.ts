/** The Recommender of pages and workers. */
import type { Engine } from './engine.js';
import { publish } from './public_class.js';
import type { LoadOptions, ModelInfo, ModelSource } from './types.js';
import { loadRecommender, RecommenderBase } from './recommender.js';
import { webHost } from './web_host.js';

export class Recommender extends RecommenderBase {
  static {
    publish(this, 'Recommender');
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
