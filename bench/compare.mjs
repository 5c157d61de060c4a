// Compares the native benchmarks of two builds in one run, so that a busy machine disturbs both alike:
//   node bench/compare.mjs BASE_BUILD NEW_BUILD [NAME...] [--pairs N] [--min-time SECONDS] [--json FILE]
// A build is a CMake folder (build/release); a NAME is a program (bench_linear) or a part of a benchmark's
// name. Each benchmark runs N times (15) in each build, in turns. The table gives the median of the
// ratios new / base with its interval, and JSON lines go to FILE. A benchmark whose interval does not
// exclude a slowdown of 3 % is measured afresh with three times the pairs.
// Exit code 1: the interval of some benchmark lies wholly above 1.03, or a benchmark is gone.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** A slowdown that matters. */
const LIMIT = 1.03;
const LEAST_PAIRS = 15;

/**
 * The 95 % interval of a median that the sign test gives: order statistics, no assumption about how the
 * values are distributed. Of 15 values, the 4th and the 12th (96.5 %).
 * @returns {{ median: number, low: number, high: number, confidence: number }}
 */
export function medianInterval(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const median = (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
  // P(fewer than `rank` of n fair coins show heads): the chance that the median lies below the rank-th value.
  let rank = 0;
  let below = 0;
  for (let term = 0.5 ** n; rank < n / 2 && below + term <= 0.025; rank += 1) {
    below += term;
    term *= (n - rank) / (rank + 1);
  }
  if (rank === 0) return { median, low: -Infinity, high: Infinity, confidence: 1 };
  return { median, low: sorted[rank - 1], high: sorted[n - rank], confidence: 1 - 2 * below };
}

/** 'slower' and 'no slower' are shown by the interval; 'unsure' needs more pairs or a calmer machine. */
export function verdictOf({ low, high }) {
  if (low > LIMIT) return 'slower';
  return high < LIMIT ? 'no slower' : 'unsure';
}

/** Google Benchmark's times are of the processor, unless the name says that the benchmark keeps its own. */
export function nanoseconds({ name, real_time, cpu_time, time_unit }) {
  const time = /\/(real_time|manual_time)\b/.test(name) ? real_time : cpu_time;
  return time * { ns: 1, us: 1e3, ms: 1e6, s: 1e9 }[time_unit];
}

const inFull = (name) => `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;

function fail(message) {
  process.stderr.write(`bench/compare.mjs: ${message}\n`);
  process.exit(2);
}

/** { bench_linear: path } of a build folder. */
function programsOf(build) {
  const root = join(resolve(build), 'bench');
  if (!existsSync(root)) fail(`${root} does not exist. Try: ./dev bench, which builds the benchmarks`);
  const found = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && /^bench_\w+$/.test(entry.name))
      found[entry.name] = join(entry.parentPath ?? entry.path, entry.name);
  }
  return found;
}

function namesOf(program) {
  return execFileSync(program, ['--benchmark_list_tests=true'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
}

function runOnce(program, name, minTime) {
  const text = execFileSync(
    program,
    [`--benchmark_filter=${inFull(name)}`, `--benchmark_min_time=${minTime}s`, '--benchmark_format=json'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 },
  );
  const [result] = JSON.parse(text).benchmarks;
  if (result === undefined || result.error_occurred)
    fail(`${program} ${name}: ${result?.error_message ?? 'no result'}`);
  return nanoseconds(result);
}

/** Base and change in turns; who is first alternates too. */
function measure(base, change, name, pairs, minTime) {
  const times = { base: [], change: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const side of pair % 2 === 0 ? ['base', 'change'] : ['change', 'base'])
      times[side].push(runOnce(side === 'base' ? base : change, name, minTime));
  }
  const interval = medianInterval(times.change.map((time, i) => time / times.base[i]));
  return {
    base_ns: medianInterval(times.base).median,
    change_ns: medianInterval(times.change).median,
    ratio: interval.median,
    low: interval.low,
    high: interval.high,
    confidence: interval.confidence,
    pairs,
    verdict: verdictOf(interval),
  };
}

function commonBenchmarks(base, change, wanted) {
  const rows = [];
  const gone = [];
  const isWanted = (program, name) =>
    wanted.length === 0 || wanted.some((part) => part === program || name.includes(part));
  for (const [program, path] of Object.entries(base)) {
    const now = change[program] === undefined ? [] : namesOf(change[program]);
    for (const name of namesOf(path).filter((each) => isWanted(program, each))) {
      if (now.includes(name)) rows.push({ program, name });
      else gone.push(`${program} ${name}`);
    }
  }
  return { rows, gone };
}

function main() {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: 'string', default: String(LEAST_PAIRS) },
      'min-time': { type: 'string', default: '0.05' },
      json: { type: 'string' },
    },
  });
  const [baseBuild, changeBuild, ...wanted] = positionals;
  if (changeBuild === undefined) fail('usage: compare.mjs BASE_BUILD NEW_BUILD [NAME...]');
  const pairs = Number(options.pairs);
  if (!(pairs >= LEAST_PAIRS)) fail(`--pairs ${options.pairs}: at least ${LEAST_PAIRS}`);

  const base = programsOf(baseBuild);
  const change = programsOf(changeBuild);
  const { rows, gone } = commonBenchmarks(base, change, wanted);
  if (rows.length === 0) fail('no benchmark to compare. Try: the name of a program, such as bench_linear');
  const width = Math.max(...rows.map(({ name }) => name.length));
  process.stdout.write(
    `${'benchmark'.padEnd(width)}  base ns   new ns    ratio  95 % interval     pairs  verdict\n`,
  );
  const verdicts = { slower: 0, unsure: 0, 'no slower': 0 };
  for (const { program, name } of rows) {
    const minTime = options['min-time'];
    let result = measure(base[program], change[program], name, pairs, minTime);
    if (result.verdict !== 'no slower')
      result = measure(base[program], change[program], name, 3 * pairs, minTime);
    verdicts[result.verdict] += 1;
    process.stdout.write(
      `${name.padEnd(width)}  ${result.base_ns.toPrecision(4).padEnd(9)} ` +
        `${result.change_ns.toPrecision(4).padEnd(9)} ${result.ratio.toFixed(3)}  ` +
        `[${result.low.toFixed(3)}, ${result.high.toFixed(3)}]    ${String(result.pairs).padEnd(5)}  ` +
        `${result.verdict}\n`,
    );
    if (options.json !== undefined) {
      const line = { program, benchmark: name, machine: cpus()[0]?.model, ...result };
      appendFileSync(options.json, `${JSON.stringify(line)}\n`);
    }
  }
  for (const name of gone) process.stdout.write(`gone: ${name}\n`);
  process.stdout.write(
    `${rows.length} benchmarks: ${verdicts.slower} slower than ${LIMIT}, ` +
      `${verdicts.unsure} unsure, ${verdicts['no slower']} not\n`,
  );
  process.exitCode = verdicts.slower > 0 || gone.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
