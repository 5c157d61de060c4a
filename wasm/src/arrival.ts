/** Describes received bytes in words: a wrong file is the error that developers meet first. */
import {
  fetchFailed,
  invalid,
  reasonOf,
  throwIfAborted,
  TsugiError,
  untilAborted,
} from './errors.js';
import type { Answer, Host } from './host.js';

/** Where bytes came from, and the type that their sender gave them. */
export interface Arrival {
  /** '/model.tsugi', 'the Blob', ... */
  readonly name: string;
  /** For example 'text/html'; '' if unknown. */
  readonly type: string;
}

/** Files that are often taken for a model, by their first letters, and what to do about them. */
const KINDS: readonly (readonly [begin: RegExp, remedy: string])[] = [
  [
    /^\s*<(!doctype html>?|!doctype|html|\?xml)/i,
    'a page instead of the file: check the address',
  ],
  [/^\x1f\x8b/, 'it is gzip: unpack it, or send Content-Encoding: gzip'],
  [/^tsugi/, 'it was copied as text, not as binary'],
  [/^version https:/, 'it is a Git LFS pointer: fetch the real file'],
];

/**
 * "got text/html for /model.tsugi, it begins with '<!doctype html>'; the server ...". Repeats nothing
 * of a file but these letters: a server may have been led to open any file.
 */
export function describeArrival({ name, type }: Arrival, bytes: Uint8Array): string {
  const begin = String.fromCharCode(...bytes.subarray(0, 32));
  const kind = KINDS.find(([letters]) => letters.test(begin));
  const isPage = kind === KINDS[0] && !type.includes('html');
  const found = kind
    ? `'${kind[0]
        .exec(begin)![0]
        .replace(/[^ -~]/g, '.')
        .trim()}'; ${kind[1]}`
    : 'nothing known';
  return `got ${isPage ? 'a web page' : type || 'other bytes'} for ${name}, it begins with ${found}`;
}

/** @throws {TsugiError} invalid_argument */
export function resolveAddress(host: Pick<Host, 'resolve'>, address: string | URL): URL {
  try {
    return host.resolve(address);
  } catch (cause) {
    throw invalid(`'${address}' is not a URL: ${reasonOf(cause)}`, cause);
  }
}

/** What to do about an address that gave no answer. */
function remedyFor({ origin, href }: URL): string {
  const own = globalThis.location?.origin;
  return own === undefined || own === 'null' || href.startsWith(own)
    ? ''
    : `; ${origin} must allow this page by CORS, if it is there`;
}

/**
 * Fetches an address and checks the response.
 * @throws {TsugiError} aborted; fetch_failed: no answer, or an HTTP error
 */
export async function fetchFrom(
  host: Host,
  address: string | URL,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  throwIfAborted(signal);
  const url = resolveAddress(host, address);
  const answer = host.fetch(url, signal);
  try {
    return checkResponse(await untilAborted(answer, signal), url.href);
  } catch (cause) {
    answer.then(({ body }) => body?.cancel()).catch(() => undefined); // nobody needs the rest
    throwIfAborted(signal);
    if (cause instanceof TsugiError) throw cause;
    throw fetchFailed(`no answer for ${url.href}: ${reasonOf(cause)}${remedyFor(url)}`, cause);
  }
}

/** @throws {TsugiError} fetch_failed; invalid_argument: somebody else reads it */
export function checkResponse<A extends Answer>(response: A, name: string): A {
  if (!response.ok && response.type !== 'opaque') {
    const failure = fetchFailed(
      `${name}: HTTP ${response.status} ${response.statusText}`.trimEnd(),
    );
    throw Object.assign(failure, { status: response.status });
  }
  if (response.bodyUsed) throw fetchFailed(`${name}: the response has already been read`);
  return response;
}

export const arrivalOf = (response: Answer, name: string): Arrival => ({
  name: response.url || name,
  type: (response.headers.get('content-type') ?? '').split(';')[0]!.trim(),
});
