// Checks of options, hashes and features.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceModules } from './source_module.mjs';

const {
  checkIntegrity,
  checkKeys,
  describeValue,
  hasRelaxedSimd,
  hasSimd128,
  parseIntegrity,
  tryOneOf,
} = await sourceModules('options', 'load_options', 'engine_module');

test('a word that is not known is answered with those that are, twenty at most', () => {
  assert.equal(tryOneOf(['k', 'caps']), ' Try: k, caps.');
  assert.equal(tryOneOf([]), ' The model has none.');
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
  const other = (letters) => 'A'.repeat(letters);
  await checkIntegrity('x', bytes, parseIntegrity(`sha256-${other(43)} sha512-${long}`));
  await checkIntegrity('x', bytes, undefined);
  const mismatch = { code: 'integrity_mismatch' };
  await assert.rejects(
    checkIntegrity('x', bytes, parseIntegrity(`sha256-${short} sha512-${other(86)}`)),
    mismatch,
  );
  const urlSafe = short.replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
  await checkIntegrity('x', bytes, parseIntegrity(`sha256-${urlSafe}?ct=application/wasm`));
  const wrong = [
    '',
    'sha1-AAAA',
    'sha256',
    'sha256-',
    'sha256-?',
    'sha256-zzz',
    `sha256-${other(42)}`,
  ];
  wrong.push(`sha512-${short}`, 7, Symbol('s'), null, {});
  for (const integrity of wrong) {
    assert.throws(() => parseIntegrity(integrity), { code: 'invalid_argument' }, String(integrity));
  }
});

test('options are read once and copied', () => {
  let reads = 0;
  const options = {
    get a() {
      return (reads += 1);
    },
  };
  const copy = checkKeys('load', options, ['a', 'b']);
  assert.deepEqual([copy.a, copy.a, reads], [1, 1, 1]);
  assert.deepEqual(checkKeys('load', Object.create({ a: 5 }), ['a']), { a: 5 });
  for (const wrong of [[], new Map([['a', 1]]), new Date(), () => 1, 'a', 5n, Symbol('s'), true]) {
    assert.throws(
      () => checkKeys('load', wrong, ['a']),
      (error) =>
        error.code === 'invalid_argument' && /^load: .*expected an object/.test(error.message),
    );
  }
});

test('any value can be described, whatever it does', () => {
  const hostile = [
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), 'Object'],
    [{ constructor: { name: 7 } }, 'Object'],
    [() => 'source', 'Function'],
    ['x'.repeat(1000), `"${'x'.repeat(60)}..."`],
    [10n, '10'],
    [null, 'null'],
    [undefined, 'undefined'],
    [new Map(), 'Map'],
  ];
  for (const [value, text] of hostile) assert.equal(describeValue(value), text);
  const throwing = new Proxy({}, { get: () => assert.fail('read') });
  assert.equal(describeValue(throwing), 'an object');
});

test('features are probed: this Node has SIMD128, and relaxed SIMD only where it says so', () => {
  assert.equal(hasSimd128(), true);
  const isOn = process.execArgv.includes('--experimental-wasm-relaxed-simd');
  if (Number(process.versions.node.split('.')[0]) < 22) assert.equal(hasRelaxedSimd(), isOn);
});
