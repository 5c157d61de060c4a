// The commands that write, each with what must be there before, what it writes, and what has to be
// equal when it is done again after a fault.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const USERS = 40;
const ITEMS = 24;
const GENRES = ['comedy', 'drama', 'crime'];

/** Small input files of every kind that `import` reads, the same in every run. */
export function writeInputs(world) {
  let state = 7;
  const draw = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
  const ids = Array.from({ length: ITEMS }, (_, i) => `i${i}`);
  const rows = [];
  for (let user = 0; user < USERS; ++user) {
    const start = draw(ITEMS);
    for (let n = 0; n < 8; ++n) {
      const item = ids[(start + n * (1 + (user % 3))) % ITEMS];
      rows.push(`u${user},${item},${1_700_000_000 + 3600 * n + user}`);
    }
  }
  const titles = ids.map(
    (id, i) => `The ${['red', 'old', 'small', 'far'][i % 4]} ${GENRES[i % 3]} of ${id}`,
  );
  const number = (i, n) => (((i * 7 + n * 3) % 11) / 11 - 0.4).toFixed(3);
  const vector = (i) => [0, 1, 2, 3].map((n) => number(i, n));
  const words = ['the', 'red', 'old', 'small', 'far', 'of', ...GENRES];
  const files = {
    'log.csv': ['user_id,item_id,timestamp', ...rows, 'u1,i1,never'].join('\n'),
    'items.csv': [
      'item_id,title,genre',
      ...ids.map((id, i) => `${id},${titles[i]},${GENRES[i % 3]}`),
    ].join('\n'),
    'vectors.jsonl': ids.map((id, i) => `{"item_id":"${id}","vector":[${vector(i)}]}`).join('\n'),
    'words.txt': words.map((word, i) => `${word} ${vector(i).join(' ')}`).join('\n'),
  };
  mkdirSync(join(world, 'tmp'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(world, name), text + '\n');
}

const IMPORT = [
  'import',
  '--events',
  '@log.csv',
  '--items',
  '@items.csv',
  '--item-vectors',
  'image=@vectors.jsonl',
  '--word-vectors',
  '@words.txt',
  '--min-count',
  '1',
  '--max-rejected',
  '0.5',
  '--out',
  '@data',
];
const IMPORT_LESS = [
  'import',
  '--events',
  '@log.csv',
  '--min-count',
  '3',
  '--max-rejected',
  '0.5',
  '--out',
  '@data',
];
const IMPORT_SPILLED = [...IMPORT, '--memory', '20KB'];
const TINY = [
  'width=8',
  'layers=1',
  'heads=1',
  'feed_forward=8',
  'window=8',
  'max_epochs=3',
  'batch_tokens=64',
  'workers=1',
];
const settings = (...values) => [...TINY, ...values].flatMap((value) => ['--set', value]);
const train = (out, preset, ...values) => [
  'train',
  '--data',
  '@data',
  '--preset',
  preset,
  ...settings(...values),
  '--out',
  out,
];
const TRAIN = train('@run', 'next');
const STAGES = ['item_tower.enabled=on', 'imagine.enabled=on', 'imagine.steps=20'];
const SEMANTIC = [
  'semantic_ids.enabled=on',
  'semantic_ids.width=8',
  'semantic_ids.layers=1',
  'semantic_ids.epochs=1',
];
const EXPORT = ['export', '--run', '@run', '--out', '@model.tsugi'];
const TOKENIZE = ['tokenize', '--data', '@data', '--run', '@run', '--out', '@codes.tsv'];
const STUDY = [
  'study',
  'staleness',
  '--set',
  'delays=0,1h,3h',
  '--data',
  '@data',
  '--run',
  '@run',
  '--results',
  '@study/results.json',
  '--svg',
  '@study/chart.svg',
];
const TRAINED_STUDY = [
  'study',
  'negatives',
  '--data',
  '@data',
  ...settings('max_epochs=1'),
  '--seeds',
  '1',
  '--rows',
  'whole',
  '--out',
  '@study',
];

/**
 * name; before: commands that make what is there already, the last of them cut short where `cut`
 * says at which share of its operations; args; whole: files and folders that are the old ones or
 * the new ones at any time;
 * states: folders of which any file may be of a state between the two, but has to be readable.
 */
export const COMMANDS = [
  { name: 'import', before: [], args: IMPORT, whole: ['data'] },
  { name: 'import over a data set', before: [IMPORT_LESS], args: IMPORT, whole: ['data'] },
  { name: 'import --memory', before: [IMPORT_LESS], args: IMPORT_SPILLED, whole: ['data'] },
  { name: 'export', before: [IMPORT, TRAIN], args: EXPORT, whole: ['model.tsugi'] },
  {
    name: 'export over a model',
    before: [IMPORT, TRAIN, [...EXPORT, '--weights', 'f32']],
    args: EXPORT,
    whole: ['model.tsugi'],
  },
  { name: 'tokenize', before: [IMPORT, TRAIN], args: TOKENIZE, whole: ['codes.tsv'] },
  {
    name: 'study',
    before: [IMPORT, TRAIN],
    args: STUDY,
    whole: ['study/results.json', 'study/chart.svg'],
  },
  { name: 'train', before: [IMPORT], args: TRAIN, states: ['run'] },
  {
    name: 'train --resume',
    before: [IMPORT, TRAIN],
    cut: 0.5,
    args: [...TRAIN, '--resume'],
    states: ['run'],
  },
  {
    name: 'train, three stages',
    before: [IMPORT],
    args: train('@run', 'next', ...STAGES, ...SEMANTIC),
    states: ['run'],
  },
  {
    name: 'train --base',
    before: [IMPORT, train('@run', 'next', 'item_tower.enabled=on')],
    args: [...train('@second', 'next', ...STAGES), '--base', '@run'],
    whole: ['run'],
    states: ['second'],
  },
  { name: 'study that trains', before: [IMPORT], args: TRAINED_STUDY, states: ['study'] },
];

/** Those that read alone. They have no operation, so nothing can happen to them. */
export const READERS = [
  ['evaluate', '--run', '@run', '--data', '@data', '--json'],
  ['inspect', '@model.tsugi', '--json'],
  ['recommend', '@model.tsugi', '--history', 'i1 i2', '--json'],
];
export const READERS_BEFORE = [IMPORT, TRAIN, EXPORT];
export const FLIPS_BEFORE = [IMPORT, TRAIN];
export const RESUME = [...TRAIN, '--resume'];

const withoutClocks = (json) =>
  JSON.stringify(json, (key, value) => (key === 'seconds' || key === 'events_per_s' ? 0 : value));

/** What counts of a file: its bytes, but not how long things took and what a resume reads. */
function contentOf(name, path) {
  const bytes = readFileSync(path);
  if (name.endsWith('checkpoint.pt')) return 'a checkpoint';
  try {
    if (name.endsWith('metrics.json')) return withoutClocks(JSON.parse(bytes));
    if (name.endsWith('log.jsonl'))
      return String(bytes)
        .trim()
        .split('\n')
        .map((l) => withoutClocks(JSON.parse(l)))
        .join('\n');
  } catch {
    return `not JSON: ${bytes}`;
  }
  return createHash('sha1').update(bytes).digest('hex');
}

/** Every file and folder under `world` with its content. */
export function snapshot(world, folder = '', found = new Map()) {
  for (const entry of readdirSync(join(world, folder), { withFileTypes: true })) {
    const name = join(folder, entry.name);
    found.set(name, entry.isDirectory() ? 'a folder' : contentOf(name, join(world, name)));
    if (entry.isDirectory()) snapshot(world, name, found);
  }
  return found;
}

/** What of a snapshot lies at or under `unit`. */
export const part = (files, unit) =>
  JSON.stringify(
    [...files].filter(([name]) => name === unit || name.startsWith(unit + '/')).sort(),
  );
