/** The host of a page or a worker; its addresses also serve hosts without an address of their own. */
import type { Answer, Host } from './host.js';

/** The development server of Vite 5 to 7 moves a package's scripts away from its other files. */
export const VITE_REMEDY = "; in Vite add optimizeDeps: { exclude: ['tsugi'] }";

const base = (): string | undefined =>
  typeof document === 'undefined' ? globalThis.location?.href : document.baseURI;

/** @throws {TypeError} not a URL */
export const resolveInPage = (address: string | URL): URL => new URL(address, base());

/** Whether fetch takes a signal. It refuses those of another realm, e.g. jsdom's. */
function isTaken(signal: AbortSignal, url: string): boolean {
  try {
    return new Request(url, { signal }).url !== '';
  } catch {
    return false;
  }
}

/** Fetches an address. A signal that fetch does not take is left to the caller. */
export function fetchInPage({ href }: URL, signal: AbortSignal | undefined): Promise<Answer> {
  return fetch(href, signal && isTaken(signal, href) ? { signal } : undefined);
}

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
