import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from './page_source.mjs';

const { intentSentence } = await loadSource('reading.ts');

const family = (name, ...labels) => ({ family: name, weight: 0.5,
  labels: labels.map(([label, probability]) => ({ label, probability })) });

test('the sentence names the likely topics and what the visitor is up to', () => {
  const topic = family('topic', ['Drama', 0.4], ['Comedy', 0.3], ['War', 0.2]);
  assert.equal(intentSentence([family('action', ['discover', 0.7], ['continue', 0.3]), topic]),
    'You seem to be in the mood for Drama or Comedy, and for a kind you have not watched yet.');
  assert.equal(intentSentence([family('topic', ['Drama', 0.8], ['Comedy', 0.1])]),
    'You seem to be in the mood for Drama.');
  assert.equal(intentSentence([family('action', ['continue', 1])]),
    'You seem to be here for more of the same kind.');
});

test('labels of other logs, the age of films and no intents at all make no sentence', () => {
  for (const intents of [[], [family('action', ['constructor', 1])], [family('age', ['new', 0.76]), family('topic')]]) {
    assert.equal(intentSentence(intents), '');
  }
});
