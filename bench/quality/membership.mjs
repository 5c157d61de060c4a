// Can one tell from a model's scores whether a user was in the log that it was trained on?
//
//   ./dev run node bench/quality/membership.mjs --events events.csv --items items.csv --out FOLDER
//       [--positions 40] [--tsugi PROGRAM]
//
// The files are those that ./dev demo makes. A hash of the user's id puts each user into one of two
// halves. A model is trained on the first half alone, with the demo's recommender. An attacker then
// has a user's whole history and the model, and guesses by what the model gives the true next items,
// each after the events before it. Of a member these are events that training saw: the last two of a
// user, which training leaves out, count on neither side. The controls know how often items occur in
// the training events, and no model. Needs ./dev package. Prints a table, then one line of JSON; what
// is in FOLDER already is not made again.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const top = join(import.meta.dirname, '../..');
const build = process.env.TSUGI_BUILD_DIR ?? join(top, 'build');
const { values } = parseArgs({
  options: {
    events: { type: 'string' },
    items: { type: 'string' },
    out: { type: 'string' },
    positions: { type: 'string', default: '40' },
    tsugi: { type: 'string', default: join(build, 'release/tsugi') },
  },
});
if (!values.events || !values.items || !values.out) {
  console.error('membership: --events, --items and --out are needed');
  process.exit(2);
}
const { Recommender } = await import(pathToFileURL(join(build, 'package/dist/node.js')));
const LAST_EVENTS = 2; // of a user: validation and test
const RESAMPLES = 2000;
const RECOMMENDER = ['item_tower.enabled=on', 'item_tower.id_mask=0.05', 'max_epochs=7', 'workers=1'];

