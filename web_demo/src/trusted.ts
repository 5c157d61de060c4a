/**
 * The page's security policy asks for Trusted Types: Chromium and Safari refuse markup and addresses of
 * scripts that no policy named in index.html has seen. Firefox has none yet, and does without.
 */

interface TrustedTypes {
  createPolicy<Rules>(name: string, rules: Rules): Rules;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

const OWN_MARKUP = { createHTML: (markup: string): string => markup };

/** For markup that this page's own code made. */
export const ownMarkup = trustedTypes?.createPolicy('covers', OWN_MARKUP) ?? OWN_MARKUP;

/** Lets workers start from this page's own origin alone. Call it once. */
export function allowOwnWorkers(): void {
  trustedTypes?.createPolicy('default', {
    createScriptURL: (url: string): string | undefined =>
      new URL(url, document.baseURI).origin === location.origin ? url : undefined,
  });
}
