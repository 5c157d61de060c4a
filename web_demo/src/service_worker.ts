/**
 * Keeps the page, the engine and the model on this device, so that a second visit needs no network.
 * Every file but the page itself carries its content hash in its name; a new build is a new worker,
 * which keeps the files that have not changed and fetches the rest.
 */
/// <reference lib="webworker" />

/** Written by build.mjs: the files of this build and a hash over all of them. */
declare const BUILD_FILES: readonly string[];
declare const BUILD_HASH: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = `tsugi-demo-${BUILD_HASH}`;
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

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const wanted = request.mode === 'navigate' ? worker.registration.scope : request.url;
  return await cache.match(wanted, { ignoreSearch: true }) ?? fetch(request);
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && url.startsWith(worker.registration.scope)) {
    event.respondWith(answer(event.request));
  }
});
