// Times `tsugi import` of a synthetic log (CSV, shuffled users, Zipf items) and its peak memory, beside
// what is asked for, in turns:
//
//   ./dev run node bench/import/import_bench.mjs [--rows 1000000] [--users ROWS/20] [--items 50000] [--runs 3]
//       [--against TSUGI]    another build's program, on the same CSV
//       [--parquet]          the same log as Parquet, which DuckDB writes
//       [--pandas]           pandas (Debian's python3-pandas): the same CSV, the same steps, arrays saved
//       [--memory LIMIT]     for tsugi
//
// The aims: a million rows within 10 s and 1 GB; 10 million of a million users within 1.1 x the readers of
// df06a82 and half of pandas' time.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: {
  rows: { type: 'string', default: '1000000' },
  users: { type: 'string' },
  items: { type: 'string', default: '50000' },
  runs: { type: 'string', default: '3' },
  tsugi: { type: 'string', default: join(here, '../../build/release/tsugi') },
  against: { type: 'string' },
  parquet: { type: 'boolean', default: false },
  pandas: { type: 'boolean', default: false },
  memory: { type: 'string' },
} });
const rows = Number(values.rows);
const users = Number(values.users ?? Math.ceil(rows / 20));
const items = Number(values.items);
const folder = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), 'tsugi-import-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// A linear congruential generator: the same log on every machine.
let state = 1;
function below(n) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
}

async function writeLog(path) {
  const out = createWriteStream(path, { highWaterMark: 1 << 20 });
  let text = 'user,item,time,action,value\n';
  for (let i = 0; i < rows; ++i) {
    const item = Math.floor(items ** (below(1e6) / 1e6));
    text += `u${below(users)},item-${item},${1600000000 + i * 3},view,${1 + below(5)}\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await new Promise((resolve) => out.once('drain', resolve));
    text = '';
  }
  await new Promise((resolve) => out.end(text, resolve));
}

/** Runs a program to its end: seconds on the clock and the highest resident memory. */
async function timed(program, args) {
  const started = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakKb = 0;
  const poll = setInterval(() => {
    try {
      const found = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      if (found) peakKb = Number(found[1]);
    } catch { /* it has just ended */ }
  }, 20);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(poll);
  if (code !== 0) process.exit(code ?? 1);
  return { seconds: (performance.now() - started) / 1000, peakMb: peakKb / 1024 };
}

const importOf = (tsugi, log, more = []) => () => {
  const out = join(folder, 'data');
  rmSync(out, { recursive: true, force: true });
  return timed(tsugi, ['import', '--format', 'events', '--events', log, '--user-column', 'user',
    '--item-column', 'item', '--time-column', 'time', '--action-column', 'action',
    '--value-column', 'value', ...more, '--out', out]);
};

const csv = join(folder, 'log.csv');
await writeLog(csv);
const limit = values.memory === undefined ? [] : ['--memory', values.memory];
const contestants = { csv: importOf(values.tsugi, csv, limit) };
if (values.against !== undefined) contestants.against = importOf(values.against, csv);
if (values.parquet) {
  const parquet = join(folder, 'log.parquet');
  const made = spawnSync('python3', [join(here, 'peers.py'), 'parquet', csv, parquet], { stdio: 'inherit' });
  if (made.status !== 0) process.exit(1);
  contestants.parquet = importOf(values.tsugi, parquet, limit);
}
if (values.pandas) {
  contestants.pandas = () => timed('python3', [join(here, 'peers.py'), 'pandas', csv, join(folder, 'data.npz')]);
}

const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
for (let run = 0; run < Number(values.runs); ++run) {
  for (const [name, once] of Object.entries(contestants)) results[name].push(await once());
}
const median = (list, key) => list.map((one) => one[key]).sort((a, b) => a - b)[list.length >> 1];
const report = { bench: 'import', rows, users, items, csv_mb: +(statSync(csv).size / 1e6).toFixed(1), runs: Number(values.runs) };
for (const [name, list] of Object.entries(results)) {
  report[name] = { seconds: +median(list, 'seconds').toFixed(2), peak_mb: +median(list, 'peakMb').toFixed(0) };
  // Pair by pair: whatever else the machine does, it does to both.
  if (name === 'csv') continue;
  report[name].csv_ratio = +median(list.map((one, i) => ({ ratio: results.csv[i].seconds / one.seconds })), 'ratio').toFixed(3);
}
console.log(JSON.stringify(report));
