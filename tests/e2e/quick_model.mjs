// Makes a model of the default data that is good enough for tests of the page: quick_model.mjs --out FILE
// Two epochs; made again only when the tsugi program is newer than the file.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: { out } } = parseArgs({ options: { out: { type: 'string' } } });
const { TSUGI, TSUGI_SOURCE_DIR } = process.env;
if (existsSync(out) && statSync(out).mtimeMs > statSync(TSUGI).mtimeMs) process.exit(0);
const folder = mkdtempSync(join(tmpdir(), 'tsugi-quick-'));
const at = (name) => join(folder, name);

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args,
    { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status === 0) return;
  process.stderr.write(`${program} ${args.join(' ')}\n${stdout}\n${stderr}\n`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}

run('Rscript', join(TSUGI_SOURCE_DIR, '.toolchain/movielens.R'), folder);
run(TSUGI, 'import', '--format', 'events', '--events', at('events.csv'), '--items', at('items.csv'),
  '--user-column', 'userId', '--item-column', 'movieId', '--time-column', 'timestamp',
  '--value-column', 'rating', '--item-id-column', 'movieId', '--out', at('data'));
run(TSUGI, 'train', '--data', at('data'), '--preset', 'intent', '--set', 'item_tower.enabled=on', '--set',
  'item_tower.id_mask=0.05', '--set', 'max_epochs=2', '--set', 'imagine.enabled=on', '--set', 'imagine.steps=300',
  '--set', 'semantic_ids.enabled=on', '--set', 'semantic_ids.width=32', '--set', 'semantic_ids.layers=1', '--set',
  'semantic_ids.epochs=1', '--out', at('run'));
run(TSUGI, 'export', '--run', at('run'), '--weights', 'int8', '--out', out);
rmSync(folder, { recursive: true, force: true });
