// Do explanations say what the model does? Takes each test history, leaves its events out one at a time,
// and compares what the items of the list lose with what recommend({ explain: true }) names.
//
//   ./dev run node bench/quality/explanations.mjs MODEL DATA [--cases 200] [--events 20] [--json]
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
    events: { type: 'string', default: '20' },
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

const total = { items: 0, first: 0, amongThree: 0, last: 0, chance: 0, lossNamed: 0, lossMean: 0, lossLast: 0, lossMost: 0 };
const count = Math.min(Number(values.cases), cases.length / 2);
for (let n = 0; n < count; ++n) {
  const at = Math.floor((n * (cases.length / 2)) / count);
  const end = Number(offsets[cases[2 * at]]) + cases[2 * at + 1];
  const begin = Math.max(Number(offsets[cases[2 * at]]), end - Number(values.events));
  if (end - begin < 3) continue;
  const history = Array.from({ length: end - begin }, (_, i) => ({
    item: ids[items[begin + i]],
    ...(times.length > 0 && { time: Number(times[begin + i]) * 1000 }),
  }));
  restart(history);
  const list = session.recommend({ k: 10, explain: true });
  const wanted = list.map(({ item }) => item);
  const without = history.map((_, left) => scoresOf(history.toSpliced?.(left, 1) ?? history.filter((_, i) => i !== left), wanted));
  for (const { item, score, why } of list) {
    const losses = without.map((scores) => score - scores.get(item));
    const order = losses.map((_, i) => i).sort((a, b) => losses[b] - losses[a]);
    total.items += 1;
    total.first += order[0] === why.event ? 1 : 0;
    total.amongThree += order.slice(0, 3).includes(why.event) ? 1 : 0;
    total.last += order[0] === history.length - 1 ? 1 : 0;
    total.chance += 1 / history.length;
    total.lossNamed += losses[why.event];
    total.lossLast += losses.at(-1);
    total.lossMost += Math.max(...losses);
    total.lossMean += losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }
}
const share = (key) => total[key] / total.items;
const result = {
  items: total.items,
  named_is_first: share('first'),
  named_among_three: share('amongThree'),
  last_event_is_first: share('last'),
  chance: share('chance'),
  loss_without_named: share('lossNamed'),
  loss_without_last: share('lossLast'),
  loss_most: share('lossMost'),
  loss_without_any: share('lossMean'),
};
if (values.json) console.log(JSON.stringify(result));
else {
  const percent = (value) => `${(100 * value).toFixed(1)} %`;
  console.log(`${result.items} recommended items: the event that is named
  is the one whose absence costs the item most   ${percent(result.named_is_first)}   (by chance ${percent(result.chance)}; the last event ${percent(result.last_event_is_first)})
  is among the three that cost it most           ${percent(result.named_among_three)}
score lost without it ${result.loss_without_named.toFixed(3)}; without the last event ${result.loss_without_last.toFixed(3)}, without the
one that costs most ${result.loss_most.toFixed(3)}, without any one ${result.loss_without_any.toFixed(3)} on average`);
}
