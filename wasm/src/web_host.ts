/** The host of a page or a worker. */
import type { Host } from './host.js';
import { fetchInPage, resolveInPage } from './page_address.js';

export const webHost: Host = {
  builds: ['relaxed', 'simd128'],
  // Written out, because bundlers look for exactly this form.
  wasm: (build) =>
    build === 'relaxed'
      ? new URL('../wasm/tsugi.relaxed.wasm', import.meta.url)
      : new URL('../wasm/tsugi.simd.wasm', import.meta.url),
  resolve: resolveInPage,
  fetch: fetchInPage,
};
