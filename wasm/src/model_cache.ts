/**
 * Keeps models in the browser's Cache API. A failure, or an answer that takes too long, counts as
 * if there were no cache.
 */
import { nameHash, type CheckedOptions } from './load_options.js';

const NAME = 'tsugi';
/** Copies that stay under a name: those of older addresses and hashes go. */
const KEPT = 4;
const PATIENCE_MS = 3000;
/** The header of a copy that names the address it came from. */
const ADDRESS = 'tsugi-address';

/** Settles as the work does; with undefined if it fails or takes too long. */
function within<T>(work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    const end = (result?: T): void => {
      clearTimeout(timer);
      resolve(result);
    };
    work.then(end, () => end());
  });
}

/**
 * Returns the keys of a kept copy. With hashes they are the hashes, so such a copy is never out of
 * date, and addresses that change at each request, as signed ones do, share it.
 */
function keysOf(url: string, { hashes }: CheckedOptions): string[] {
  if (!hashes) return [url.replace(/#.*/s, '')];
  return hashes.digests.map((digest) => {
    const hash = encodeURIComponent(nameHash(hashes.bits, digest));
    return `https://tsugi.invalid/?tsugi-integrity=${hash}`;
  });
}

const canKeep = ({ cache }: CheckedOptions): boolean =>
  Boolean(cache) && typeof caches !== 'undefined';

const open = ({ cache }: CheckedOptions): Promise<Cache> =>
  caches.open(typeof cache === 'string' ? cache : NAME);

/** Returns the kept copy, or undefined. */
export async function readModelCache(
  url: string,
  options: CheckedOptions,
): Promise<Response | undefined> {
  if (!canKeep(options)) return undefined;
  const find = async (): Promise<Response | undefined> => {
    const cache = await open(options);
    for (const key of keysOf(url, options)) {
      const copy = await cache.match(key);
      if (copy) return copy;
    }
    return undefined;
  };
  return within(find());
}

/** Deletes a copy. If that fails it stays, and the next load finds the damage again. */
export async function deleteModelCache(url: string, options: CheckedOptions): Promise<void> {
  const remove = async (): Promise<void> => {
    const cache = await open(options);
    for (const key of keysOf(url, options)) await cache.delete(key);
  };
  await within(remove());
}

/**
 * Copies the bytes of a model. Returns a function that keeps them once the model has proved to be
 * one, so that a damaged answer never takes the place of a good copy.
 */
export function modelKeeper(
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: CheckedOptions,
): () => void {
  if (!canKeep(options)) return () => undefined;
  const copy = new Blob([bytes]);
  return () => void store(url, copy, options).catch(() => undefined);
}

async function store(url: string, copy: Blob, options: CheckedOptions): Promise<void> {
  const cache = await open(options);
  const [key] = keysOf(url, options) as [string];
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(copy.size),
    [ADDRESS]: url,
  };
  const put = (): Promise<void> => cache.put(key, new Response(copy, { headers }));
  try {
    await put();
  } catch (cause) {
    if ((cause as Error).name !== 'QuotaExceededError') throw cause;
    await removeOlder(cache, key, headers[ADDRESS]!); // it makes room, and is out of date anyway
    await put();
  }
  await removeOlder(cache, key, headers[ADDRESS]!);
}

/** Deletes the other copies of an address, and of all copies the oldest. */
async function removeOlder(cache: Cache, newest: string, address: string): Promise<void> {
  let left = KEPT;
  for (const request of [...(await cache.keys())].reverse()) {
    const from = (await cache.match(request))?.headers.get(ADDRESS);
    if (!from) continue; // not ours
    if (request.url === newest) --left;
    else if (from === address || --left < 0) await cache.delete(request);
  }
}
