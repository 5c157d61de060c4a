/** Resolves addresses in a page, in a worker, or in a host without an address of its own. */
const base = (): string | undefined =>
  typeof document === 'undefined' ? globalThis.location?.href : document.baseURI;

/** @throws {TypeError} not a URL */
export const resolveInPage = (address: string | URL): URL => new URL(address, base());
