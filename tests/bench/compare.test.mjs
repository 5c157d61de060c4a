// The statistics of bench/compare.mjs, and its exit code on programs that stand in for benchmarks.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { medianInterval, nanoseconds, verdictOf } from '../../bench/compare.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), '../../bench/compare.mjs');
const scratch = mkdtempSync(join(tmpdir(), 'tsugi-compare-'));
after(() => rmSync(scratch, { recursive: true }));

const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

test('the interval of a median is the one of the sign test', () => {
  // Ranks and coverage from the binomial table (n fair coins).
  const table = [
    [6, 1, 0.96875],
    [15, 4, 0.96484],
    [20, 6, 0.95861],
    [45, 16, 0.96429],
  ];
  for (const [n, rank, confidence] of table) {
    const interval = medianInterval(upTo(n).reverse());
    assert.equal(interval.low, rank, `n = ${n}`);
    assert.equal(interval.high, n + 1 - rank, `n = ${n}`);
    assert.ok(Math.abs(interval.confidence - confidence) < 1e-4, `n = ${n}: ${interval.confidence}`);
    assert.equal(interval.median, (n + 1) / 2);
  }
});

test('too few values bound nothing', () => {
  assert.deepEqual(medianInterval([3, 1, 2, 5, 4]), {
    median: 3,
    low: -Infinity,
    high: Infinity,
    confidence: 1,
  });
});

test('the interval covers the true median as often as it says', () => {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let covered = 0;
  for (let trial = 0; trial < 4000; trial += 1) {
    const { low, high } = medianInterval(upTo(15).map(() => uniform() ** 3));  // skewed; median 1/8
    if (low <= 0.125 && 0.125 <= high) covered += 1;
  }
  assert.ok(Math.abs(covered / 4000 - 0.9648) < 0.012, `${covered / 4000}`);
});

test('a verdict says what the interval shows', () => {
  assert.equal(verdictOf({ low: 1.031, high: 1.2 }), 'slower');
  assert.equal(verdictOf({ low: 0.9, high: 1.029 }), 'no slower');
  assert.equal(verdictOf({ low: 1.0, high: 1.03 }), 'unsure');
  assert.equal(verdictOf({ low: 1.03, high: 1.1 }), 'unsure');
});

test('times are of the processor, unless the benchmark measures its own', () => {
  const times = { real_time: 9, cpu_time: 2, time_unit: 'us' };
  assert.equal(nanoseconds({ name: 'Scan/64', ...times }), 2000);
  assert.equal(nanoseconds({ name: 'Scan/64/manual_time', ...times }), 9000);
  assert.equal(nanoseconds({ name: 'Load/real_time', ...times, time_unit: 'ms' }), 9e6);
});

/** A build folder with one program, whose benchmarks take the given times in ns. */
function fakeBuild(name, times) {
  const folder = join(scratch, name, 'bench/kernels');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'bench_fake');
  const results = Object.entries(times).map(([each, time]) => {
    const result = { name: each, real_time: 0, cpu_time: time, time_unit: 'ns' };
    return `'--benchmark_filter=^${each}$') echo '${JSON.stringify({ benchmarks: [result] })}' ;;`;
  });
  const list = `--benchmark_list_tests=true) echo '${Object.keys(times).join('\n')}' ;;`;
  writeFileSync(program, ['#!/bin/sh', 'case $1 in', list, ...results, 'esac', ''].join('\n'));
  chmodSync(program, 0o755);
  return join(scratch, name);
}

const compare = (...args) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

test('a slower benchmark fails the comparison, and its line says so', () => {
  const base = fakeBuild('base', { 'Scan/N:8': 100, 'Scan/N:80': 100 });
  const slow = fakeBuild('slow', { 'Scan/N:8': 105, 'Scan/N:80': 101 });
  const json = join(scratch, 'lines.jsonl');
  const { status, stdout } = compare(base, slow, '--json', json);
  assert.equal(status, 1, stdout);
  assert.match(stdout, /Scan\/N:8 .* 1\.050 .*45 +slower/);
  assert.match(stdout, /Scan\/N:80 .* 1\.010 .*15 +no slower/);
  const lines = readFileSync(json, 'utf8').trim().split('\n').map(JSON.parse);
  assert.deepEqual(
    lines.map(({ benchmark, verdict, pairs }) => [benchmark, verdict, pairs]),
    [
      ['Scan/N:8', 'slower', 45],
      ['Scan/N:80', 'no slower', 15],
    ],
  );
});

test('names select, equal builds pass, a benchmark that is gone does not', () => {
  const base = join(scratch, 'base');
  const { status, stdout } = compare(base, base, 'N:80');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /1 benchmarks: 0 slower/);
  const fewer = fakeBuild('fewer', { 'Scan/N:80': 100 });
  const after = compare(base, fewer);
  assert.equal(after.status, 1);
  assert.match(after.stdout, /gone: bench_fake Scan\/N:8\n/);
});

test('wrong use says what is expected', () => {
  assert.equal(compare('/nowhere').status, 2);
  assert.match(compare('/nowhere', '/nowhere').stderr, /does not exist. Try: /);
  assert.match(compare('/nowhere', '/nowhere', '--pairs', '5').stderr, /at least 15/);
});
