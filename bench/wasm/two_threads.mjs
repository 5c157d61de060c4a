// What a threaded build could gain at most: the same list by one thread, and by two that hold half
// of the catalogue each, the second asleep until it is woken, as in a page. Each has an engine and
// a memory of its own, so nothing is shared but a flag; a real build would also share the encoder's
// output.
//
//   ./dev run node bench/wasm/two_threads.mjs [--models DIR] [--runs 200] [--json]
//
// Needs ./dev package and ./dev build. Times in milliseconds, medians.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Engine } from '../../tests/wasm/engine.mjs';

const build = process.env.TSUGI_BUILD_DIR ?? join(import.meta.dirname, '../../build');
const ASLEEP = 0, WORK = 1, DONE = 2, END = 3;
const now = () => Number(process.hrtime.bigint()) / 1e6;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A session with a history that can push one more event and list the best k. */
class Lister {
  constructor(file, k) {
    this.engine = new Engine(join(build, 'wasm/tsugi.simd.wasm'));
    this.session = this.engine.session(this.engine.open(readFileSync(file)));
    this.engine.push(this.session, Array.from({ length: 50 }, (_, i) => 7 * i));
    this.out = this.engine.exports.malloc(8192);
    this.options = this.engine.exports.malloc(128);
    this.engine.exports.tsugi_options_init(0 /* recommend */, this.options);
    this.engine.i32[(this.options >> 2) + 1] = k;
  }
  push() {
    this.engine.push(this.session, [3]);
    if (++this.pushed >= 150) this.engine.call('tsugi_session_rollback', this.session, this.pushed, 0), (this.pushed = 0);
  }
  pushed = 0;
  list() {
    this.engine.call('tsugi_session_recommend', this.session, this.options, this.out, this.out + 2048, this.out + 4096);
  }
}

function serve({ file, k, flag }) {
  const lister = new Lister(file, k);
  Atomics.store(flag, 0, ASLEEP);
  for (;;) {
    Atomics.wait(flag, 0, ASLEEP);
    const state = Atomics.load(flag, 0);
    if (state === END) return;
    if (state !== WORK) continue;
    lister.list();
    Atomics.store(flag, 0, DONE);
  }
}

function modelFile(folder, items) {
  const file = join(folder, `${items}.tsugi`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync(join(build, 'release/bench/make_model'), [`${file}.new`, '--items', `${items}`]);
  if (status !== 0) throw new Error('build/release/bench/make_model failed; build it with: ./dev build make_model');
  renameSync(`${file}.new`, file);
  return file;
}

async function compare({ name, items, k, pushes, folder, runs }) {
  const whole = new Lister(modelFile(folder, items), k);
  const half = new Lister(modelFile(folder, items / 2), k);
  const flag = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const worker = new Worker(new URL(import.meta.url), { workerData: { file: modelFile(folder, items / 2), k, flag } });
  while (Atomics.load(flag, 0) !== ASLEEP) await new Promise((resolve) => setTimeout(resolve, 10));
  const one = [], two = [];
  for (let run = -20; run < runs; ++run) { // the first warm up
    await new Promise((resolve) => setTimeout(resolve, 2)); // visitors click seldom: the other sleeps
    let start = now();
    if (pushes) whole.push();
    whole.list();
    if (run >= 0) one.push(now() - start);
    await new Promise((resolve) => setTimeout(resolve, 2));
    start = now();
    if (pushes) half.push();
    Atomics.store(flag, 0, WORK);
    Atomics.notify(flag, 0);
    half.list();
    while (Atomics.load(flag, 0) !== DONE);
    if (run >= 0) two.push(now() - start);
    Atomics.store(flag, 0, ASLEEP);
  }
  Atomics.store(flag, 0, END);
  Atomics.notify(flag, 0);
  await worker.terminate();
  return { work: name, one_thread_ms: median(one), two_threads_ms: median(two), speedup: median(one) / median(two), runs };
}

if (!isMainThread) serve(workerData);
else {
  const { values } = parseArgs({ options: {
    models: { type: 'string', default: join(build, 'bench_models') },
    runs: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  } });
  const shared = { folder: values.models, runs: Number(values.runs) };
  const rows = [
    await compare({ name: 'one event + top 10 of 20,000', items: 20000, k: 10, pushes: true, ...shared }),
    await compare({ name: 'top 100 of a million, exact', items: 1_000_000, k: 100, pushes: false, ...shared }),
  ];
  for (const row of rows) {
    console.log(values.json ? JSON.stringify(row)
      : `${row.work.padEnd(30)} one thread ${row.one_thread_ms.toFixed(3)} ms, two ${row.two_threads_ms.toFixed(3)} ms: ${row.speedup.toFixed(2)}x`);
  }
}
