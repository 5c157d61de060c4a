// The main job on a small real data set (MovieLens from Debian's r-cran-dslabs): log -> data -> trained model
// -> int8 file -> metrics that beat the simple baselines -> recommendations.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'tsugi-e2e-'));
const at = (name) => join(folder, name);
after(() => rmSync(folder, { recursive: true, force: true }));

function run(program, args) {
  const result = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(result.status, 0, `${program} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}
const tsugi = (...args) => run(process.env.TSUGI, args);

// A short run: the point is that every step works and that learning beats counting, not the last digit.
const trainArgs = ['train', '--data', at('data'), '--preset', 'next', '--set', 'max_epochs=16'];

before(() => {
  run('Rscript', [join(process.env.TSUGI_SOURCE_DIR, '.toolchain/movielens.R'), folder]);
  tsugi('import', '--format', 'events', '--events', at('events.csv'), '--items', at('items.csv'),
    '--user-column', 'userId', '--item-column', 'movieId', '--time-column', 'timestamp',
    '--value-column', 'rating', '--item-id-column', 'movieId', '--out', at('data'));
});

test('Ctrl-C during training saves, and --resume goes on to the end', { timeout: 600_000 }, async () => {
  const child = spawn(process.env.TSUGI, [...trainArgs, '--out', at('run')],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stderr.on('data', (text) => {
    printed += text;
    if (/epoch +1 .*validation[^]*epoch 2/.test(printed) && !child.killed) child.kill('SIGINT');
  });
  child.stdout.on('data', (text) => { printed += text; });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 130, printed);
  assert.match(printed, /stopped and saved/);
  assert.ok(existsSync(at('run/checkpoint.pt')), printed);

  tsugi(...trainArgs, '--out', at('run'), '--resume');
  const epochs = readFileSync(at('run/log.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  assert.deepEqual(epochs.map((e) => e.epoch), epochs.map((_, i) => i + 1));
  assert.ok(epochs.length >= 5, printed);
});

test('the int8 file beats popularity and Markov, and scores as f32 does', { timeout: 600_000 }, () => {
  tsugi('export', '--run', at('run'), '--weights', 'int8', '--out', at('model.tsugi'));
  const int8 = JSON.parse(tsugi('evaluate', '--model', at('model.tsugi'), '--data', at('data'),
    '--baselines', '--json'));
  const f32 = JSON.parse(tsugi('evaluate', '--run', at('run'), '--data', at('data'), '--json'));
  assert.equal(int8.users, 671);
  for (const baseline of ['popularity', 'markov']) {
    for (const metric of ['recall@10', 'ndcg@10']) {
      assert.ok(int8.metrics[metric] > int8.baselines[baseline][metric],
        `${metric} of ${baseline}: ${JSON.stringify(int8, null, 1)}`);
    }
  }
  const drift = Math.abs(int8.metrics['ndcg@10'] / f32.metrics['ndcg@10'] - 1);
  assert.ok(drift < 0.05, `int8 differs from f32 by ${(100 * drift).toFixed(2)} % on 671 users`);
});

test('recommend names films that the viewer has not seen', () => {
  const list = JSON.parse(tsugi('recommend', at('model.tsugi'), '--history', '1 150 260', '-k', '10',
    '--json'));
  const items = (list.recommendations ?? list.items ?? list).map((row) => row.item);
  assert.equal(items.length, 10);
  assert.equal(new Set(items).size, 10);
  for (const seen of ['1', '150', '260']) assert.ok(!items.includes(seen));
});
