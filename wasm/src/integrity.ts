/** Checks hashes in the form of HTML's integrity attribute. */
import { invalid, TsugiError } from './errors.js';

export interface Hashes {
  /** 'SHA-256', ... */
  readonly algorithm: string;
  /** In base64; one of them must match. */
  readonly digests: readonly string[];
}

const STRENGTH = ['sha256', 'sha384', 'sha512'];

/**
 * Returns the strongest hashes of "sha256-... sha384-..."; undefined without any.
 * @throws {TsugiError} invalid_argument; unsupported: the page was not served by https
 */
export function parseIntegrity(integrity: string | undefined): Hashes | undefined {
  if (integrity === undefined) return undefined;
  if (globalThis.crypto?.subtle === undefined) {
    throw new TsugiError(
      'unsupported',
      'integrity: hashes can be checked only on pages served by https or from localhost',
    );
  }
  const parsed = String(integrity)
    .trim()
    .split(/\s+/)
    .map((entry) => {
      const [, name, digest] =
        /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+=*)(\?.*)?$/.exec(entry) ?? [];
      if (name === undefined) {
        throw invalid(`integrity: '${entry}', expected sha256-, sha384- or sha512- and base64`);
      }
      return { name, digest: digest!.replace(/-/g, '+').replace(/_/g, '/') };
    });
  const strongest = Math.max(...parsed.map(({ name }) => STRENGTH.indexOf(name)));
  const name = STRENGTH[strongest]!;
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
  const digest = new Uint8Array(await crypto.subtle.digest(hashes.algorithm, bytes));
  const found = btoa(String.fromCharCode(...digest));
  if (hashes.digests.includes(found)) return;
  const label = hashes.algorithm.toLowerCase().replace('-', '');
  throw new TsugiError(
    'integrity_mismatch',
    `${name}: its hash is ${label}-${found}, expected ` +
      `${label}-${hashes.digests.join(' or ')}; it is another file`,
  );
}
