/** Addresses in a page, in a worker, or in a host without an address of its own. */
import type { Answer } from './host.js';

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
  return signal && isTaken(signal, href) ? fetch(href, { signal }) : fetch(href);
}

/** The development server of Vite 5 to 7 moves a package's scripts away from its other files. */
export const VITE_REMEDY = "; in Vite add optimizeDeps: { exclude: ['tsugi'] }";
