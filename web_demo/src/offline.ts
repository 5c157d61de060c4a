/** The copies of the page on this device; service_worker.ts makes and serves them. */

export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('./service_worker.js').catch(() => {
    // Private windows may forbid it: the page then works while the server does.
  });
}

/** Was this page served by the worker, from the copies? */
export const isServedFromDevice = (): boolean => navigator.serviceWorker?.controller != null;

/** Every file that may have a copy here: what the worker kept, and what the page itself loaded. */
async function copiedFiles(): Promise<Set<string>> {
  const files = new Set<string>();
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) files.add(request.url);
  }
  for (const entry of performance.getEntriesByType('resource')) files.add(entry.name);
  const build = await (await fetch('./build.json')).json() as { model?: { url?: string } | null };
  if (build.model?.url !== undefined) files.add(new URL(build.model.url, document.baseURI).href);
  return files;
}

/**
 * Throws all copies away, for one of them may be damaged, also those of the browser's own cache,
 * which never asks again for a file with a hash in its name.
 */
export async function forgetCopies(): Promise<void> {
  try {
    const files = await copiedFiles();
    for (const name of await caches.keys()) {
      if (name.startsWith('tsugi-demo-')) await caches.delete(name);
    }
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.unregister();
    await Promise.allSettled([...files].map(async (file) =>
      (await fetch(file, { cache: 'reload' })).arrayBuffer()));
  } catch {
    // Without storage or server there is nothing to renew.
  }
}
