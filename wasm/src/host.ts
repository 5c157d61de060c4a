/** What differs between a page and Node: where files are and how they are opened. */
export type Build = 'simd128' | 'relaxed';

/**
 * What is read of a Response. Files in Node come without one: bringing its class in takes a tenth of
 * a second there.
 */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly type: string;
  readonly url: string;
  readonly bodyUsed: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStream<Uint8Array> | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export const isBytes = (value: unknown): value is ArrayBuffer | Uint8Array<ArrayBuffer> =>
  value instanceof ArrayBuffer || ArrayBuffer.isView(value);

/** The same memory. */
export const viewOf = (bytes: BufferSource): Uint8Array<ArrayBuffer> =>
  ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);

/** Without naming the class, for the same reason. */
export const isResponse = (value: unknown): value is Response =>
  Object.prototype.toString.call(value) === '[object Response]';

export interface Host {
  /** The package's own WebAssembly: where it is, or always the same bytes. */
  readonly wasm: (build: Build) => URL | Uint8Array<ArrayBuffer>;
  /** The builds that `wasm` has, best first. */
  readonly builds: readonly Build[];
  /** An absolute address of what the caller wrote. */
  resolve(address: string | URL): URL;
  /** fetch, also for what the host alone can open (files in Node). */
  fetch(address: URL, options: RequestInit): Promise<Answer>;
}
