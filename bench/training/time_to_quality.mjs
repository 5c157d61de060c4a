// Times training until validation reaches a quality, one JSON line per seed.
//
//   ./dev run node bench/training/time_to_quality.mjs --data DATA --ndcg 0.055 [--seeds 1,2,3] [--set key=value]…
//
// DATA is an imported data set. Seconds count from the start of training, validation after every epoch included.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: {
  data: { type: 'string' },
  ndcg: { type: 'string' },
  seeds: { type: 'string', default: '1' },
  set: { type: 'string', multiple: true, default: [] },
  tsugi: { type: 'string',
    default: join(dirname(fileURLToPath(import.meta.url)), '../../build/release/tsugi') },
} });
if (!values.data || !values.ndcg) {
  console.error('time_to_quality: --data and --ndcg are needed');
  process.exit(2);
}
const target = Number(values.ndcg);

function epochs(run) {
  try {
    return readFileSync(join(run, 'log.jsonl'), 'utf8').trim().split('\n').filter(Boolean).map(JSON.parse);
  } catch {
    return [];
  }
}

async function timeToQuality(seed) {
  const folder = mkdtempSync(join(tmpdir(), 'tsugi-training-'));
  const run = join(folder, 'run');
  const settings = values.set.flatMap((s) => ['--set', s]);
  const child = spawn(values.tsugi,
    ['train', '--data', values.data, '--preset', 'next', '--seed', seed, '--out', run, ...settings],
    { stdio: ['ignore', 'ignore', 'inherit'] });
  const reached = () => epochs(run).find((e) => e.valid && e.valid['ndcg@10'] >= target);
  const poll = setInterval(() => { if (reached()) child.kill('SIGINT'); }, 500);
  await new Promise((resolve) => child.on('close', resolve));
  clearInterval(poll);
  const hit = reached();
  const log = epochs(run);
  rmSync(folder, { recursive: true, force: true });
  return {
    bench: 'training/time_to_quality', data: values.data, seed: Number(seed), cores: cpus().length,
    ndcg_target: target, reached: Boolean(hit), seconds: hit ? hit.seconds : null,
    epoch: hit ? hit.epoch : null, best: Math.max(0, ...log.map((e) => e['best_ndcg@10'])),
    events_per_s: log.length ? Math.round(log.reduce((s, e) => s + e.events_per_s, 0) / log.length) : null,
  };
}

for (const seed of values.seeds.split(',')) console.log(JSON.stringify(await timeToQuality(seed)));
