// The engine's WebAssembly builds under Node: the times a page waits for, builds alternating in one
// run.
//
//   ./dev run node bench/wasm/wasm_bench.mjs [--models DIR] [--runs N] [--native] [--json]
//
// Needs ./dev package and ./dev build. Model files are made by bench/make_model on first use and
// kept in DIR (default: under the build folder). --native adds the native engine on the same file.
// Times are of one thread, in milliseconds; the last column says how many runs a median is of.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Engine } from '../../tests/wasm/engine.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const build = process.env.TSUGI_BUILD_DIR ?? join(root, 'build');
const { values } = parseArgs({ options: {
  models: { type: 'string', default: join(build, 'bench_models') },
  runs: { type: 'string', default: '5' },
  native: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'first-list': { type: 'string' }, // internal: one cold start of this module, in a process of its own
} });
const variants = { simd: join(build, 'wasm/tsugi.simd.wasm'), relaxed: join(build, 'wasm-relaxed/tsugi.relaxed.wasm') };
const kWindow = 50;

const now = () => Number(process.hrtime.bigint()) / 1e6;
const randomItems = (count, items) => {
  let state = 12345;
  return Array.from({ length: count }, () => (state = (state * 1103515245 + 12345) % 2 ** 31) % items);
};

/**
 * The model file of that many items, d 64, 2 layers, F 256, T 50, int8; `part`: codes, imagine,
 * intents, semantic or tower.
 */
