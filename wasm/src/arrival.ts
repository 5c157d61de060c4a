/** Describes received bytes in words: a wrong file is the error that developers meet first. */
import { fetchFailed, invalid, reasonOf, throwIfAborted, TsugiError, untilAborted } from './errors.js';
import type { Answer, Host } from './host.js';

/** Where bytes came from, and the type that their sender gave them. */
export interface Arrival {
  /** '/model.tsugi', 'the Blob', ... */
  readonly name: string;
  /** For example 'text/html'; '' if unknown. */
  readonly type: string;
}

const HTML = /^\s*<(!doctype html>?|!doctype|html|\?xml)/i;

/** Files that are often taken for a model, by their first letters, and what to do about them. */
const KINDS: readonly (readonly [begin: RegExp, kind: string, remedy: string])[] = [
  [/^\x1f\x8b/, 'gzip', 'unpack it, or send Content-Encoding: gzip'],
  [/^PK\x03/, 'a zip archive', 'unpack it'],
  [/^tsugi/, 'a model that was copied as text', 'copy it as binary'],
  [/^version https:/, 'a Git LFS pointer', 'fetch the real file'],
  [/^\0asm/, 'WebAssembly', "give it as the option 'wasm'"],
];

/**
 * "got text/html for /model.tsugi, it begins with '<!doctype html>'; the server ...". Tells the kind
 * of the file and repeats nothing else of it: a server may have been led to open any file.
 */
export function describeArrival({ name, type }: Arrival, bytes: Uint8Array): string {
  const begin = String.fromCharCode(...bytes.subarray(0, 32));
  const [html] = HTML.exec(begin) ?? [];
  if (html !== undefined) {
    const what = type.includes('html') ? type : 'a web page';
    return `got ${what} for ${name}, it begins with '${html.trim()}'; the server sent a page instead of the file: check the address`;
  }
  const [, kind, remedy] = KINDS.find(([letters]) => letters.test(begin)) ?? [];
  const what = type || (/^[\t\n\r -~]+$/.test(begin) ? 'text' : 'other bytes');
  const found = kind === undefined ? 'it begins with nothing that is known' : `it is ${kind}: ${remedy}`;
  return `got ${what} for ${name}, ${found}`;
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
    const failure = fetchFailed(`${name}: HTTP ${response.status} ${response.statusText}`.trimEnd());
    throw Object.assign(failure, { status: response.status });
  }
  if (response.bodyUsed) throw fetchFailed(`${name}: the response has already been read`);
  if (response.body?.locked === true) throw invalid(`${name}: its body already has a reader`);
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
