/** Absolute addresses in a page, a worker, or anywhere that has none of its own. */
const base = (): string | undefined =>
  typeof document === 'undefined' ? globalThis.location?.href : document.baseURI;

/** @throws {TypeError} no address */
export const resolveInPage = (address: string | URL): URL => new URL(address, base());
