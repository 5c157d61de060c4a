/**
 * What the entries of a page share, as one file: compressed, one file is smaller than several. The
 * entries export their interface; the rest is for worker_client.ts.
 */
export { Session } from './session.js';
export { loadRecommender, publishClasses, RecommenderBase } from './recommender.js';
export { webHost } from './web_host.js';
export * from './errors.js';
export { checkLoadOptions } from './load_options.js';
export { kindOf } from './options.js';
export { VITE_REMEDY } from './page_address.js';
export { MODEL_VERBS, SESSION_VERBS } from './protocol.js';
export { serve } from './serve.js';
export { sendable } from './sendable.js';
export { checkMade, dropped, nameSelf, publish, selfOf } from './public_class.js';