function tsugi(...args) {
  const { status } = spawnSync(values.tsugi, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

/** FNV-1a: the same halves on every machine. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return (value ^ (value >>> 16)) >>> 0;
}

/** Writes a log for each half. */
function splitUsers() {
  const [heading, ...rows] = readFileSync(values.events, 'utf8').trim().split('\n');
  const user = heading.split(',').indexOf('userId');
  const half = (row) => hash(row.split(',')[user]) % 2;
  for (const [number, name] of ['members', 'others'].entries()) {
    const own = rows.filter((row) => half(row) === number);
    writeFileSync(join(values.out, `${name}.csv`), [heading, ...own].join('\n') + '\n');
  }
}

function importHalf(name, ...options) {
  const data = join(values.out, name);
  if (existsSync(join(data, 'stats.json'))) return;
  tsugi('import', '--format', 'events', '--events', join(values.out, `${name}.csv`), '--user-column', 'userId',
    '--item-column', 'movieId', '--time-column', 'timestamp', '--value-column', 'rating',
    '--items', values.items, '--item-id-column', 'movieId', ...options, '--out', data);
}

/** The users of a data set: their events with the item's id, oldest first. */
function readUsers(name) {
  const array = (file, Type) => {
    const { buffer, byteOffset, length } = readFileSync(join(values.out, name, file));
    return new Type(buffer.slice(byteOffset, byteOffset + length));
  };
  const offsets = array('offsets.u64', BigUint64Array);
  const items = array('items.u32', Uint32Array);
  const times = array('times.i64', BigInt64Array);
  const ends = array('item_ids.offsets', BigUint64Array);
  const text = readFileSync(join(values.out, name, 'item_ids.text'));
  const id = (item) => text.toString('utf8', Number(ends[item]), Number(ends[item + 1]));
  return Array.from({ length: offsets.length - 1 }, (_, user) => {
    const [begin, end] = [Number(offsets[user]), Number(offsets[user + 1])];
    return Array.from({ length: end - begin }, (_, i) => ({
      item: id(items[begin + i]),
      time: Number(times[begin + i]) * 1000,
    }));
  });
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** What an attacker measures of one user; null if too few events are of items that the model has. */
function measure(model, shares, events) {
  const known = events.filter(({ item }) => shares.has(item)).slice(0, -LAST_EVENTS);
  if (known.length < 3) return null;
  const count = Math.min(Number(values.positions), known.length - 1);
  const wanted = new Set(Array.from({ length: count }, (_, n) => 1 + Math.floor((n * (known.length - 1)) / count)));
  const session = model.session();
  const found = { logp: [], rank: [], calibrated: [], popularity: [] };
  for (const [at, event] of known.entries()) {
    if (wanted.has(at)) {
      const list = session.recommend({ k: shares.size, seen: 'keep' });
      const place = list.findIndex(({ item }) => item === event.item);
      const best = list[0].score;
      const sum = list.reduce((total, { score }) => total + Math.exp(score - best), 0);
      const logp = list[place].score - best - Math.log(sum);
      const share = Math.log(shares.get(event.item));
      found.logp.push(logp);
      found.rank.push(-Math.log(1 + place));
      found.calibrated.push(logp - share);
      found.popularity.push(share);
    }
    session.push(event);
  }
  session.dispose();
  return Object.fromEntries(Object.entries(found).map(([name, numbers]) => [name, mean(numbers)]));
}

/** The chance that a member has a higher score than another user; a tie counts half. */
function auc(members, others) {
  const sorted = Float64Array.from(others).sort();
  const below = (value, isBelow) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBelow(sorted[middle], value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const wins = members.map((value) => below(value, (a, b) => a < b) + below(value, (a, b) => a <= b));
  return mean(wins) / (2 * sorted.length);
}

/** The share of members above all but 1 % of the others. */
function truePositives(members, others) {
  const falls = Float64Array.from(others).sort().reverse();
  const threshold = falls[Math.floor(0.01 * falls.length)];
  return mean(members.map((value) => Number(value > threshold)));
}

/** 95 % of resampled users, each half by itself; xorshift with a fixed seed. */
function interval(statistic, members, others) {
  let state = 20261201;
  const draw = (from) => from.map(() => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return from[(state >>> 0) % from.length];
  });
  const all = Array.from({ length: RESAMPLES }, () => statistic(draw(members), draw(others))).sort((a, b) => a - b);
  return [all[Math.floor(0.025 * RESAMPLES)], all[Math.ceil(0.975 * RESAMPLES) - 1]];
}

mkdirSync(values.out, { recursive: true });
splitUsers();
importHalf('members');
importHalf('others', '--min-count', '1');
const run = join(values.out, 'run');
if (!existsSync(join(run, 'metrics.json'))) {
  tsugi('train', '--data', join(values.out, 'members'), '--preset', 'intent', '--seed', '1',
    ...RECOMMENDER.flatMap((setting) => ['--set', setting]), '--out', run);
}
const file = join(values.out, 'model.tsugi');
tsugi('export', '--run', run, '--weights', 'int8', '--out', file);

const model = await Recommender.load(file);
const halves = { members: readUsers('members'), others: readUsers('others') };
const trained = halves.members.flatMap((events) => events.slice(0, -LAST_EVENTS));
const counts = new Map(model.items().map(({ id }) => [id, 1])); // an item of no training event has a share, too
for (const { item } of trained) counts.set(item, counts.get(item) + 1);
const shares = new Map([...counts].map(([id, count]) => [id, count / (trained.length + counts.size)]));
const measured = Object.fromEntries(
  Object.entries(halves).map(([half, users]) => [
    half,
    users.map((events) => measure(model, shares, events)).filter((one) => one !== null),
  ]),
);
const ATTACKS = {
  rank: 'mean log rank of the next item',
  logp: 'mean log probability of the next item',
  calibrated: 'the same, minus that of its popularity',
  popularity: 'control: popularity alone',
};
const result = { bench: 'quality/membership', items: shares.size, members: measured.members.length, others: measured.others.length };
console.log(`${result.members} members, ${result.others} others, ${result.items} items; AUC .5 and 1.0 % are chance`);
for (const [name, title] of Object.entries(ATTACKS)) {
  const of = (half) => measured[half].map((one) => one[name]);
  const [members, others] = [of('members'), of('others')];
  const one = {
    auc: auc(members, others),
    auc_interval: interval(auc, members, others),
    tpr_at_1_percent: truePositives(members, others),
    tpr_interval: interval(truePositives, members, others),
  };
  result[name] = one;
  const percent = (value) => (100 * value).toFixed(1);
  console.log(`${title.padEnd(42)} AUC ${one.auc.toFixed(3)} (${one.auc_interval.map((x) => x.toFixed(3)).join(' to ')})` +
    `   members found at 1 % false alarms: ${percent(one.tpr_at_1_percent)} % (${one.tpr_interval.map(percent).join(' to ')})`);
}
console.log(JSON.stringify(result));
model.dispose();
