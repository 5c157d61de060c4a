// tsugi compared with the general runtimes for the browser: the same network and weights in one
// run, under Node and in headless Chromium, one thread each.
//
//   ./dev run npm ci --prefix bench/peers --ignore-scripts
//   ./dev run node bench/peers/peers_bench.mjs [--models DIR] [--starts N] [--only node|chromium]
//     [--json]
//
// Needs ./dev build and ./dev package. Ratios are of medians, to tsugi's SIMD128 build of this run.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { openPage } from './browser_side.mjs';
import { build, packageFile, packageFolder, peerModel, peerScan, tsugiModel } from './files.mjs';
import { median } from './scenarios.mjs';

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: join(build, 'bench_models') },
    starts: { type: 'string', default: '7' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const SMALL = 20000, COLD = 12000, LARGE = 1_000_000, WINDOW = 50, WIDTH = 64;
const REFERENCE = 'tsugi simd128';
const numbers = (count, limit) =>
  Array.from({ length: count }, (_, i) => Math.imul(i + 1, 2654435761) >>> 8).map((n) => n % limit);
const history = numbers(WINDOW, COLD);
const hidden = numbers(WIDTH, 2000).map((n) => n / 1000 - 1);

const ours = (variant, items, k, codes = false) => ({
  kind: 'tsugi',
  build: variant,
  wasm: join(packageFolder, 'wasm', `tsugi.${variant}.wasm`),
  model: tsugiModel(values.models, items, codes).file,
  history,
  k,
});

/** Engines for a whole forward; Node has no LiteRT.js, and relaxed SIMD behind a flag only. */
function forwardEngines(items, k) {
  const { file, description } = tsugiModel(values.models, items);
  return {
    [REFERENCE]: ours('simd', items, k),
    'tsugi relaxed': ours('relaxed', items, k),
    'onnxruntime-web int8': { kind: 'onnxruntime', model: peerModel(values.models, 'onnx', items, k), history },
    'tfjs-wasm f32': { kind: 'tfjs', model: file, description, history, k },
    'LiteRT.js int8': { kind: 'litert', model: peerModel(values.models, 'tflite', items, k), history },
  };
}

function scanEngines(k) {
  const { file, description } = tsugiModel(values.models, LARGE);
  return {
    [REFERENCE]: ours('simd', LARGE, k),
    'tsugi relaxed': ours('relaxed', LARGE, k),
    'tsugi simd128, codes': ours('simd', LARGE, k, true),
    'tsugi relaxed, codes': ours('relaxed', LARGE, k, true),
    'onnxruntime-web int8': { kind: 'onnxruntime', model: peerScan(values.models, 'onnx', LARGE, k), hidden },
    'tfjs-wasm f32': { kind: 'tfjs', model: file, description, hidden, k },
    'LiteRT.js int8': { kind: 'litert', model: peerScan(values.models, 'tflite', LARGE, k), hidden },
  };
}

const inNode = (engines) => Object.fromEntries(Object.entries(engines).filter(([, { kind }]) => kind !== 'litert'));

function askNode(request) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--experimental-wasm-relaxed-simd', '--max-old-space-size=8192', join(import.meta.dirname, 'node_side.mjs')],
    { input: JSON.stringify(request), encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}

async function compareWhere(ask) {
  const parts = [
    await ask.compare(forwardEngines(SMALL, 10), 'forwardAndEvent', REFERENCE),
    await ask.compare(scanEngines(100), 'scan', numbers(1000, LARGE)),
  ];
  const rows = parts.flatMap((part) => part.rows);
  const starts = Object.entries(ask.engines(forwardEngines(COLD, 10)));
  const runs = starts.map(() => []);
  for (let run = 0; run < Number(values.starts); ++run) {
    for (const [at, [, options]] of starts.entries()) runs[at].push(await ask.firstList(options));
  }
  for (const [metric, unit, read] of [['bytes there to first list', 'ms', 'milliseconds'], ['memory it took', 'MB', 'bytes']]) {
    for (const [at, [engine]] of starts.entries()) {
      const figures = runs[at].map((run) => run[read]).filter((figure) => figure !== undefined);
      const scaled = figures.map((figure) => (unit === 'MB' ? figure / 2 ** 20 : figure));
      if (scaled.length > 0) rows.push({ metric, engine, unit, median: median(scaled), min: Math.min(...scaled), max: Math.max(...scaled), runs: scaled.length });
    }
  }
  return { rows, agreements: parts[0].agreements };
}

const nodeAsk = {
  engines: inNode,
  compare: async (engines, scenario, argument) => askNode({ verb: 'compare', engines: inNode(engines), scenario, argument }),
  firstList: async (options) => askNode({ verb: 'firstList', options }),
};

/** Download size: WebAssembly and the JavaScript that a page needs, brotli. */
function downloadRows() {
  const brotli = (paths) => paths.reduce((total, path) => total + brotliCompressSync(readFileSync(path)).length, 0);
  const ort = (file) => packageFile('onnxruntime-web', `dist/${file}`);
  const dist = readdirSync(join(packageFolder, 'dist')).filter((name) => /^(web|shared-.*)\.js$/.test(name));
  const sizes = {
    [REFERENCE]: [join(packageFolder, 'wasm/tsugi.simd.wasm'), ...dist.map((name) => join(packageFolder, 'dist', name))],
    'onnxruntime-web int8': [ort('ort-wasm-simd-threaded.wasm'), ort('ort-wasm-simd-threaded.mjs'), ort('ort.wasm.min.mjs')],
    'tfjs-wasm f32': [packageFile('@tensorflow/tfjs-backend-wasm', 'dist/tfjs-backend-wasm-simd.wasm'),
      packageFile('@tensorflow/tfjs-backend-wasm', 'dist/tf-backend-wasm.min.js'), packageFile('@tensorflow/tfjs-core', 'dist/tf-core.min.js')],
    'LiteRT.js int8': ['litert_wasm_internal.wasm', 'litert_wasm_internal.js'].map((name) => packageFile('@litertjs/core', `wasm/${name}`))
      .concat(packageFile('@litertjs/core', 'dist/index.js')),
  };
  return Object.entries(sizes).map(([engine, paths]) => {
    const size = brotli(paths) / 1024;
    return { metric: 'download, brotli', engine, unit: 'KB', median: size, min: size, max: size, runs: 1 };
  });
}

function print(where, { rows, agreements = {} }) {
  console.log(`\n${where}`);
  const reference = (metric) => rows.find((row) => row.metric === metric && row.engine === REFERENCE)?.median;
  const cell = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3)).padStart(8);
  for (const { metric, engine, unit, median: middle, min, max, runs } of rows) {
    const ratio = middle / reference(metric);
    console.log(`${metric.padEnd(26)} ${engine.padEnd(22)}${cell(middle)} ${unit} ${ratio.toFixed(2).padStart(8)}x` +
      `   (${cell(min).trim()} .. ${cell(max).trim()}, ${runs} runs)`);
  }
  const event = reference('one event + top 10');
  for (const { engine, median: middle } of rows.filter(({ metric }) => metric === 'full forward + top 10')) {
    if (event) console.log(`${'forward / our one event'.padEnd(26)} ${engine.padEnd(22)}${''.padStart(11)} ${(middle / event).toFixed(1).padStart(8)}x`);
  }
  for (const [engine, { shared, difference }] of Object.entries(agreements)) {
    console.log(`${'agreement of top 10'.padEnd(26)} ${engine.padEnd(22)}${(100 * shared).toFixed(0).padStart(8)} %` +
      `   scores differ by ${(100 * difference).toFixed(2)} % of the largest`);
  }
}

const results = { 'download': { rows: downloadRows() } };
if (values.only !== 'chromium') results[`Node ${process.version}`] = await compareWhere(nodeAsk);
if (values.only !== 'node') {
  const page = await openPage();
  results[`Chromium ${page.version}`] = await compareWhere(page);
  await page.close();
}
const machine = `${cpus()[0].model.trim()}, one thread; d 64, 2 layers, F 256, T 50, ${SMALL} items`;
if (values.json) console.log(JSON.stringify({ machine, results }));
else {
  console.log(machine);
  for (const [where, part] of Object.entries(results)) print(where, part);
}
