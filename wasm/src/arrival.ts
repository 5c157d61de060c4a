/** Describes received bytes in words: a wrong file is the error that developers meet first. */
import { fetchFailed, reasonOf, throwIfAborted, TsugiError } from './errors.js';
import type { Answer, Host } from './host.js';

/** Where bytes came from, and the type that their sender gave them. */
export interface Arrival {
  /** '/model.tsugi', 'the Blob', ... */
  readonly name: string;
  /** For example 'text/html'; '' if unknown. */
  readonly type: string;
}

/** Says what to do about bytes that begin like this. */
function remedyFor(begin: string, isHtml: boolean): string {
  if (isHtml) return '; the server sent a page instead of the file: check the address';
  if (begin.startsWith('\x1f\x8b'))
    return '; it is gzip: unpack it, or send Content-Encoding: gzip';
  if (begin.startsWith('tsugi')) return '; it was copied as text, not as binary';
  if (begin.startsWith('version https://')) return '; it is a Git LFS pointer: fetch the real file';
  return '';
}

/** "got text/html for /model.tsugi, it begins with '<!doctype html>'". */
export function describeArrival({ name, type }: Arrival, bytes: Uint8Array): string {
  const begin = String.fromCharCode(...bytes.subarray(0, 16));
  const isHtml = /^\s*<(!doctype|html|\?xml)/i.test(begin);
  const what = isHtml && !type.includes('html') ? 'a web page' : type || 'other bytes';
  const shown = begin.replace(/[^ -~]/g, '.');
  return `got ${what} for ${name}, it begins with '${shown}'${remedyFor(begin, isHtml)}`;
}

/** @throws {TsugiError} invalid_argument */
export function resolveAddress(host: Pick<Host, 'resolve'>, address: string | URL): URL {
  try {
    return host.resolve(address);
  } catch (cause) {
    throw new TsugiError('invalid_argument', `'${address}' is not a URL: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Fetches an address and checks the response.
 * @throws {TsugiError} aborted; fetch_failed: no answer, or an HTTP error
 */
export async function fetchFrom(
  host: Host,
  address: string | URL,
  signal: AbortSignal | undefined,
  options: RequestInit = {},
): Promise<Answer> {
  throwIfAborted(signal);
  const url = resolveAddress(host, address);
  try {
    return checkResponse(
      await host.fetch(url, signal === undefined ? options : { ...options, signal }),
      url.href,
    );
  } catch (cause) {
    throwIfAborted(signal);
    if (cause instanceof TsugiError) throw cause;
    throw fetchFailed(`no answer for ${url.href}: ${reasonOf(cause)}`, cause);
  }
}

/** @throws {TsugiError} fetch_failed */
export function checkResponse<A extends Answer>(response: A, name: string): A {
  if (!response.ok && response.type !== 'opaque') {
    throw fetchFailed(`${name}: HTTP ${response.status} ${response.statusText}`.trimEnd());
  }
  if (response.bodyUsed)
    throw fetchFailed(`${name}: the response has already been read`);
  return response;
}

export const arrivalOf = (response: Answer, name: string): Arrival => ({
  name: response.url || name,
  type: (response.headers.get('content-type') ?? '').split(';')[0]!.trim(),
});

/**
 * Returns the length of the body by its header; undefined if there is none, or if it counts
 * compressed bytes. It is a hint and may be wrong: fetch and the engine find out whether a body is
 * complete.
 */
export function expectedBytes(response: Answer): number | undefined {
  const length = response.headers.get('content-length') ?? '';
  const encoding = response.headers.get('content-encoding') ?? 'identity';
  return /^\d{1,15}$/.test(length) && encoding === 'identity' ? Number(length) : undefined;
}
