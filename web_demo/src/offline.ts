/** The copies of the page on this device; service_worker.ts makes and serves them. */
import { fetchBuild } from './build.js';

export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('./service_worker.js').catch(() => {
    // Private windows may forbid it: the page then works while the server does.
  });
}

/** Was this page served by the worker, from the copies? */
export const isServedFromDevice = (): boolean => navigator.serviceWorker?.controller != null;

/** The caches of this page's worker; another demo of the same origin has its own. */
async function ownCaches(): Promise<string[]> {
  const prefix = `tsugi-demo ${new URL('./', document.baseURI).href} `;
  return (await caches.keys()).filter((name) => name.startsWith(prefix));
}

/** Every file that may have a copy here: what the worker kept, and what the page itself loaded. */
async function copiedFiles(): Promise<Set<string>> {
  const files = new Set(performance.getEntriesByType('resource').map(({ name }) => name));
  for (const name of await ownCaches()) {
    for (const request of await (await caches.open(name)).keys()) files.add(request.url);
  }
  // The engine's worker fetches the model, which the page does not see.
  const build = await fetchBuild().catch(() => null);
  if (build?.model != null) files.add(new URL(build.model.url, document.baseURI).href);
  return files;
}

/** Removes the copies and the worker that made them. */
export async function dropCopies(): Promise<void> {
  for (const name of await ownCaches()) await caches.delete(name);
  await (await navigator.serviceWorker.getRegistration())?.unregister();
}

/**
 * Throws all copies away, for one of them may be damaged, also those of the browser's own cache,
 * which never asks again for a file with a hash in its name.
 */
export async function forgetCopies(): Promise<void> {
  try {
    const files = await copiedFiles();
    await dropCopies();
    await Promise.allSettled([...files].map(async (file) =>
      (await fetch(file, { cache: 'reload' })).arrayBuffer()));
  } catch {
    // Without storage or server there is nothing to renew.
  }
}
