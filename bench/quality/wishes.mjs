// What dislikes do to lists, and what the calls and the sessions of a page cost, with a trained model.
//
//   ./dev run node bench/quality/wishes.mjs MODEL DATA [--cases 200] [--field genres] [--json]
//
// DATA is what the model was trained on; its test histories are used, the last 20 events of each. The
// visitor dislikes the third item of the list; the next list is compared with the one before. Needs
// ./dev package. Times are medians of 200 calls in WebAssembly under Node, in milliseconds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '200' },
    field: { type: 'string', default: 'genres' },
    json: { type: 'boolean', default: false },
  },
});
const [modelPath, data] = positionals;
if (modelPath === undefined) {
  console.error('wishes: MODEL is needed, and DATA unless times alone are wanted');
  process.exit(2);
}
const build = process.env.TSUGI_BUILD_DIR ?? join(import.meta.dirname, '../../build');
const { Recommender } = await import(pathToFileURL(join(build, 'package/dist/node.js')));

const model = await Recommender.load(modelPath);
const ids = model.items().map(({ id }) => id);
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / Math.max(numbers.length, 1);

/** The last 20 events before test cases, as ids. */
function histories(count) {
  const array = (name, Type) => {
    const { buffer, byteOffset, length } = readFileSync(join(data, name));
    return new Type(buffer.slice(byteOffset, byteOffset + length));
  };
  const offsets = array('offsets.u64', BigUint64Array);
  const items = array('items.u32', Uint32Array);
  const cases = array('test_cases.u32x2', Uint32Array); // sequence, position
  const all = cases.length / 2;
  return Array.from({ length: Math.min(count, all) }, (_, n) => {
    const at = Math.floor((n * all) / Math.min(count, all));
    const begin = Number(offsets[cases[2 * at]]);
    const end = begin + cases[2 * at + 1];
    return [...items.subarray(Math.max(begin, end - 20), end)].map((item) => ids[item]);
  });
}

/** Dislikes the third item of a list; compares the list with the one after. */
function dislikeThird(history) {
  const session = model.session();
  session.push(history);
  const before = session.recommend({ k: 11 }).map(({ item }) => item);
  const hated = before[2];
  const its = model.item(hated).attributes[values.field] ?? [];
  session.push({ item: hated, feedback: 'dislike' });
  const after = session.recommend({ k: 10 }).map(({ item }) => item);
  session.dispose();
  const without = before.filter((item) => item !== hated);
  const like = new Map(model.similar(hated, { k: ids.length }).map(({ item, score }) => [item, score]));
  const sharedBy = (item) => {
    const own = model.item(item).attributes[values.field] ?? [];
    return mean(its.map((one) => Number(own.includes(one))));
  };
  return {
    shareBefore: mean(without.map(sharedBy)),
    shareAfter: mean(after.map(sharedBy)),
    likenessBefore: mean(without.map((item) => like.get(item))),
    likenessAfter: mean(after.map((item) => like.get(item))),
    kept: mean(without.map((item) => Number(after.includes(item)))),
  };
}

function milliseconds(work) {
  const times = Array.from({ length: 200 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[times.length / 2];
}

function timesOfCalls() {
  const visitor = model.session();
  visitor.push(ids.slice(0, 3));
  const times = {
    recommend: milliseconds(() => visitor.recommend()),
    'with titles and attributes': milliseconds(() => visitor.recommend({ with: ['title', 'attributes'] })),
    similar: milliseconds(() => model.similar(ids[0])),
    'shelves, 6 x 12': milliseconds(() => visitor.shelves()),
    'a function as filter': milliseconds(() => visitor.recommend({ filter: ({ id }) => id !== ids[9] })),
  };
  if (model.capabilities.includes('item_counts')) {
    times['popularity -0.5'] = milliseconds(() => visitor.recommend({ popularity: -0.5 }));
  }
  visitor.push({ item: ids[5], feedback: 'dislike' });
  times['after a dislike'] = milliseconds(() => visitor.recommend());
  return times;
}

/** Bytes that the engine's memory grows by. */
function grown(work) {
  const before = model.memoryBytes();
  const held = work();
  const bytes = model.memoryBytes() - before;
  for (const session of held) session.dispose();
  return bytes;
}

function bytesOfSessions() {
  const sessionOf = (count) => {
    const session = model.session();
    for (let i = 0; i < count; ++i) session.push(ids[(7 * i) % ids.length]);
    return session;
  };
  const long = 2 * model.info.window;
  return {
    'each of 10,000 of three events': grown(() => Array.from({ length: 10_000 }, () => sessionOf(3))) / 10_000,
    [`each of 1,000 of ${long} events`]: grown(() => Array.from({ length: 1000 }, () => sessionOf(long))) / 1000,
  };
}

const answers = data === undefined ? [] : histories(Number(values.cases)).map(dislikeThird);
const figures = Object.fromEntries(
  Object.keys(answers[0] ?? {}).map((name) => [name, mean(answers.map((answer) => answer[name]))]),
);
const times = timesOfCalls();
const bytes = bytesOfSessions();
if (values.json) {
  console.log(JSON.stringify({ items: ids.length, cases: answers.length, field: values.field, ...figures, times, bytes }));
} else {
  const number = (value) => value.toFixed(3);
  console.log(`${answers.length} histories, ${ids.length} items`);
  if (answers.length > 0) {
    console.log(`share of the disliked item's ${values.field} in the list   ${number(figures.shareBefore)} -> ${number(figures.shareAfter)}
likeness of the list to the disliked item    ${number(figures.likenessBefore)} -> ${number(figures.likenessAfter)}
items of the list that stay                  ${number(figures.kept)}`);
  }
  for (const [name, of] of Object.entries(bytes)) console.log(`${(of / 1024).toFixed(1)} KB  session: ${name}`);
  for (const [name, ms] of Object.entries(times)) console.log(`${number(ms)} ms  ${name}`);
}
