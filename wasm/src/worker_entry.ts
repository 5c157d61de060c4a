/** The script of `tsugi/worker`; worker_client.ts declares its types. */
import { remoteClasses } from './core.js';

export { TsugiError } from './core.js';

export const { Recommender, Session } = remoteClasses(
  // Written out, because bundlers look for exactly this form. Not in the file that the entries share:
  // the worker loads that file too, and Vite refuses a worker that starts itself.
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'tsugi' }),
);
