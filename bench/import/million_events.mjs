// Times `tsugi import` of one million synthetic events (CSV, shuffled users, Zipf items) and its peak memory.
//
//   ./dev run node bench/import/million_events.mjs [--events 1000000] [--runs 3]
//
// The aims are 10 s and 1 GB on two cores.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: {
  events: { type: 'string', default: '1000000' },
  runs: { type: 'string', default: '3' },
  tsugi: { type: 'string',
    default: join(dirname(fileURLToPath(import.meta.url)), '../../build/release/tsugi') },
} });
const folder = mkdtempSync(join(tmpdir(), 'tsugi-import-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// A linear congruential generator: the same log on every machine.
let state = 1;
function below(n) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
}

async function writeLog(path, count) {
  const out = createWriteStream(path);
  out.write('user,item,time,action,value\n');
  for (let i = 0; i < count; ++i) {
    const item = Math.floor(50000 ** (below(1e6) / 1e6));
    const line = `u${below(count / 20)},item-${item},${1600000000 + i * 3},view,${1 + below(5)}\n`;
    if (!out.write(line)) await new Promise((resolve) => out.once('drain', resolve));
  }
  await new Promise((resolve) => out.end(resolve));
}

async function importOnce(log, run) {
  const started = performance.now();
  const child = spawn(values.tsugi, ['import', '--format', 'events', '--events', log,
    '--action-column', 'action', '--value-column', 'value', '--out', join(folder, `data-${run}`)],
  { stdio: ['ignore', 'ignore', 'inherit'] });
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

const log = join(folder, 'log.csv');
await writeLog(log, Number(values.events));
const runs = [];
for (let run = 0; run < Number(values.runs); ++run) runs.push(await importOnce(log, run));
const median = (key) => runs.map((r) => r[key]).sort((a, b) => a - b)[runs.length >> 1];
console.log(JSON.stringify({
  bench: 'import/million_events', events: Number(values.events), csv_mb: +(statSync(log).size / 1e6).toFixed(1),
  runs: runs.length, seconds: +median('seconds').toFixed(2), peak_mb: +median('peakMb').toFixed(0),
}));
