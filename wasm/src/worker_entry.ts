/** The script of `tsugi/worker`; worker_client.ts declares its types. */
import { remoteClasses, TsugiError } from './page.js';

export { TsugiError };

export const { Recommender, Session } = remoteClasses(
  // Written out, because bundlers look for exactly this form. Not in page.ts: the worker loads
  // that too, and Vite refuses a worker that starts itself.
  () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'tsugi' }),
);
