// What happens to files when a command that writes fails, is killed or is stopped at any of its
// operations on files:
// faults.mjs --shim LIBRARY [--quick | --places N] [--only NAME] [--kind KIND] [--at N] [--flips]
// [--no-flips]; --places tries so many operations of each command and kind
//
// TSUGI names the program. Prints a table and ends with 1 if anything was lost or left behind.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  COMMANDS,
  FLIPS_BEFORE,
  READERS,
  READERS_BEFORE,
  RESUME,
  part,
  snapshot,
  writeInputs,
} from './commands.mjs';

const { values: flags } = parseArgs({
  options: {
    shim: { type: 'string' },
    quick: { type: 'boolean' },
    places: { type: 'string' },
    only: { type: 'string' },
    kind: { type: 'string' },
    at: { type: 'string' },
    flips: { type: 'boolean' },
    'no-flips': { type: 'boolean' },
  },
});
const { TSUGI } = process.env;
const KINDS = ['kill', 'torn', 'nospace', 'error', 'short', 'signal', 'term'];
// Of the quick selection: operations of each command and kind that are tried, evenly spread, and
// the kinds that commands of half a second and more are tried with, at one operation each.
const QUICK_PLACES = 4;
const QUICK_KINDS_OF_SLOW = ['kill', 'nospace', 'term'];