function modelFile(items, part) {
  const file = join(values.models, `${items}${part ? `_${part}` : ''}.tsugi`);
  if (existsSync(file)) return file;
  mkdirSync(values.models, { recursive: true });
  const { status } = spawnSync(join(build, 'release/bench/make_model'),
    [`${file}.new`, '--items', `${items}`, ...(part ? [`--${part}`] : [])], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('build/release/bench/make_model failed; build it with: ./dev build make_model');
  renameSync(`${file}.new`, file);
  return file;
}

/** Options and outputs written once; a call is then one crossing, as in the npm package. */
class Caller {
  constructor(wasm, items, part) {
    const bytes = readFileSync(modelFile(items, part));
    this.engine = new Engine(wasm);
    this.modelBytes = bytes.length;
    this.recommender = this.engine.open(bytes);
    this.memoryBytes = this.engine.memoryBytes;
    this.items = items;
    const { exports } = this.engine;
    this.options = exports.malloc(128);
    this.input = exports.malloc(8 * 1024);
    this.output = exports.malloc(8 * 1024);
    exports.tsugi_options_init(0 /* recommend */, this.options);
    this.restart();
  }

  restart(history = []) {
    if (this.session) this.engine.exports.tsugi_session_destroy(this.session);
    this.session = this.engine.session(this.recommender);
    this.count = history.length;
    if (history.length > 0) this.push(history);
  }

  push(items) {
    this.engine.i32.set(items, this.input >> 2);
    this.engine.call('tsugi_session_push', this.session, this.input, 0, 0, 0, items.length, 0);
    this.count += items.length;
  }

  filter(k, exclude) {
    this.engine.i32.set(exclude, this.input >> 2);
    this.engine.i32.set([k, 0, this.input, exclude.length], (this.options >> 2) + 1);
  }

  recommend() {
    this.engine.call('tsugi_session_recommend', this.session, this.options, this.output, this.output + 1024,
      this.output + 2048);
  }

  /** Of the list that recommend() wrote last; and the intents, for models that have them. */
  explain(count) {
    const out = this.output + 3072;
    this.engine.call('tsugi_session_intent', this.session, out, out + 4, out + 8, out + 12);
    this.engine.call('tsugi_session_explain', this.session, this.output, count, 0, out);
  }
}

/** Milliseconds per call of `work` on each variant, alternating, `repeat` calls a time. */
function alternate(callers, runs, repeat, work) {
  const times = Object.fromEntries(Object.keys(callers).map((name) => [name, []]));
  for (let run = -1; run < runs; ++run) { // run -1 warms up
    for (const [name, caller] of Object.entries(callers)) {
      const taken = [];
      for (let i = 0; i < repeat; ++i) taken.push(work(caller, i));
      if (run >= 0) times[name].push(...taken);
    }
  }
  return times;
}

const timed = (work) => {
  const start = now();
  work();
  return now() - start;
};

function oneEvent(callers, runs) {
  const events = randomItems(256, 20000);
  return alternate(callers, runs, 1000, (caller, i) => {
    if (caller.count >= 200) caller.restart(events.slice(0, kWindow)); // seen items as in real use
    return timed(() => { caller.push([events[i % 256]]); caller.recommend(); });
  });
}

/** The same with a model of intents, and why each of the ten is there. */
function oneExplainedEvent(callers, runs) {
  const events = randomItems(256, 20000);
  return alternate(callers, runs, 500, (caller, i) => {
    if (caller.count >= 200) caller.restart(events.slice(0, kWindow));
    return timed(() => { caller.push([events[i % 256]]); caller.recommend(); caller.explain(10); });
  });
}

/** Four concepts of 20 steps under guidance, with attributes, titles and their nearest items. */
function imagined(callers, runs) {
  const events = randomItems(256, 20000);
  return alternate(callers, runs, 10, (caller) => {
    if (caller.count === 0) caller.restart(events.slice(0, kWindow));
    const { engine, session, output } = caller;
    return timed(() => engine.call('tsugi_session_imagine', session, 0, output, output + 4));
  });
}

/** An event, and a list by semantic ids: what the language model reads of it included. */
function semanticList(callers, runs, ranking) {
  const events = randomItems(256, 12000);
  return alternate(callers, runs, 50, (caller, i) => {
    if (caller.count === 0 || caller.count >= 60) caller.restart(events.slice(0, 20));
    const options = new Uint32Array(caller.engine.exports.memory.buffer, caller.options, 17);
    options[13] = ranking; // tsugi_recommend_options.ranking
    return timed(() => { caller.push([events[i % 256]]); caller.recommend(); });
  });
}

/** Microseconds of adding an item of five words and two attributes, `count` at a time. */
function addedItem(callers, runs, count = 1000) {
  const text = new TextEncoder();
  const attributes = text.encode('genres=Drama\nyear=2026');
  let added = 0;
  return alternate(callers, runs, 5, ({ engine, recommender }) => {
    const items = Array.from({ length: count }, () => `new-${++added}`);
    const ids = items.map((id) => text.encode(id));
    const titles = items.map((id) => text.encode(`The night train number ${id.slice(4)}`));
    const at = engine.exports.malloc(512);
    const time = timed(() => ids.forEach((id, i) => {
      engine.u8.set(id, at);
      engine.u8.set(titles[i], at + 64);
      engine.u8.set(attributes, at + 256);
      engine.call('tsugi_recommender_add_item', recommender, at, id.length, at + 64, titles[i].length, at + 256, attributes.length, 0, 0, 0);
    }));
    engine.exports.free(at);
    return (time * 1000) / count;
  });
}

function fullForward(callers, runs) {
  const events = randomItems(kWindow, 20000);
  return alternate(callers, runs, 200, (caller) => {
    caller.restart();
    return timed(() => caller.push(events));
  });
}

function scan(callers, runs) {
  const exclude = randomItems(1000, 1_000_000);
  return alternate(callers, runs, 10, (caller, i) => {
    if (i === 0) { caller.restart([1, 2, 3]); caller.filter(100, exclude); }
    return timed(() => caller.recommend());
  });
}

/** Compile, instantiate, load and first list, when all bytes are there. */
function firstList(wasm) {
  // Copies: a file's bytes are mapped into the process only when they are first read.
  const [module, model] = [wasm, modelFile(12000)].map((file) => Uint8Array.from(readFileSync(file)));
  const start = now();
  const engine = new Engine(module);
  const session = engine.session(engine.open(model));
  engine.push(session, [7]);
  engine.recommend(session, { k: 10, items: 12000 });
  return now() - start;
}

function coldStarts(names, runs) {
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let run = 0; run < 2 * runs; ++run) {
    for (const name of names) {
      const { stdout } = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url),
        '--first-list', variants[name], '--models', values.models], { encoding: 'utf8' });
      times[name].push(Number(stdout));
    }
  }
  return times;
}

