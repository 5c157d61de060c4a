// Checks of options, hashes and features.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceModules } from './source_module.mjs';

const { checkIntegrity, checkKeys, hasRelaxedSimd, hasSimd128, parseIntegrity, tryOneOf } =
  await sourceModules('options', 'integrity', 'features');

test('a word that is not known is answered with those that are, twenty at most', () => {
  assert.equal(tryOneOf(['k', 'caps']), ' Try: k, caps.');
  const many = Array.from({ length: 30 }, (_, i) => `w${i}`);
  assert.equal(tryOneOf(many), ` Try: ${many.slice(0, 20).join(', ')}.`);
});

test('options are an object of known keys', () => {
  assert.deepEqual(checkKeys('load', undefined, ['a']), {});
  assert.deepEqual(checkKeys('load', { a: 1 }, ['a']), { a: 1 });
  assert.throws(() => checkKeys('load', null, ['a']), /load: null, expected an object of options/);
  assert.throws(
    () => checkKeys('load', { b: 1 }, ['abc']),
    /load: unknown option 'b'\. Try: abc\./,
  );
});

test('the strongest hash counts, and any of them will do', async () => {
  const bytes = new TextEncoder().encode('tsugi');
  const digest = async (algorithm) =>
    Buffer.from(await crypto.subtle.digest(algorithm, bytes)).toString('base64');
  const [short, long] = [await digest('SHA-256'), await digest('SHA-512')];
  await checkIntegrity('x', bytes, parseIntegrity(`sha256-${short}`));
  await checkIntegrity('x', bytes, parseIntegrity(` sha512-${'A'.repeat(86)}==  sha512-${long} `));
  await checkIntegrity('x', bytes, parseIntegrity(`sha256-AAAA sha512-${long}`));
  await checkIntegrity('x', bytes, undefined);
  const mismatch = { code: 'integrity_mismatch' };
  await assert.rejects(
    checkIntegrity('x', bytes, parseIntegrity(`sha256-${short} sha512-AAAA`)),
    mismatch,
  );
  for (const wrong of ['', 'sha1-AAAA', 'sha256', 'sha256-', 'sha256-?']) {
    assert.throws(() => parseIntegrity(wrong), { code: 'invalid_argument' }, wrong);
  }
});

test('features are probed: this Node has SIMD128, and relaxed SIMD only where it says so', () => {
  assert.equal(hasSimd128(), true);
  const isOn = process.execArgv.includes('--experimental-wasm-relaxed-simd');
  if (Number(process.versions.node.split('.')[0]) < 22) assert.equal(hasRelaxedSimd(), isOn);
});
