/** The differences between a page and Node: where files are and how to open them. */
export type Build = 'simd128' | 'relaxed';

/**
 * The members of a Response that are read. Node's files use a plain object instead of a Response,
 * because loading that class takes a tenth of a second there.
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

/** Returns a view of the same memory. */
export const viewOf = (bytes: BufferSource): Uint8Array<ArrayBuffer> =>
  ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);

/** Tests without naming the class, which would load it in Node. */
export const isResponse = (value: unknown): value is Response =>
  Object.prototype.toString.call(value) === '[object Response]';

export interface Host {
  /** The package's own WebAssembly: its address, or always the same bytes. */
  readonly wasm: (build: Build) => URL | Uint8Array<ArrayBuffer>;
  /** The builds that `wasm` has, best first. */
  readonly builds: readonly Build[];
  /** Returns the absolute form of an address. */
  resolve(address: string | URL): URL;
  /** Like fetch, but also opens files in Node. */
  fetch(address: URL, options: RequestInit): Promise<Answer>;
}
