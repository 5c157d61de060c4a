/**
 * Keeps the page, the engine and the model on this device, so that a second visit needs no network.
 * It keeps bytes whose hash is the one of the build, whatever a server answers, and it answers for the
 * files of its build alone. A file with a content hash in its name is taken from here first; the page
 * itself and build.json are asked of the server first, and taken from here when it is silent.
 */
/// <reference lib="webworker" />

/** Written by build.mjs: SHA-256 in base64 of every file of this build, and one hash over all. */
declare const BUILD_FILES: Readonly<Record<string, string>>;
declare const BUILD_HASH: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const { scope } = worker.registration;
/** Of this page: another demo of the same origin has another scope. */
const CACHES = `tsugi-demo ${scope} `;
const CACHE = CACHES + BUILD_HASH;
/** How long a server may take before the kept page is shown. */
const PATIENCE_MS = 2500;
const HASHED = /-[0-9A-Za-z]{8}\.[a-z0-9]+$/;
const hashes = new Map(Object.entries(BUILD_FILES).map(([file, hash]) =>
  [new URL(file, scope).href, hash]));

async function hashOf(response: Response): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await response.clone().arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

const ownCaches = async (): Promise<string[]> =>
  (await caches.keys()).filter((name) => name.startsWith(CACHES));

/** A copy that an earlier build of this page kept. */
async function earlierCopy(url: string): Promise<Response | undefined> {
  for (const name of await ownCaches()) {
    const response = await (await caches.open(name)).match(url);
    if (response !== undefined) return response;
  }
  return undefined;
}

async function keep(cache: Cache, url: string, hash: string): Promise<void> {
  const copy = await earlierCopy(url);
  if (copy !== undefined && await hashOf(copy) === hash) {
    await cache.put(url, copy);
    return;
  }
  // Not from the browser's own cache: a wrong answer would come from there again and again.
  const response = await fetch(url, { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${url}: the server answered ${response.status}`);
  if (await hashOf(response) !== hash) throw new Error(`${url}: these are not the bytes of this build`);
  await cache.put(url, response);
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all([...hashes].map(([url, hash]) => keep(cache, url, hash)));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await ownCaches()) {
    if (name !== CACHE) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** If the server has another app now, the copies go, and this worker with them. */
async function leaveIfGone(): Promise<void> {
  const { status } = await fetch(new URL('service_worker.js', scope), { cache: 'no-cache' });
  if (status !== 404 && status !== 410) return; // a login page of the network answers 200
  for (const name of await ownCaches()) await caches.delete(name);
  await worker.registration.unregister();
}

async function fromServer(url: string): Promise<Response | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { cache: 'no-cache', signal });
    return response.ok ? response : undefined;
  } catch {
    return undefined; // offline, or as good as
  }
}

async function answer(url: string): Promise<Response> {
  const kept = async (): Promise<Response | undefined> => (await caches.open(CACHE)).match(url);
  if (HASHED.test(url)) return await kept() ?? fetch(url);
  return await fromServer(url) ?? await kept() ?? Response.error();
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (event) => {
  const [asked = ''] = event.request.url.split(/[?#]/);
  const url = asked === new URL('index.html', scope).href ? scope : asked;
  if (event.request.method !== 'GET' || !hashes.has(url)) return;
  event.respondWith(answer(url));
  if (url === scope) event.waitUntil(leaveIfGone().catch(() => undefined)); // no server, no matter
});
