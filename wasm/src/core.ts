/**
 * What the entries of a page share, as one file: compressed, one file is smaller than several. The
 * entries export their interface; the rest is for worker_client.ts.
 */
export { Session } from './session.js';
export { Recommender } from './page.js';
export { arrivalOf, checkResponse, resolveAddress } from './arrival.js';
export * from './errors.js';
export { isAddress, isBytes, isModule, isResponse, isStream } from './host.js';
export { checkLoadOptions } from './load_options.js';
export { ModelStart, readStream } from './model_stream.js';
export { kindOf } from './options.js';
export { resolveInPage, VITE_REMEDY } from './page_address.js';
export { MODEL_VERBS, SESSION_VERBS } from './protocol.js';
export { checkMade, dropped, nameSelf, publish, selfOf } from './public_class.js';
