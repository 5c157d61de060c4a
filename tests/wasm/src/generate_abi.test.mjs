// tsugi.h is read rightly: numbers, slots and signatures, and what cannot be read is an error.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generateAbi } from '../../../wasm/generate_abi.mjs';

const header = readFileSync(new URL('../../../native/c_api/tsugi.h', import.meta.url), 'utf8');
const abi = generateAbi(header);

test('status codes keep their numbers and names', () => {
  assert.match(abi, /10: 'invalid_argument',\n {2}20: 'out_of_range',/);
  assert.match(abi, /OUT_OF_MEMORY = 70,/);
  assert.doesNotMatch(abi, /'ok'/);
});

test('options become slots of four bytes, in order', () => {
  assert.match(abi, /enum RecommendSlot \{\n {2}structSize = 0,\n {2}k = 1,\n {2}seen = 2,/);
  const added = header.replace(
    'int32_t exclude_count;',
    'int32_t exclude_count;\n  float extra_weight; /* x */',
  );
  assert.match(generateAbi(added), /excludeCount = 4,\n {2}extraWeight = 5,/);
});

test('functions are those of the WebAssembly build', () => {
  assert.match(
    abi,
    /tsugi_session_push\(session: number, items: number, timesS: number, actions: number, values: number, count: number,/,
  );
  assert.match(abi, /tsugi_recommender_destroy\(recommender: number\): void;/);
  assert.doesNotMatch(abi, /tsugi_recommender_open/);
});

test('what would not fit is an error', () => {
  const wide = header.replace('int32_t exclude_count;', 'double exclude_count;');
  assert.throws(() => generateAbi(wide), /exclude_count: not 4 bytes/);
  assert.throws(
    () => generateAbi(header.replaceAll('TSUGI_OK', 'TSUGI_FINE')),
    /no enum with TSUGI_OK/,
  );
  assert.throws(() => generateAbi(header.replaceAll('TSUGI_API', '')), /only 0 functions/);
});
