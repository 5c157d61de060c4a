/**
 * `tsugi/inline`: the engine (SIMD128) is part of the script, for extensions and single-file pages.
 */
import { base64 } from './generated/wasm_base64.js';
import type { LoadOptions, ModelSource } from './types.js';
import { loadRecommender, publishClasses, RecommenderBase } from './recommender.js';
import type { Host } from './host.js';
import { fetchInPage, resolveInPage } from './web_host.js';

export * from './api.js';

let decoded: Uint8Array<ArrayBuffer> | undefined;

/** Returns the same bytes each time, so that they are compiled once. */
function inlineBytes(): Uint8Array<ArrayBuffer> {
  decoded ??= Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return decoded;
}

const inlineHost: Host = {
  builds: ['simd128'],
  wasm: inlineBytes,
  resolve: resolveInPage,
  fetch: fetchInPage,
};

export class Recommender extends RecommenderBase {
  static {
    publishClasses(this);
  }

  /**
   * Loads a model file.
   * @throws {TsugiError} any code except `disposed` and `worker_failed`
   */
  static load(source: ModelSource, options?: LoadOptions): Promise<Recommender> {
    return loadRecommender(Recommender, inlineHost, source, options);
  }
}
