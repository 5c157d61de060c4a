/**
 * Keeps models in the browser's Cache API. Any failure is treated as if there were no cache.
 */
import type { LoadOptions } from './types.js';

const NAME = 'tsugi';
const PARAMETER = 'tsugi-integrity';

/** Returns the key of a kept copy. It contains the hash, so such a copy is never out of date. */
function keyOf(url: string, integrity: string | undefined): string {
  const key = new URL(url);
  key.hash = '';
  if (integrity !== undefined) key.searchParams.set(PARAMETER, integrity);
  return key.href;
}

function open(cache: LoadOptions['cache']): Promise<Cache | undefined> {
  if (cache === undefined || cache === false || typeof caches === 'undefined')
    return Promise.resolve(undefined);
  return caches.open(cache === true ? NAME : cache).catch(() => undefined);
}

/** Returns the kept copy, or undefined. */
export async function readModelCache(
  url: string,
  options: LoadOptions,
): Promise<Response | undefined> {
  try {
    return await (await open(options.cache))?.match(keyOf(url, options.integrity));
  } catch {
    return undefined;
  }
}

/** Deletes a copy. */
export async function deleteModelCache(url: string, options: LoadOptions): Promise<void> {
  try {
    await (await open(options.cache))?.delete(keyOf(url, options.integrity));
  } catch {
    // The copy stays, and the next load finds the damage again.
  }
}

/** Keeps a copy and deletes older ones of the same address. Copies the bytes before it returns. */
export function writeModelCache(
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: LoadOptions,
): void {
  if (options.cache === undefined || options.cache === false) return;
  const response = new Response(bytes, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
    },
  });
  void store(keyOf(url, options.integrity), response, options).catch(() => undefined);
}

async function store(key: string, response: Response, options: LoadOptions): Promise<void> {
  const cache = await open(options.cache);
  if (cache === undefined) return;
  await cache.put(key, response);
  const address = withoutIntegrity(key);
  for (const { url } of await cache.keys()) {
    if (url !== key && withoutIntegrity(url) === address) await cache.delete(url);
  }
}

/** Returns the address that a key was made for. */
function withoutIntegrity(key: string): string {
  const url = new URL(key);
  url.searchParams.delete(PARAMETER);
  return url.href;
}