/** p50 of `tsugi benchmark` on the same file. */
function native(items) {
  const { stdout } = spawnSync(join(build, 'release/tsugi'), ['benchmark', modelFile(items), '--json'],
    { encoding: 'utf8' });
  return JSON.parse(stdout);
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const commit = spawnSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const machine = `${cpus()[0].model.trim()}, ${arch()}, Node ${process.version}`;
const table = [];

function report(metric, unit, shape, times) {
  for (const [path, runs] of Object.entries(times)) {
    const row = { commit, preset: 'release', path, machine, shape, metric, unit, median: median(runs),
      min: Math.min(...runs), max: Math.max(...runs), runs: runs.length };
    table.push(row);
    if (values.json) console.log(JSON.stringify(row));
  }
}

function reportMemory(items, callers) {
  for (const [name, caller] of Object.entries(callers)) {
    report('memory after load', 'MB', `N ${items}`, { [name]: [caller.memoryBytes / 2 ** 20] });
    report('memory / (1.25 x model + 8 MB)', 'x', `N ${items}`,
      { [name]: [caller.memoryBytes / (1.25 * caller.modelBytes + 8 * 2 ** 20)] });
  }
}

function printTable() {
  const cell = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3)).padStart(9);
  console.log(`${machine}, ${commit}, one thread`);
  for (const { metric, shape, path, unit, median: middle, min, max, runs } of table) {
    console.log(`${metric.padEnd(34)} ${shape.padEnd(24)} ${path.padEnd(24)}${cell(middle)} ${unit.padEnd(3)}` +
      ` (${cell(min).trim()} .. ${cell(max).trim()}, ${runs} runs)`);
  }
}

function reportNative() {
  const small = native(20000);
  const p50 = (times) => [times.p50_ms];
  report('one event + top 10', 'ms', 'N 20000 d 64 L 2 T 50',
    { [`native ${small.engine}`]: p50(small.timings.one_event_and_top_10) });
  report('full forward + top 10', 'ms', 'N 20000 d 64 L 2 T 50',
    { [`native ${small.engine}`]: p50(small.timings.full_window_and_top_10) });
}

function main() {
  const names = Object.keys(variants).filter((name) => existsSync(variants[name]));
  if (names.length === 0) throw new Error('no build found; make one with: ./dev package');
  const runs = Number(values.runs);
  const open = (items, part) =>
    Object.fromEntries(names.map((name) => [name, new Caller(variants[name], items, part)]));
  const small = open(20000);
  report('one event + top 10', 'ms', 'N 20000 d 64 L 2 T 50', oneEvent(small, runs));
  report('… + intents + why, 2 + 2 layers', 'ms', 'N 20000 d 64 T 50', oneExplainedEvent(open(20000, 'intents'), runs));
  report('4 concepts imagined', 'ms', 'N 20000 d 64, prior 4 x 192, 20 steps, guidance, text',
    imagined(open(20000, 'imagine'), runs));
  const semantic = open(12000, 'semantic');
  report('an event, 10 of a beam of 20', 'ms', 'N 12000, language model d 128 L 4', semanticList(semantic, runs, 1));
  report('… by parallel codes', 'ms', 'N 12000, language model d 128 L 4', semanticList(semantic, runs, 2));
  report('an item added, with codes', 'us', 'N 12000 d 64, 1024 codewords', addedItem(semantic, runs, 20));
  report('an item added', 'us', 'N 20000 d 64, 5 words, 2 attributes', addedItem(open(20000, 'tower'), runs));
  report('full forward', 'ms', 'N 20000 d 64 L 2 T 50', fullForward(small, runs));
  reportMemory(20000, small);
  const large = open(1_000_000);
  report('exact top 100 with a filter', 'ms', 'N 1000000 d 64', scan(large, runs));
  reportMemory(1_000_000, large);
  report('item codes, top 100 with a filter', 'ms', 'N 1000000 d 64', scan(open(1_000_000, 'codes'), runs));
  report('load to first list', 'ms', 'N 12000 d 64 L 2 T 50', coldStarts(names, runs));
  if (values.native) reportNative();
  if (!values.json) printTable();
}

if (values['first-list'] !== undefined) console.log(firstList(values['first-list']));
else if (!existsSync(variants.relaxed) || process.execArgv.length > 0 || +process.versions.node.split('.')[0] >= 22) main();
else { // Node 20 has relaxed SIMD behind a flag; both builds run under it
  const { status } = spawnSync(process.execPath, ['--experimental-wasm-relaxed-simd', ...process.argv.slice(1)],
    { stdio: 'inherit' });
  process.exit(status ?? 1);
}
