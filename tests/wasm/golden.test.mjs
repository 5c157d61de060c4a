// The golden cases of the native engine, in the built module. TSUGI_WASM names the file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Engine } from './engine.mjs';

const golden = new URL('../golden/', import.meta.url);
const modelNames = ['gated_f32', 'gated_i8', 'gated_i4', 'sasrec_f32', 'sasrec_i8'];

function expectAnswer(list, expected, tolerance) {
  assert.deepEqual(list.items, expected.items);
  list.scores.forEach((score, rank) => assert.ok(
    Math.abs(score - expected.scores[rank]) <= tolerance, `rank ${rank}: ${score}, expected ${expected.scores[rank]}`));
}

const allCases = JSON.parse(readFileSync(new URL('cases.json', golden), 'utf8'));

for (const name of modelNames) {
  const { cases, tolerance } = allCases.find(({ model }) => model === name);
  const engine = new Engine(process.env.TSUGI_WASM);
  const recommender = engine.open(readFileSync(new URL(`models/v1/${name}.tsugi`, golden)));
  const { items } = engine.describe(recommender);
  assert.ok(cases.length >= 6);
  for (const golden of cases) {
    const ask = (feed) => {
      const session = engine.session(recommender);
      try {
        feed(session);
        return engine.recommend(session, { ...golden, items });
      } finally { engine.exports.tsugi_session_destroy(session); }
    };
    test(`${name}: ${golden.name}, event by event`, () => expectAnswer(
      ask((session) => golden.history.forEach((item) => engine.push(session, [item]))), golden, tolerance));
    test(`${name}: ${golden.name}, all at once`, () => expectAnswer(
      ask((session) => engine.push(session, golden.history)), golden, tolerance));
  }
}

if (process.env.TSUGI_WASM_SANITIZED) {
  test('a buffer that is shorter than what is asked for is reported', () => {
    const { exports } = new Engine(process.env.TSUGI_WASM);
    const short = exports.malloc(16);
    assert.throws(() => exports.tsugi_options_init(0 /* recommend */, short), /AddressSanitizer: heap-buffer-overflow/);
  });
}
