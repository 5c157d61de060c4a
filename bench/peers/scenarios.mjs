// What is timed and how, the same in Node and in the page. Engines are what engines/ starts.
const now = () => performance.now();

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Milliseconds per call of each named work, all in turn so that a busy moment meets all alike.
 * Calls are timed in groups of about `groupMs`, because a page's clock is coarse.
 * @param {Record<string, () => unknown>} works may return promises
 */
async function alternate(works, { rounds = 25, groupMs = 10, settleMs = 15000 } = {}) {
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  // Engines of megabytes are still being optimised in the background for seconds after they started.
  for (const settled = now() + settleMs; now() < settled; ) {
    for (const work of Object.values(works)) await work();
  }
  for (let round = 0; round < rounds; ++round) {
    for (const [name, work] of Object.entries(works)) {
      let calls = 0;
      const start = now();
      do {
        await work();
        ++calls;
      } while (now() - start < groupMs);
      times[name].push((now() - start) / calls);
    }
  }
  return times;
}

/** The same list, and scores that agree? Of the first `k`, those in both; the largest difference of scores. */
function agreement(ours, theirs) {
  const shared = theirs.items.filter((item) => ours.items.includes(item)).length / ours.items.length;
  const largest = Math.max(...ours.scores.map(Math.abs));
  const difference = Math.max(
    ...theirs.items.map((item, at) => {
      const place = ours.items.indexOf(item);
      return place < 0 ? 0 : Math.abs(theirs.scores[at] - ours.scores[place]);
    }),
  );
  return { shared, difference: difference / largest };
}

const isOurs = (name) => name.startsWith('tsugi');

/** Full forward + top 10 of every engine, one event + top 10 of ours, and whether lists agree. */
export async function forwardAndEvent(engines, reference) {
  const works = {};
  let next = 0;
  for (const [name, engine] of Object.entries(engines)) {
    works[`full forward + top 10|${name}`] = () => engine.forward();
    if (isOurs(name)) {
      works[`one event + top 10|${name}`] = () => engine.event((next = (next + 7919) % 20000));
    }
  }
  const times = await alternate(works);
  const ours = await listOf(engines[reference]);
  const agreements = {};
  for (const [name, engine] of Object.entries(engines)) {
    if (name !== reference) agreements[name] = agreement(ours, await listOf(engine));
  }
  return { rows: rowsOf(times), agreements };
}

async function listOf(engine) {
  const answer = await engine.forward();
  return { items: engine.items(answer), scores: engine.scores(answer) };
}

/** Top 100 of a million; ours with seen items and a list of excluded ones kept out. */
export async function scan(engines, exclude) {
  const works = {};
  for (const [name, engine] of Object.entries(engines)) {
    const options = { k: 100, exclude: exclude.map(String) };
    works[`top 100 of a million|${name}`] = isOurs(name)
      ? () => engine.list(options)
      : () => engine.forward();
  }
  return { rows: rowsOf(await alternate(works, { rounds: 15, groupMs: 40, settleMs: 10000 })), agreements: {} };
}

const rowsOf = (times) =>
  Object.entries(times).map(([key, runs]) => {
    const [metric, engine] = key.split('|');
    return { metric, engine, unit: 'ms', median: median(runs), min: Math.min(...runs), max: Math.max(...runs), runs: runs.length };
  });
