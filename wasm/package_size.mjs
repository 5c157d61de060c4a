// What the package costs to download, and what its engine may cost: node package_size.mjs PACKAGE
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

/** What the engine may take after brotli, in bytes: the parts of before November 2026, and what each step
 * since then added to the relaxed build, the larger one, as measured (bench/RESULTS.md, Size). */
export const ENGINE_BYTES = 80 * 1024;
export const NEW_PARTS = {
  'item vectors': 1000,
  'word vectors': 1050,
  'codes of word vectors': 405,
  'search by words, item counts': 3075,
  'room asked for, undone halves, given vectors imagined': 1180,
  'scores of lists that must be finite': 90,
  'removed items that stay so, own items that hide others': 210,
  'dislikes, popularity, likeness, shelves, events, items as JSON': 5130,
  'events left out for explanations, sessions that grow, likeness in one scan': 1320,
};
export const WITH_ALL_PARTS = 96 * 1024;
export const engineBudget = Object.values(NEW_PARTS).reduce((sum, bytes) => sum + bytes, ENGINE_BYTES);

const brotli = (path) => brotliCompressSync(readFileSync(path)).length;

/** An entry and every file that it imports. */
function closure(dist, entry) {
  const files = new Set([entry]);
  for (const file of files) {
    const source = readFileSync(join(dist, file), 'utf8');
    for (const [, name] of source.matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)) files.add(name);
  }
  return [...files];
}

const total = (dist, entries) =>
  [...new Set(entries.flatMap((entry) => closure(dist, entry)))].reduce(
    (bytes, file) => bytes + brotli(join(dist, file)),
    0,
  );

/** Bytes after brotli, by what a page loads. */
export function packageSizes(folder) {
  const dist = join(folder, 'dist');
  const sizes = {};
  for (const name of ['web', 'worker_client', 'worker', 'node', 'inline'])
    sizes[name] = total(dist, [`${name}.js`]);
  sizes['web + worker_client + worker'] = total(dist, ['web.js', 'worker_client.js', 'worker.js']);
  for (const name of readdirSync(join(folder, 'wasm')))
    sizes[name] = brotli(join(folder, 'wasm', name));
  return sizes;
}

export function printSizes(folder) {
  for (const [name, bytes] of Object.entries(packageSizes(folder))) {
    process.stdout.write(`${String(bytes).padStart(8)} bytes brotli  ${name}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printSizes(process.argv[2]);
