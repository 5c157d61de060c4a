/** Checks hashes in the form of HTML's integrity attribute. */
import { invalid, TsugiError } from './errors.js';
import { checkString } from './options.js';

export interface Hashes {
  /** 'SHA-256', ... */
  readonly algorithm: string;
  /** In base64 without padding; one of them must match. */
  readonly digests: readonly string[];
}

/** The algorithms, the stronger last, and the letters of a hash in base64. */
const LETTERS = { sha256: 43, sha384: 64, sha512: 86 } as const;
const STRENGTH = Object.keys(LETTERS);

/** "SHA-256" and a digest -> "sha256-...", as a page writes it. */
export const nameHash = (algorithm: string, digest: string): string =>
  `${algorithm.toLowerCase().replace('-', '')}-${digest}${'='.repeat(-digest.length & 3)}`;

/**
 * Returns the strongest hashes of "sha256-... sha384-..."; undefined without any.
 * @throws {TsugiError} invalid_argument; unsupported: the page was not served by https
 */
export function parseIntegrity(integrity: string | undefined): Hashes | undefined {
  if (integrity === undefined) return undefined;
  const parsed = checkString('load: integrity', integrity)
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [, name, digest] =
        /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+)={0,2}(?:\?.*)?$/.exec(entry) ?? [];
      if (digest === undefined || digest.length !== LETTERS[name as keyof typeof LETTERS]) {
        throw invalid(
          `load: integrity: '${entry}', expected sha256-, sha384- or sha512- and base64`,
        );
      }
      return { name: name!, digest: digest.replace(/-/g, '+').replace(/_/g, '/') };
    });
  if (globalThis.crypto?.subtle === undefined) {
    throw new TsugiError(
      'unsupported',
      'load: integrity: hashes can be checked only on pages served by https or from localhost',
    );
  }
  const name = STRENGTH[Math.max(...parsed.map((entry) => STRENGTH.indexOf(entry.name)))]!;
  return {
    algorithm: name.replace('sha', 'SHA-'),
    digests: parsed.filter((entry) => entry.name === name).map(({ digest }) => digest),
  };
}

/** @throws {TsugiError} integrity_mismatch */
export async function checkIntegrity(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  hashes: Hashes | undefined,
): Promise<void> {
  if (hashes === undefined) return;
  const { algorithm, digests } = hashes;
  const digest = new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
  const found = btoa(String.fromCharCode(...digest)).replace(/=+$/, '');
  if (digests.includes(found)) return;
  throw new TsugiError(
    'integrity_mismatch',
    `${name}: its hash is ${nameHash(algorithm, found)}, expected ` +
      `${digests.map((one) => nameHash(algorithm, one)).join(' or ')}; it is another file`,
  );
}
