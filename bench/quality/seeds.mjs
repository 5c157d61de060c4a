// Trains a data set with several seeds and one preset, exports int8, evaluates int8 and f32 through the
// engine, and prints each seed and the mean. Runs that are already in --out are not trained again.
//
//   ./dev run node bench/quality/seeds.mjs --data DATA --out RUNS [--seeds 1,2,3] [--set key=value]…
//       [--split test] [--threads 2] [--json]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: {
  data: { type: 'string' },
  out: { type: 'string' },
  seeds: { type: 'string', default: '1,2,3' },
  set: { type: 'string', multiple: true, default: [] },
  split: { type: 'string', default: 'test' },
  threads: { type: 'string', default: String(cpus().length) },
  json: { type: 'boolean', default: false },
  tsugi: { type: 'string', default: join(here, '../../build/release/tsugi') },
} });
if (!values.data || !values.out) {
  console.error('seeds: --data and --out are needed');
  process.exit(2);
}

const env = { ...process.env, OMP_NUM_THREADS: values.threads, OPENBLAS_NUM_THREADS: values.threads };

function tsugi(...args) {
  const done = spawnSync(values.tsugi, args,
    { encoding: 'utf8', env, maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) process.exit(done.status ?? 1);
  return done.stdout;
}

function evaluate(...source) {
  return JSON.parse(tsugi('evaluate', ...source, '--data', values.data, '--split', values.split, '--json'));
}

function runSeed(seed) {
  const run = join(values.out, `seed-${seed}`);
  const file = join(run, 'int8.tsugi');
  if (!existsSync(join(run, 'metrics.json'))) {
    const resume = existsSync(join(run, 'checkpoint.pt')) ? ['--resume'] : [];
    tsugi('train', '--data', values.data, '--preset', 'next', '--seed', seed, '--out', run,
      ...values.set.flatMap((s) => ['--set', s]), ...resume);
  }
  tsugi('export', '--run', run, '--weights', 'int8', '--out', file);
  return { seed: Number(seed), int8: evaluate('--model', file), f32: evaluate('--run', run) };
}

const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const rows = values.seeds.split(',').map(runSeed);
const keys = Object.keys(rows[0].int8.metrics);
const average = (kind) => Object.fromEntries(keys.map((key) => [key, mean(rows.map((r) => r[kind].metrics[key]))]));
const summary = {
  bench: 'quality/seeds', data: values.data, data_hash: rows[0].int8.data_hash, split: values.split,
  seeds: rows.map((r) => r.seed), int8: average('int8'), f32: average('f32'),
  int8_change_percent: rows.map((r) => 100 * (r.int8.metrics['ndcg@10'] / r.f32.metrics['ndcg@10'] - 1)),
  model_bytes: rows[0].int8.model_bytes,
};
if (values.json) {
  console.log(JSON.stringify(summary));
} else {
  const show = (key, x) => (/^(p|mrr)@20$/.test(key) ? x.toFixed(2) : x.toFixed(4)).padStart(8);
  const shown = keys.filter((key) => /@10$|@20$|^mrr$/.test(key));
  console.log(`${values.data} ${values.split}`.padEnd(24), ...shown.map((key) => key.padStart(9)));
  for (const r of rows) {
    for (const kind of ['int8', 'f32']) {
      console.log(`seed ${r.seed} ${kind}`.padEnd(24), ...shown.map((key) => show(key, r[kind].metrics[key]).padStart(9)));
    }
  }
  for (const kind of ['int8', 'f32']) {
    console.log(`mean ${kind}`.padEnd(24), ...shown.map((key) => show(key, summary[kind][key]).padStart(9)));
  }
  console.log(`int8 against f32, ndcg@10: ${summary.int8_change_percent.map((x) => x.toFixed(2) + ' %').join(', ')}`);
}
