/**
 * Checks LoadOptions, for the page and for the client of the worker: hashes among them, in the form
 * of HTML's integrity attribute.
 */
import { invalid, reasonOf, TsugiError } from './errors.js';
import { checkKeys, checkNumber, checkString, wrong } from './options.js';
import type { LoadOptions } from './types.js';

/** A strength of SHA-2, and hashes in base64 without padding; one of them must match. */
export interface Hashes {
  readonly bits: string;
  readonly digests: readonly string[];
}

/** '256' and a digest -> "sha256-...", as a page writes it. */
export const nameHash = (bits: string, digest: string): string =>
  `sha${bits}-${digest}${'='.repeat(-digest.length & 3)}`;

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
      const [, bits = '', digest = ''] =
        /^sha(256|384|512)-([\w+/-]+)={0,2}(?:\?.*)?$/.exec(entry) ?? [];
      // A letter of base64 holds 6 bits.
      if (bits !== '' && digest.length === Math.ceil(+bits / 6)) {
        return { bits, digest: digest.replace(/-/g, '+').replace(/_/g, '/') };
      }
      throw wrong('load: integrity', entry, 'sha256-, sha384- or sha512- and base64');
    });
  if (!globalThis.crypto?.subtle) {
    throw new TsugiError('unsupported', 'load: integrity: hashes need https or localhost');
  }
  const bits = parsed
    .map((entry) => entry.bits)
    .sort()
    .at(-1)!;
  return {
    bits,
    digests: parsed.filter((entry) => entry.bits === bits).map(({ digest }) => digest),
  };
}

/** @throws {TsugiError} integrity_mismatch */
export async function checkIntegrity(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  hashes: Hashes | undefined,
): Promise<void> {
  if (!hashes) return;
  const { bits, digests } = hashes;
  const digest = new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, bytes));
  const found = btoa(String.fromCharCode(...digest)).replace(/=+$/, '');
  if (digests.includes(found)) return;
  throw new TsugiError(
    'integrity_mismatch',
    `${name}: its hash is ${nameHash(bits, found)}, expected ` +
      `${digests.map((one) => nameHash(bits, one)).join(' or ')}`,
  );
}

const LOAD_KEYS = ['signal', 'onProgress', 'integrity', 'cache', 'memoryLimitBytes', 'wasm'];

type OnProgress = NonNullable<LoadOptions['onProgress']>;

/** Options that have been checked. */
export interface CheckedOptions extends Omit<LoadOptions, 'signal'> {
  readonly signal: AbortSignal | undefined;
  readonly hashes: Hashes | undefined;
}

/** Wraps the caller's function so that an exception in it ends the load with a TsugiError. */
function typed(onProgress: OnProgress): OnProgress {
  return (progress) => {
    try {
      onProgress(progress);
    } catch (cause) {
      throw invalid(`load: onProgress threw: ${reasonOf(cause)}`, cause);
    }
  };
}

/** Returns the signal; undefined for null, as fetch takes it. */
function checkSignal(signal: AbortSignal | null | undefined): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  const { aborted, addEventListener } = Object(signal) as Partial<AbortSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return signal;
  throw wrong('load: signal', signal, 'an AbortSignal');
}

/** @throws {TsugiError} invalid_argument; unsupported: no hashes here */
export function checkLoadOptions(options: LoadOptions | undefined): CheckedOptions {
  const checked = checkKeys('load', options, LOAD_KEYS);
  const { memoryLimitBytes: limit, onProgress, cache } = checked;
  if (limit !== undefined) checkNumber('load: memoryLimitBytes', limit, 1, Infinity);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw wrong('load: onProgress', onProgress, 'a function');
  }
  if (
    cache !== undefined &&
    typeof cache !== 'boolean' &&
    (typeof cache !== 'string' || cache === '')
  ) {
    throw wrong('load: cache', cache, 'true, false or a name');
  }
  return {
    ...checked,
    onProgress: onProgress && typed(onProgress),
    signal: checkSignal(checked.signal),
    hashes: parseIntegrity(checked.integrity),
  };
}
