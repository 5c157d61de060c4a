// Do explanations say what the model does? Takes each test history and leaves its events out one at a
// time. The event that sets an item apart is the one without which it loses most above what the list
// loses on average. Compares four ways to name it: the explanations of the package, fast and exact, the
// last event, and the event whose item has the rarest attributes in common with the recommended one.
//
//   ./dev run node bench/quality/explanations.mjs MODEL DATA [--cases 200] [--events 3,5,20] [--field genres]
//       [--json]
//
// DATA is what the model was trained on. Needs ./dev package. Histories are cut to their last --events.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '200' },
    events: { type: 'string', default: '3,5,20' },
    field: { type: 'string', default: 'genres' },
    json: { type: 'boolean', default: false },
  },
});
const [modelPath, data] = positionals;
if (data === undefined) {
  console.error('explanations: MODEL and DATA are needed');
  process.exit(2);
}
const build = process.env.TSUGI_BUILD_DIR ?? join(import.meta.dirname, '../../build');
const { Recommender } = await import(pathToFileURL(join(build, 'package/dist/node.js')));

const array = (name, Type) => {
  const { buffer, byteOffset, length } = readFileSync(join(data, name));
  return new Type(buffer.slice(byteOffset, byteOffset + length));
};
const offsets = array('offsets.u64', BigUint64Array);
const items = array('items.u32', Uint32Array);
const times = array('times.i64', BigInt64Array);
const cases = array('test_cases.u32x2', Uint32Array); // sequence, position

const model = await Recommender.load(modelPath);
const ids = model.items().map(({ id }) => id);
const session = model.session();
let held = 0;
function restart(events) {
  session.rollback(held);
  held = session.push(events).events;
}

/** Scores of these items after these events. */
function scoresOf(events, wanted) {
  restart(events);
  const list = session.recommend({ k: wanted.length, allow: wanted, seen: 'keep' });
  return new Map(list.map(({ item, score }) => [item, score]));
}

const frequency = new Map();
const attributesOf = new Map(model.items().map(({ id, attributes }) => [id, attributes[values.field] ?? []]));
for (const names of attributesOf.values()) {
  for (const name of names) frequency.set(name, (frequency.get(name) ?? 0) + 1);
}

/** How rare what two items have in common is, in nats; 0 = nothing. */
const inCommon = (one, other) =>
  attributesOf
    .get(one)
    .filter((name) => attributesOf.get(other).includes(name))
    .reduce((sum, name) => sum + Math.log(ids.length / frequency.get(name)), 0);

/** The place of the highest number; of equal ones the last. */
const highest = (numbers) => numbers.lastIndexOf(Math.max(...numbers));
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function historyOf(testCase, longest) {
  const first = Number(offsets[cases[2 * testCase]]);
  const end = first + cases[2 * testCase + 1];
  const begin = Math.max(first, end - longest);
  return Array.from({ length: end - begin }, (_, i) => ({
    item: ids[items[begin + i]],
    ...(times.length > 0 && { time: Number(times[begin + i]) * 1000 }),
  }));
}

/** What each way names, for histories of at most so many events. */
function measure(longest) {
  const ways = ['fast', 'exact', 'last event', 'shared attributes'];
  const total = Object.fromEntries(ways.map((way) => [way, { first: 0, apart: 0, last: 0, shares: 0 }]));
  let named = 0;
  let most = 0;
  let milliseconds = 0;
  const count = Math.min(Number(values.cases), cases.length / 2);
  for (let n = 0; n < count; ++n) {
    const history = historyOf(Math.floor((n * (cases.length / 2)) / count), longest);
    if (history.length < 3) continue;
    restart(history);
    const list = session.recommend({ k: 10, explain: true });
    const start = performance.now();
    const exact = session.recommend({ k: 10, explain: 'exact' });
    milliseconds += performance.now() - start;
    const wanted = list.map(({ item }) => item);
    const losses = history.map((_, left) => {
      const without = scoresOf(history.filter((_, i) => i !== left), wanted);
      return list.map(({ item, score }) => score - without.get(item));
    });
    for (let place = 0; place < list.length; ++place) {
      const apart = losses.map((ofEvent) => ofEvent[place] - mean(ofEvent));
      const best = highest(apart);
      const names = {
        fast: list[place].why.event,
        exact: exact[place].why.event,
        'last event': history.length - 1,
        'shared attributes': highest(history.map(({ item }) => inCommon(item, wanted[place]))),
      };
      named += 1;
      most += apart[best];
      for (const way of ways) {
        const event = names[way];
        total[way].first += event === best ? 1 : 0;
        total[way].apart += apart[event];
        total[way].last += event === history.length - 1 ? 1 : 0;
        total[way].shares += inCommon(history[event].item, wanted[place]) > 0 ? 1 : 0;
      }
    }
  }
  const figures = Object.fromEntries(
    ways.map((way) => [way, Object.fromEntries(Object.entries(total[way]).map(([name, sum]) => [name, sum / named]))]),
  );
  return { events: longest, items: named, most: most / named, exactMs: milliseconds / count, figures };
}

const results = values.events.split(',').map((events) => measure(Number(events)));
if (values.json) console.log(JSON.stringify(results));
else {
  const percent = (value) => `${(100 * value).toFixed(1)} %`.padStart(8);
  for (const { events, items: named, most, exactMs, figures } of results) {
    console.log(`histories of ${events}, ${named} recommended items; most that an event sets one apart: ${most.toFixed(3)}; an exact list takes ${exactMs.toFixed(1)} ms`);
    console.log('the event named by       sets it apart most   by how much   is the last   shares attributes');
    for (const [way, { first, apart, last, shares }] of Object.entries(figures)) {
      console.log(`  ${way.padEnd(20)} ${percent(first).padStart(18)} ${apart.toFixed(3).padStart(13)} ${percent(last).padStart(13)} ${percent(shares).padStart(19)}`);
    }
  }
}
