/**
 * Keeps the page, the engine and the model on this device, so that a second visit needs no network.
 * A file with a content hash in its name is taken from here first: the same name is the same bytes.
 * The page itself and build.json are asked of the server first, and taken from here when it is silent.
 */
/// <reference lib="webworker" />

/** Written by build.mjs: the files of this build and a hash over all of them. */
declare const BUILD_FILES: readonly string[];
declare const BUILD_HASH: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = `tsugi-demo-${BUILD_HASH}`;
/** How long a server may take before the kept page is shown. */
const PATIENCE_MS = 2500;
const HASHED = /-[0-9A-Za-z]{8}\.[a-z0-9]+$/;

async function keep(cache: Cache, file: string): Promise<void> {
  const url = new URL(file, worker.registration.scope).href;
  // A name with a hash in it has the same bytes in every build.
  const old = HASHED.test(file) ? await caches.match(url) : undefined;
  const response = old ?? await fetch(url, HASHED.test(file) ? {} : { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
  await cache.put(url, response);
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(BUILD_FILES.map((file) => keep(cache, file)));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith('tsugi-demo-') && name !== CACHE) await caches.delete(name);
  }
  await worker.clients.claim();
}

async function fromServer(request: Request): Promise<Response | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(request.url, { cache: 'no-cache', signal });
    return response.ok ? response : undefined;
  } catch {
    return undefined; // offline, or as good as
  }
}

async function answer(request: Request): Promise<Response> {
  const wanted = request.mode === 'navigate' ? worker.registration.scope : request.url;
  const kept = (): Promise<Response | undefined> => caches.match(wanted, { ignoreSearch: true });
  if (HASHED.test(wanted)) return await kept() ?? fetch(request);
  return await fromServer(request) ?? await kept() ?? Response.error();
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && url.startsWith(worker.registration.scope)) {
    event.respondWith(answer(event.request));
  }
});
