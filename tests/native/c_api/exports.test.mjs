// The shared library exports the functions of tsugi.h and nothing else: exports.test.mjs NM LIBRARY
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [nm, library] = process.argv.slice(2);
const header = readFileSync(new URL('../../../native/c_api/tsugi.h', import.meta.url), 'utf8')
  .replace(/\/\*[\s\S]*?\*\//g, ' ');
const declared = [...header.matchAll(/TSUGI_API\s[^;(]*?\b(tsugi_\w+)\(/g)].map(([, name]) => name);
assert.ok(declared.length >= 16 && declared.length <= 56, `${declared.length} functions, at most 56`);

const symbols = execFileSync(nm, ['-D', '--defined-only', library], { encoding: 'utf8' });
const exported = symbols.trim().split('\n').map((line) => line.split(' ').at(-1));
assert.deepEqual(exported.sort(), declared.sort());