const root = mkdtempSync(join(tmpdir(), 'tsugi-faults-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));
const world = join(root, 'world');
const counter = join(root, 'count');

/** Runs a command; `fault` is {at, kind}. Returns how it ended, and a letter for each operation. */
function run(args, fault = {}) {
  writeFileSync(counter, Buffer.alloc(1 << 16));
  const env = {
    ...process.env,
    LD_PRELOAD: flags.shim,
    FAULT_FOLDER: world,
    FAULT_COUNT: counter,
    FAULT_AT: String(fault.at ?? 0),
    FAULT_KIND: fault.kind ?? '',
    FAULT_CLOCK: '1800000000',
    TMPDIR: join(world, 'tmp'),
    OMP_NUM_THREADS: '1',
    OPENBLAS_NUM_THREADS: '1',
  };
  const { status, signal, stdout, stderr } = spawnSync(
    TSUGI,
    args.map((arg) => arg.replace('@', world + '/')),
    { env, encoding: 'utf8', timeout: 120_000, detached: true },
  );
  const counted = readFileSync(counter);
  const count = Number(counted.readBigUInt64LE());
  const letters = String(counted.subarray(8, 8 + count));
  return { status, signal, stdout, stderr, count, letters, args };
}

function mustRun(args, fault) {
  const result = run(args, fault);
  if (result.status === 0 || fault?.kind === 'kill') return result;
  throw new Error(`tsugi ${args.join(' ')}: ${result.status ?? result.signal}\n${result.stderr}`);
}

/** The world before a command, made once for all commands that need the same. */
const kept = new Map();
function restore(before, cut) {
  const key = JSON.stringify([before, cut]);
  rmSync(world, { recursive: true, force: true });
  if (!kept.has(key)) {
    if (before.length === 0) writeInputs(world);
    else restore(before.slice(0, -1));
    if (before.length > 0) {
      const start = join(root, 'start');
      cpSync(world, start, { recursive: true });
      const { count } = mustRun(before.at(-1));
      if (cut) {
        rmSync(world, { recursive: true });
        cpSync(start, world, { recursive: true });
        mustRun(before.at(-1), { at: Math.round(count * cut), kind: 'kill' });
      }
      rmSync(start, { recursive: true });
    }
    kept.set(key, join(root, `kept-${kept.size}`));
    cpSync(world, kept.get(key), { recursive: true });
    return;
  }
  cpSync(kept.get(key), world, { recursive: true });
}

/** The same command again, as its message advises where it is refused. */
function runAgain(args) {
  const result = run(args);
  if (result.status !== 1) return result;
  if (
    /holds a training run. Try: --resume|already holds \d+ results. Try: --resume/.test(
      result.stderr,
    )
  ) {
    return run([...args, '--resume']);
  }
  if (result.stderr.includes('Try: leave out --resume'))
    return run(args.filter((arg) => arg !== '--resume'));
  return result;
}

/** Contents of model files that a command has read. */
const readable = new Set();

/** Why what is on disk after the fault is not as it has to be; empty if it is. */
function findLosses(command, old, complete) {
  const now = snapshot(world);
  const losses = [];
  const units = [...(command.whole ?? []), ...(command.states ?? [])];
  const isOf = (name) => units.some((unit) => name === unit || name.startsWith(unit + '/'));
  for (const [name, content] of old) {
    if (!isOf(name) && now.get(name) !== content) losses.push(`${name} changed`);
  }
  for (const unit of command.whole ?? []) {
    const is = part(now, unit);
    if (is !== part(old, unit) && is !== part(complete, unit))
      losses.push(`${unit} is neither old nor new`);
  }
  for (const [name, content] of now) {
    if (!name.endsWith('weights.tsugi')) continue;
    if (readable.has(content)) continue;
    const { status, stderr } = run(['inspect', '@' + name]);
    if (status === 0) readable.add(content);
    else losses.push(`${name}: ${stderr.trim()}`);
  }
  for (const [name] of old) {
    if (isOf(name) && !now.has(name) && !/\.tmp-\d+$/.test(name)) losses.push(`${name} is gone`);
  }
  return losses;
}

/** Whether a command ended in a way that this fault allows. */
function findWrongEnd(result, kind) {
  const { status, signal, stderr } = result;
  const lines = stderr.trim().split('\n');
  if (status === 0) return [];
  if (kind === 'kill' || kind === 'torn') {
    // Where it was a child that died, the command says so.
    return signal === 'SIGKILL' || status === 1 ? [] : [`ended with ${status ?? signal}`];
  }
  if (kind === 'signal' || kind === 'term') {
    const own = kind === 'term' ? 'SIGTERM' : 'SIGINT';
    return status === 130 || signal === own
      ? []
      : [`ended with ${status ?? signal}: ${lines.at(-1)}`];
  }
  if (status !== 1) return [`ended with ${status ?? signal}: ${lines.at(-1)}`];
  const isPlain = /^[^ ].*(Try: |; (free|check|choose) )/.test(lines.at(-1));
  return isPlain ? [] : [`no plain message: ${lines.at(-1)}`];
}

/** Runs a command with one fault, looks, and runs it again. Null if the fault was not reached. */
function tryFault(command, fault, old, complete) {
  restore(command.before, command.cut);
  const result = run(command.args, fault);
  if (result.count < fault.at) return null;
  const lost = [...findWrongEnd(result, fault.kind), ...findLosses(command, old, complete)];
  if (fault.kind === 'short' && result.status !== 0)
    lost.push(`a short write ended it: ${result.stderr}`);
  const leftovers = [];
  const look = (when, allowed) => {
    for (const [name] of snapshot(world)) {
      if (!allowed.some((files) => files.has(name))) leftovers.push(`${name} stays ${when}`);
    }
  };
  if (['nospace', 'short'].includes(fault.kind)) look('after the command', [old, complete]);
  if (
    result.status === 0 &&
    JSON.stringify([...snapshot(world)].filter(([name]) => complete.has(name)).sort()) !==
      JSON.stringify([...complete].sort())
  ) {
    lost.push('ended with 0 and other files');
  }
  const again = runAgain(command.args);
  if (again.status !== 0)
    lost.push(`again: ${again.status ?? again.signal}: ${again.stderr.trim().split('\n').at(-1)}`);
  const after = snapshot(world);
  for (const [name, content] of complete) {
    if (after.get(name) !== content)
      lost.push(`again: ${name} is ${after.has(name) ? 'another' : 'missing'}`);
  }
  look('after the next', [complete]);
  return { lost, leftovers };
}

/** The operations that a kind is tried at; `letters` has one for each. */
function placesOf(letters, kind, isSlow) {
  if (flags.at) return [Number(flags.at)];
  const fitting = { torn: 'w', short: 'w', nospace: 'ws' }[kind] ?? 'wsn';
  const all = [...letters].flatMap((letter, i) => (fitting.includes(letter) ? [i + 1] : []));
  const quick = !isSlow ? QUICK_PLACES : QUICK_KINDS_OF_SLOW.includes(kind) ? 1 : 0;
  const wanted = Number(flags.places ?? (flags.quick ? quick : all.length));
  if (wanted >= all.length) return all;
  // Each kind at others, so that together they see more.
  const start = (KINDS.indexOf(kind) * 0.618) % 1;
  const spread = Array.from({ length: wanted }, (_, i) => (i + start) / wanted);
  return spread.map((share) => all[Math.floor(share * all.length)]);
}

function report(name, fault, problems) {
  for (const problem of problems)
    console.error(`${name}: ${fault.kind} at ${fault.at}: ${problem}`);
}

function tryCommand(command) {
  const row = { name: command.name, operations: 0, tried: 0, held: 0, lost: 0, leftovers: 0 };
  restore(command.before, command.cut);
  const old = snapshot(world);
  const start = Date.now();
  const { count, letters } = mustRun(command.args);
  const isSlow = Date.now() - start > 400;
  const complete = snapshot(world);
  row.operations = count;
  for (const kind of KINDS) {
    if (flags.kind && flags.kind !== kind) continue;
    for (const at of placesOf(letters, kind, isSlow)) {
      const found = tryFault(command, { at, kind }, old, complete);
      if (found === null) continue;
      row.tried += 1;
      row.lost += found.lost.length > 0;
      row.leftovers += found.leftovers.length > 0;
      row.held += found.lost.length === 0 && found.leftovers.length === 0;
      report(command.name, { at, kind }, [...found.lost, ...found.leftovers]);
    }
  }
  return row;
}

/** Changes single bytes of files; the command has to refuse each and to change nothing. */
function tryFlips(name, names, tries, args) {
  const row = { name, operations: 0, tried: 0, held: 0, lost: 0, leftovers: 0 };
  restore(FLIPS_BEFORE);
  const files = names(world).map((file) => ({ file, size: statSync(file).size }));
  row.operations = files.reduce((sum, { size }) => sum + size, 0);
  let state = 11;
  const draw = (n) => (state = (state * 48271) % 2147483647) % n;
  for (let i = 0; i < tries; ++i) {
    let at = draw(row.operations);
    const { file } = files.find(({ size }) => (at < size ? true : ((at -= size), false)));
    const bytes = readFileSync(file);
    const change = 1 + draw(255);
    bytes[at] ^= change;
    writeFileSync(file, bytes);
    const before = snapshot(world);
    const { status, signal, stderr } = run(args);
    row.tried += 1;
    const isRefused = status === 1 && /(Try: |; (free|check|choose) )/.test(stderr);
    const isSame = part(before, '') === part(snapshot(world), '');
    row.held += isRefused && isSame;
    row.lost += !(isRefused && isSame);
    if (!isRefused || !isSame) {
      console.error(
        `${name}: byte ${at} of ${file} ^ ${change}: ${status ?? signal} ${stderr.slice(-200)}`,
      );
      restore(FLIPS_BEFORE);
    }
    bytes[at] ^= change;
    writeFileSync(file, bytes);
  }
  return row;
}

function tryReaders() {
  const rows = [];
  restore(READERS_BEFORE);
  const before = part(snapshot(world), '');
  for (const args of READERS) {
    const { count } = mustRun(args);
    const isSame = count === 0 && before === part(snapshot(world), '');
    rows.push({
      name: `${args[0]} (writes nothing)`,
      operations: count,
      tried: 1,
      held: +isSame,
      lost: +!isSame,
      leftovers: 0,
    });
  }
  return rows;
}

function print(rows) {
  const columns = ['name', 'operations', 'tried', 'held', 'lost', 'leftovers'];
  const heads = {
    name: 'command',
    operations: 'operations',
    tried: 'tried',
    held: 'held',
    lost: 'lost',
    leftovers: 'leftovers',
  };
  console.log(`| ${columns.map((c) => heads[c]).join(' | ')} |`);
  console.log(
    `|---|${columns
      .slice(1)
      .map(() => '---:')
      .join('|')}|`,
  );
  for (const row of rows) console.log(`| ${columns.map((c) => row[c]).join(' | ')} |`);
}

const start = Date.now();
const rows = [];
const isAsked = (name) => !flags.only || name === flags.only;
if (!flags.flips) {
  for (const command of COMMANDS.filter(({ name }) => isAsked(name))) {
    rows.push(tryCommand(command));
    console.error(
      `${JSON.stringify(rows.at(-1))} after ${Math.round((Date.now() - start) / 1000)} s`,
    );
  }
  if (!flags.only) rows.push(...tryReaders());
}
if (!flags['no-flips'] && !flags.only) {
  const dataFiles = (at) =>
    readdirSync(join(at, 'data'))
      .filter((name) => name !== 'rejected.tsv')
      .map((name) => join(at, 'data', name));
  rows.push(
    tryFlips('flips in a data set', dataFiles, flags.quick ? 60 : 2000, [
      'evaluate',
      '--run',
      '@run',
      '--data',
      '@data',
    ]),
  );
  rows.push(
    tryFlips(
      'flips in a checkpoint',
      (at) => [join(at, 'run/checkpoint.pt')],
      flags.quick ? 5 : 500,
      RESUME,
    ),
  );
}
print(rows);
console.log(`${Math.round((Date.now() - start) / 1000)} s`);
process.exitCode = rows.some((row) => row.lost > 0 || row.leftovers > 0) ? 1 : 0;
