// From nothing to the first list in headless Chromium, bytes already in the page: what each part takes.
//
//   ./dev run node bench/wasm/first_list_page.mjs [--items 12000] [--runs 15] [--tools DIR] [--json]
//
// Needs ./dev package and ./dev build. Each run is a fresh context, so nothing is compiled or warm; builds
// alternate. DIR is the folder of the packages that the tests use. Times in milliseconds, medians.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHROMIUM } from '../../tests/chromium.mjs';

const build = process.env.TSUGI_BUILD_DIR ?? join(import.meta.dirname, '../../build');
const { values } = parseArgs({ options: {
  items: { type: 'string', default: '12000' },
  runs: { type: 'string', default: '15' },
  tools: { type: 'string', default: join(build, 'package_test_tools') },
  json: { type: 'boolean', default: false },
} });
const { chromium } = createRequire(join(values.tools, 'package.json'))('playwright-core');
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

function modelFile() {
  const file = join(build, 'bench_models', `${values.items}.tsugi`);
  if (existsSync(file)) return file;
  mkdirSync(join(build, 'bench_models'), { recursive: true });
  const { status } = spawnSync(join(build, 'release/bench/make_model'), [file, '--items', values.items], { stdio: 'inherit' });
  if (status !== 0) throw new Error('build/release/bench/make_model failed; build it with: ./dev build make_model');
  return file;
}

async function serve(model) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    const file = pathname === '/model.tsugi' ? model : join(build, 'package', pathname);
    if (pathname === '/') response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>first list</title>');
    else if (!existsSync(file)) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Runs in the page. */
async function start(variant) {
  const { Recommender } = await import('/dist/web.js');
  const [wasm, model] = await Promise.all([`/wasm/tsugi.${variant}.wasm`, '/model.tsugi'].map(async (path) =>
    (await fetch(path)).arrayBuffer()));
  const marks = [performance.now()];
  const mark = () => marks.push(performance.now());
  const module = await WebAssembly.compile(wasm);
  mark();
  const recommender = await Recommender.load(model, { wasm: module });
  mark();
  const session = recommender.session();
  session.push('5');
  mark();
  session.recommend({ k: 10 });
  mark();
  const [compile, load, event, list] = marks.slice(1).map((at, i) => at - marks[i]);
  return { compile, load, event, list, all: marks.at(-1) - marks[0] };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const server = await serve(modelFile());
const browser = await chromium.launch(CHROMIUM);
const runs = { simd: [], relaxed: [] };
for (let run = 0; run < Number(values.runs); ++run) {
  for (const variant of Object.keys(runs)) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    runs[variant].push(await page.evaluate(start, variant));
    await context.close();
  }
}
const rows = Object.entries(runs).map(([variant, times]) => ({
  build: variant,
  ...Object.fromEntries(Object.keys(times[0]).map((part) => [part, median(times.map((time) => time[part]))])),
}));
const version = browser.version();
await browser.close();
server.close();
if (values.json) console.log(JSON.stringify({ chromium: version, items: Number(values.items), rows }));
else {
  console.log(`Chromium ${version}, ${values.items} items, bytes there to first list, ms (${values.runs} runs)`);
  for (const { build: name, ...parts } of rows) {
    console.log(name.padEnd(8), Object.entries(parts).map(([part, time]) => `${part} ${time.toFixed(1)}`).join('  '));
  }
}
