/** `tsugi` in pages and workers. */
export { Recommender, Session, TsugiError } from './core.js';
export type * from './api.js';
