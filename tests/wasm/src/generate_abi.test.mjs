// tsugi.h is read rightly: numbers and signatures, and what cannot be read is an error. Its structs are
// as engine.ts writes them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generateAbi } from '../../../wasm/generate_abi.mjs';

const header = readFileSync(new URL('../../../native/c_api/tsugi.h', import.meta.url), 'utf8');
const abi = generateAbi(header);

test('status codes keep their numbers and names', () => {
  assert.match(abi, /'invalid_argument'\n {2}\| 'out_of_range'/);
  assert.match(abi, /DISLIKE = -2;/);
  assert.match(abi, /OUT_OF_MEMORY = 70,/);
  assert.doesNotMatch(abi, /'ok'/);
});

test('structs hold what engine.ts writes and reads, in its order', () => {
  const fields = (name) => {
    const [, body] = header
      .replace(/\/\*[\s\S]*?\*\//g, ' ')
      .match(new RegExp(`typedef struct ${name} \\{([^}]*)\\}`));
    assert.doesNotMatch(body, /double|int64_t/, 'every field takes 4 bytes in a 32-bit build');
    return body.split(';').slice(0, -1).map((field) => field.match(/(\w+)\s*$/)[1]);
  };
  assert.deepEqual(fields('tsugi_recommend_options'), [
    ...['struct_size', 'k', 'seen', 'exclude', 'exclude_count', 'allow', 'allow_count'],
    ...['predicate', 'predicate_count', 'cap_attributes', 'cap_attribute_count'],
    ...['cap', 'diversity', 'ranking', 'beam', 'query', 'query_bytes', 'popularity'],
  ]);
  assert.deepEqual(fields('tsugi_continue_options'), ['struct_size', 'n', 'temperature', 'top_p', 'seed']);
  assert.deepEqual(fields('tsugi_imagine_options'), [
    ...['struct_size', 'n', 'rating', 'steps', 'guidance', 'seed', 'nearest', 'avoid', 'avoid_count'],
  ]);
  assert.deepEqual(fields('tsugi_shelf'), ['kind', 'subject', 'item_count']);
  assert.deepEqual(fields('tsugi_reason'), ['event', 'event_item', 'event_share', 'family', 'family_effect']);
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
  assert.throws(
    () => generateAbi(header.replaceAll('TSUGI_OK', 'TSUGI_FINE')),
    /no enum with TSUGI_OK/,
  );
  assert.throws(() => generateAbi(header.replaceAll('TSUGI_API', '')), /only 0 functions/);
});
