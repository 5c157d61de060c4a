/** What differs between a page and Node: where files are and how they are opened. */
export type Build = 'simd128' | 'relaxed';

export interface Host {
  /** The package's own WebAssembly: where it is, or always the same bytes. */
  readonly wasm: (build: Build) => URL | Uint8Array<ArrayBuffer>;
  /** The builds that `wasm` has, best first. */
  readonly builds: readonly Build[];
  /** An absolute address of what the caller wrote. */
  resolve(address: string | URL): URL;
  /** fetch, also for what the host alone can open (files in Node). */
  fetch(address: URL, options: RequestInit): Promise<Response>;
}
