/** The exports that all entries share. Each entry adds its own Recommender. */
export { TsugiError, type ErrorCode } from './errors.js';
export { Session } from './session.js';
export type * from './types.js';
