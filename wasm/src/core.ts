/**
 * What the entries of a page share. They import it from here, so that the bundler puts it into one
 * file: compressed, one file is smaller than several.
 */
export { TsugiError } from './errors.js';
export { loadRecommender, publishClasses } from './recommender.js';
export { serve } from './serve.js';
export { webHost } from './web_host.js';
export { remoteClasses } from './worker_client.js';
