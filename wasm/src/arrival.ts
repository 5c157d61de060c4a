/** What came over the wire, in words, for the errors that developers meet first. */
import { fetchFailed, reasonOf, throwIfAborted, TsugiError } from './errors.js';
import type { Answer, Host } from './host.js';

/** Where bytes came from and what their sender called them. */
export interface Arrival {
  /** '/model.tsugi', 'the Blob', ... */
  readonly name: string;
  /** 'text/html', '' if nobody said. */
  readonly type: string;
}

/** What to do about bytes that begin like that. */
function remedyFor(begin: string, isHtml: boolean): string {
  if (isHtml) return '; the server answered with a page instead of the file: check the address';
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
    throw new TsugiError('invalid_argument', `'${address}' is no address: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/**
 * A response with a body, checked.
 * @throws {TsugiError} aborted; fetch_failed: no answer, an HTTP error, used before
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
    throw fetchFailed(`${name}: the response was read before`);
  return response;
}

export const arrivalOf = (response: Answer, name: string): Arrival => ({
  name: response.url || name,
  type: (response.headers.get('content-type') ?? '').split(';')[0]!.trim(),
});

/**
 * Bytes that the body is said to have; undefined if nobody says, or if compressed ones were
 * counted. A hint: it may be wrong, and whether a body is whole fetch and the engine know better.
 */
export function expectedBytes(response: Answer): number | undefined {
  const length = response.headers.get('content-length') ?? '';
  const encoding = response.headers.get('content-encoding') ?? 'identity';
  return /^\d{1,15}$/.test(length) && encoding === 'identity' ? Number(length) : undefined;
}
