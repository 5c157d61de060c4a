// The commands that stand in documents run on a tiny log, or are compared with what the programs take.
//   TSUGI   the built command line
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { blocksOf, documents, nameOf, spansOf, top } from './blocks.mjs';

const tsugi = process.env.TSUGI;
assert.ok(tsugi, 'the environment variable TSUGI is missing; ctest sets it');

/** Blocks whose commands are only compared with what their programs take: file, a line, and why. */
const NOT_RUN = [
  ['README.md', './dev demo', 'builds everything, trains for minutes and serves'],
  ['bench/README.md', 'bench_end_to_end', 'a benchmark: minutes, and its binary is built by ./dev bench'],
  ['bench/README.md', 'make_model', 'makes a catalogue of a million items'],
  ['bench/RESULTS.md', 'beauty-shuffled', 'needs a data set that is not in the repository'],
  ['bench/RESULTS.md', '--search', 'builds the demo and trains for minutes'],
  ['bench/RESULTS.md', 'membership', 'trains for minutes'],
  ['bench/quality/README.md', '--preset imagine --out', 'trains for minutes'],
  ['bench/quality/README.md', 'ratings.dat.gz', 'needs a data set that is not in the repository'],
  ['bench/quality/README.md', '--preset semantic --out', 'trains for minutes'],
  ['bench/quality/README.md', 'study', 'trains for hours'],
  ['native/c_api/README.md', 'cmake --install', 'tests/install installs and links the library'],
  ['native/dataset/README.md', 'npm pack', 'downloads 118 MB of word vectors'],
  ['native/train/README.md', 'mpirun', 'tests/native/train runs two processes; mpirun refuses root'],
  ['tests/README.md', './dev fuzz', 'fuzzes for an hour'],
  ['tests/README.md', 'ctest', 'a test that runs tests'],
  ['tests/README.md', './dev test', 'a test that runs tests'],
  ['tests/README.md', 'make_golden', 'writes into the source tree'],
  ['wasm/README.md', 'wasm/build.mjs', 'builds the package; tests/package runs on it'],
  ['web_demo/README.md', 'build.mjs', 'builds and serves the page; tests/e2e does'],
];

const shellBlocks = documents().flatMap(blocksOf).filter(({ language }) => language === 'sh');
const reasonFor = (block) =>
  NOT_RUN.find(([file, words]) => file === block.file && block.text.includes(words));

