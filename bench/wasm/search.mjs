// What a search takes in WebAssembly, over the package as an app uses it: queries of one to three words of
// titles, of attributes and of neither, typed letter by letter too, after a history.
//
//   ./dev run node bench/wasm/search.mjs MODEL.tsugi [--ask "space war"] [--runs 5] [--json]
//
// Needs ./dev package. --ask prints the answers of one query by an empty session instead.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const build = process.env.TSUGI_BUILD_DIR ?? join(import.meta.dirname, '../../build');
const { Recommender } = await import(join(build, 'package/dist/node.js'));
const { values, positionals } = parseArgs({ allowPositionals: true,
  options: { ask: { type: 'string' }, runs: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } } });
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const model = await Recommender.load(readFileSync(positionals[0]));
const items = model.items();
const session = model.session();
if (values.ask !== undefined) {
  for (const { item, score } of session.search(values.ask, { k: 15 })) {
    const { title, attributes } = model.item(item);
    console.log(score.toFixed(2).padStart(6), title, Object.values(attributes ?? {}).flat().join(' '));
  }
  process.exit();
}

/** A query is one to three words in a row; every fourth is one that is being typed. */
function queriesOf(titles) {
  return titles.flatMap((title, i) => {
    const words = title.split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 1 + i % 3).join(' ');
    return words === '' ? [] : [i % 4 === 0 ? words.slice(0, Math.ceil(words.length / 2)) : words];
  });
}
const every = Math.max(1, Math.floor(items.length / 200));
const titles = items.filter((_, i) => i % every === 0).map(({ title }) => title ?? '');
const queries = [...queriesOf(titles), 'space war', 'funny', 'movies for kids', 'qzxwv'];
session.push(items.slice(0, 20).map(({ id }) => id));

const started = performance.now();
session.search('first');
const first = performance.now() - started;
const times = [];
for (let run = 0; run < Number(values.runs); ++run) {
  for (const query of queries) {
    const start = performance.now();
    session.search(query, { k: 15 });
    times.push(performance.now() - start);
  }
}
times.sort((a, b) => a - b);
const result = { items: items.length, queries: queries.length, build: model.info.build, first_ms: first,
  median_ms: median(times), p95_ms: times[Math.floor(times.length * 0.95)], engine_bytes: model.memoryBytes() };
console.log(values.json ? JSON.stringify(result) : Object.entries(result)
  .map(([name, value]) => `${name.padEnd(13)} ${typeof value === 'number' ? +value.toFixed(3) : value}`).join('\n'));
