/**
 * The differences between a page and Node: where files are and how to open them. Also tells kinds
 * of sources apart, by what they are rather than by their class: a test environment, a frame or a
 * library may bring classes of its own.
 */
import { invalid } from './errors.js';
import { kindOf } from './options.js';

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

export const isBytes = (value: unknown): value is BufferSource =>
  ArrayBuffer.isView(value) || /^(Shared)?ArrayBuffer$/.test(kindOf(value));

/**
 * Returns a view of the same memory.
 * @throws {TsugiError} invalid_argument: the memory belongs to somebody else now
 */
export function viewOf(where: string, bytes: BufferSource): Uint8Array<ArrayBuffer> {
  try {
    return ArrayBuffer.isView(bytes)
      ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : new Uint8Array(bytes);
  } catch (cause) {
    throw invalid(`${where}: the buffer was transferred (detached). Try: bytes.slice()`, cause);
  }
}

export const isResponse = (value: unknown): value is Response => kindOf(value) === 'Response';

export const isAddress = (value: unknown): value is string | URL =>
  typeof value === 'string' || kindOf(value) === 'URL';

export const isBlob = (value: unknown): value is Blob => /^(Blob|File)$/.test(kindOf(value));

export const isModule = (value: unknown): value is WebAssembly.Module =>
  kindOf(value) === 'WebAssembly.Module';

export const isStream = (value: unknown): value is ReadableStream<Uint8Array> =>
  typeof (Object(value) as { getReader?: unknown }).getReader === 'function';

export interface Host {
  /** The package's own WebAssembly: its address, or always the same bytes. */
  readonly wasm: (build: Build) => URL | Uint8Array<ArrayBuffer>;
  /** The builds that `wasm` has, best first. */
  readonly builds: readonly Build[];
  /** Returns the absolute form of an address. */
  resolve(address: string | URL): URL;
  /** Like fetch, but also opens files in Node. */
  fetch(address: URL, signal: AbortSignal | undefined): Promise<Answer>;
}