const scratch = mkdtempSync(join(tmpdir(), 'tsugi-examples-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A folder with what a reader has: a log, items, and ./dev, here in front of the built program. */
function readersFolder() {
  const at = (name) => join(scratch, name);
  mkdirSync(at('bin'), { recursive: true });
  const ids = ['B00123', 'B00456', ...Array.from({ length: 28 }, (_, i) => `B01${i}`)];
  const rows = [];
  for (let user = 0; user < 60; ++user)
    for (let event = 0; event < 8; ++event)
      rows.push(`u${user},${ids[(user * 7 + event * (1 + (user % 3))) % ids.length]},${1700000000 + 600 * event}`);
  writeFileSync(at('log.csv.gz'), gzipSync(`user,item,time\n${rows.join('\n')}\n`));
  // The same log as sessions that hold their events, and as histories in a cell.
  const histories = {};
  for (const row of rows) {
    const [user, item, time] = row.split(',');
    (histories[user] ??= []).push({ item, time: Number(time), action: 'view' });
  }
  writeFileSync(at('sessions.jsonl'), Object.entries(histories).map(([user, events]) =>
    `${JSON.stringify({ user, events })}\n`).join(''));
  writeFileSync(at('histories.csv'), `user,history\n${Object.entries(histories).map(([user, events]) =>
    `${user},"${events.map(({ item }) => item).join(' ')}"\n`).join('')}`);
  const genres = ['Drama', 'Crime', 'Comedy'];
  writeFileSync(at('items.jsonl'), ids.map((id, i) =>
    `${JSON.stringify({ id, title: `Night train ${i}`, genres: [genres[i % 3]] })}\n`).join(''));
  writeFileSync(at('dev'), '#!/bin/sh\n[ "$1" = tsugi ] || { echo "./dev $1 is not for a test" >&2; exit 1; }\n' +
    'shift\nexec tsugi "$@"\n');
  // One epoch of what a document trains is enough to see that its command works.
  writeFileSync(join(at('bin'), 'tsugi'), '#!/bin/sh\n' +
    `if [ "$1" = train ]; then exec '${tsugi}' "$@" --set max_epochs=1 --set width=16; fi\nexec '${tsugi}' "$@"\n`);
  chmodSync(at('dev'), 0o755);
  chmodSync(join(at('bin'), 'tsugi'), 0o755);
  return scratch;
}

const memo = new Map();
/** What `program` prints when asked for help, or undefined if it refuses. */
function helpOf(program, ...args) {
  const key = [program, ...args].join(' ');
  if (!memo.has(key)) {
    const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
    memo.set(key, status === 0 ? stdout : undefined);
  }
  return memo.get(key);
}

/** The words of a command: quotes are taken off, `…` and "..." stand for what a reader fills in. */
const wordsOf = (command) =>
  [...command.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replace(/['"]/g, ''));

/** The commands of a block: lines put together, without comments, one of a pipe or list each. */
const commandsOf = (text) =>
  text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/\s(?:&&|\|)\s/))
    .map((line) => line.trim())
    .filter((line) => line !== '');

const optionsIn = (words) =>
  words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));

function checkTsugi(words, where) {
  const verb = words[0];
  const sub = verb === 'study' && words[1] && !words[1].startsWith('-') ? [words[1]] : [];
  const help = helpOf(tsugi, verb, ...sub, '--help');
  assert.ok(help, `${where}: tsugi has no verb '${[verb, ...sub].join(' ')}'`);
  for (const option of optionsIn(words))
    assert.match(help, new RegExp(`(^|[\\s,])${option}([\\s,=:]|$)`, 'm'),
      `${where}: tsugi ${verb} has no ${option}`);
  const trains = /^(train|tokenize)$/.test(verb) || /^(intents|netflix|semantic|negatives|scaling)$/.test(sub[0]);
  const keys = trains ? helpOf(tsugi, 'train', '--help-keys') : undefined;
  words.forEach((word, i) => {
    if (words[i - 1] !== '--set') return;
    assert.match(word, /^[\w.]+=/, `${where}: --set ${word} (expected key=value)`);
    const key = word.replace(/=.*/, '');
    if (keys) assert.ok(keys.includes(key), `${where}: training has no key ${key}`);
  });
}

/** A script takes the options that its text names. */
function checkScript(words, where) {
  const [script, ...rest] = words;
  assert.ok(existsSync(join(top, script)), `${where}: there is no ${script}`);
  const text = readFileSync(join(top, script), 'utf8');
  for (const option of optionsIn(rest))
    assert.ok(text.includes(option) || new RegExp(`\\b'?${option.slice(2)}'?\\s*[:,}]`).test(text),
      `${where}: ${script} does not know ${option}`);
}

/** Compares a command with the programs it names. */
function check(command, where) {
  const words = wordsOf(command).filter((word) => !/^[A-Z_]+=/.test(word));
  const start = words[0] === './dev' ? 1 : 0;
  if (start === 1)
    assert.match(helpOf(join(top, 'dev'), 'help'), new RegExp(`^  ${words[1]}\\b`, 'm'),
      `${where}: ./dev has no verb '${words[1]}'`);
  const isRun = start === 1 && words[1] === 'run';
  const program = words.slice(isRun ? 2 : start);
  if (program[0] === 'tsugi') checkTsugi(program.slice(1), where);
  const script = program.findIndex((word) => word.endsWith('.mjs'));
  if (program[0] === 'node' && script > 0) checkScript(program.slice(script), where);
}

test('every block is run, or the list says why not', () => {
  for (const entry of NOT_RUN)
    assert.ok(shellBlocks.some((block) => reasonFor(block) === entry),
      `NOT_RUN: no block of ${entry[0]} holds '${entry[1]}' any more`);
});

const folder = readersFolder();
for (const block of shellBlocks) {
  const reason = reasonFor(block);
  if (reason) {
    test(`${nameOf(block)} is right, not run: ${reason[2]}`, () => {
      for (const command of commandsOf(block.text)) check(command, nameOf(block));
    });
  } else {
    // In order: the front page's commands leave the data set, run and model that others name.
    test(`${nameOf(block)} runs`, () => {
      const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', block.text], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
      });
      assert.equal(status, 0, `${block.text}\n${stdout}\n${stderr}`);
    });
  }
}

test('the front page is short, and its figures stand in the results', () => {
  const page = readFileSync(join(top, 'README.md'), 'utf8');
  assert.ok(page.split('\n').length <= 151, 'README.md: more than 150 lines');
  const results = documents()
    .filter((file) => file.startsWith('bench/'))
    .map((file) => readFileSync(join(top, file), 'utf8'))
    .join('\n');
  const figures = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.replace(/\(http[^)]*\)/g, '').match(/(?<![\w.])\d*\.\d+/g) ?? []);
  assert.ok(figures.length > 0);
  for (const figure of figures)
    assert.ok(results.includes(figure), `README.md: ${figure} stands in no document of bench/`);
});

test('commands within sentences name verbs, options and scripts that are there', () => {
  const verbs = [...helpOf(tsugi, '--help').matchAll(/^ {2}(\w+) {2,}/gm)].map(([, verb]) => verb);
  const starts = new RegExp(`^(\\./dev |(tsugi )?(${verbs.join('|')}) .*--)`);
  for (const span of documents().flatMap(spansOf)) {
    if (!starts.test(span.text)) continue;
    for (const command of commandsOf(span.text))
      check(verbs.includes(command.split(' ')[0]) ? `tsugi ${command}` : command, nameOf(span));
  }
});
