/**
 * What the entries of a page share. They import it from here, so that the bundler puts it into one
 * file: compressed, one file is smaller than several.
 */
export * from './errors.js';
export { checkLoadOptions } from './load_options.js';
export { kindOf } from './options.js';
export { VITE_REMEDY } from './page_address.js';
export { MODEL_VERBS, SESSION_VERBS } from './protocol.js';
export { checkMade, dropped, nameSelf, publish, selfOf } from './public_class.js';
export { loadRecommender, publishClasses } from './recommender.js';
export { sendable } from './sendable.js';
export { serve } from './serve.js';
export { webHost } from './web_host.js';
