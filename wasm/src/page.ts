/**
 * The script dist/web.js: `tsugi` in pages and workers, and for the scripts of `tsugi/worker` the code
 * that they need. Compressed, one file is smaller than several. web.ts declares the public types.
 */
import { publishClasses } from './recommender.js';
import { Recommender as WebRecommender } from './web.js';

export { Session, TsugiError } from './api.js';
export { serve } from './serve.js';
export { remoteClasses } from './worker_client.js';

// A bundle of `tsugi/worker` does not use it and drops it.
export const Recommender = /* @__PURE__ */ publishClasses(WebRecommender);
