// What is timed, the same in Node and in the page. Engines are what engines/*.mjs start.
import { agreement, alternate, median } from './measure.mjs';

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
