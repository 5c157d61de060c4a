// Builds the demo page: node build.mjs --package DIR --out DIR [--model FILE] [--popular FILE]
//   --package   the built npm package `tsugi`
//   --model     a .tsugi file; without it the page says how to make one
//   --popular   JSON list of item ids, best known first
// Every file but the page carries its content hash in its name, so caches never hold a wrong one.
// Text and engine get compressed copies beside them (.br, .gz), so that no server compresses at run time.
import * as esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { POLICY } from './serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({ options: {
  package: { type: 'string' }, out: { type: 'string', default: join(here, 'dist') },
  model: { type: 'string' }, popular: { type: 'string' } } });

function fail(message) {
  process.stderr.write(`web_demo/build.mjs: ${message}\n`);
  process.exit(1);
}
if (options.package === undefined) fail('--package DIR is missing: the built npm package `tsugi`');
const packageFolder = resolve(options.package);
if (!existsSync(join(packageFolder, 'package.json'))) {
  fail(`${packageFolder} holds no package.json; build the package first`);
}

// Built aside and renamed at the end, so that a failed build leaves the last good page in place.
const out = resolve(options.out);
const stage = `${out}.new`;
const scripts = join(stage, 'assets');
await rm(stage, { recursive: true, force: true });
await mkdir(scripts, { recursive: true });

// The page imports the package by its public name, from wherever it was built.
const modules = `${out}.modules`;
await rm(modules, { recursive: true, force: true });
await mkdir(modules, { recursive: true });
await symlink(packageFolder, join(modules, 'tsugi'), 'dir');

const shared = { bundle: true, format: 'esm', target: 'es2022', minify: true, legalComments: 'none',
  logLevel: 'warning', logOverride: { 'ignored-bare-import': 'silent' },
    loader: { '.woff2': 'file' }, nodePaths: [modules], absWorkingDir: here };

const REFERENCE = /new URL\(\s*(['"`])(\.{1,2}\/[^'"`]+)\1\s*,\s*import\.meta\.url\s*\)/g;

/** "engine.wasm" and its bytes -> "engine-1a2b3c4d.wasm". */
function hashedName(path, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  return `${basename(path, extname(path))}-${hash}${extname(path)}`;
}

/**
 * An esbuild plugin for a package that names its files as new URL('./file', import.meta.url): workers
 * are bundled, other files copied, each under a name with its content hash, next to the script that
 * names it.
 */
function packageAssets() {
  const emitted = new Map();
  const bundleWorker = async (path) => (await esbuild.build({ ...shared, loader: {},
    plugins: [plugin], entryPoints: [path], write: false })).outputFiles[0].contents;
  const emit = async (path) => {
    const bytes = /\.m?js$/.test(path) ? await bundleWorker(path) : await readFile(path);
    const name = hashedName(path, bytes);
    await writeFile(join(scripts, name), bytes);
    return name;
  };
  const add = (path) => {
    if (!emitted.has(path)) emitted.set(path, emit(path));
    return emitted.get(path);
  };
  const inside = new RegExp(`^${packageFolder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/.*\\.m?js$`);
  const plugin = {
    name: 'package-assets',
    setup(build) {
      build.onLoad({ filter: inside }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        const names = new Map();
        for (const [, , reference] of text.matchAll(REFERENCE)) {
          names.set(reference, await add(resolve(dirname(path), reference)));
        }
        const contents = text.replace(REFERENCE, (_, quote, reference) =>
          `new URL(${quote}./${names.get(reference)}${quote}, import.meta.url)`);
        return { contents, loader: 'js', resolveDir: dirname(path) };
      });
    },
  };
  return plugin;
}

async function buildScripts() {
  const result = await esbuild.build({ ...shared, outdir: scripts, metafile: true,
    entryPoints: { main: 'src/main.ts', style: 'style.css' }, entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]', plugins: [packageAssets()] });
  const outputOf = (entry) => {
    const found = Object.entries(result.metafile.outputs).find(([, file]) =>
      file.entryPoint === entry);
    return relative(stage, resolve(here, found[0]));
  };
  return { '%SCRIPT%': outputOf('src/main.ts'), '%STYLE%': outputOf('style.css') };
}

async function buildPage(names) {
  let html = await readFile(join(here, 'index.html'), 'utf8');
  for (const [mark, text] of Object.entries({ ...names, '%POLICY%': POLICY })) html = html.replace(mark, text);
  await writeFile(join(stage, 'index.html'), html);
  for (const name of ['manifest.webmanifest', 'icon.svg']) {
    await writeFile(join(stage, name), await readFile(join(here, name)));
  }
}

/** Licences of what the page ships: the engine and what is linked into it, and the fonts. */
async function addLicences() {
  const fonts = join(here, 'node_modules');
  const names = Object.keys(JSON.parse(await readFile(join(here, 'package.json'), 'utf8')).devDependencies)
    .filter((name) => name.startsWith('@fontsource'));
  const files = [['tsugi', join(packageFolder, 'LICENSE')], ['', join(packageFolder, 'THIRD_PARTY_NOTICES')],
    ...names.map((name) => [`The font ${name.split('/')[1]}`, join(fonts, name, 'LICENSE')])];
  const texts = await Promise.all(files.map(async ([title, path]) => `${title}\n\n${await readFile(path, 'utf8')}`));
  await writeFile(join(stage, 'licences.txt'), texts.join(`\n${'='.repeat(80)}\n`));
}

async function addModel(path) {
  if (path === undefined) return null;
  const bytes = await readFile(path);
  const name = hashedName(path, bytes);
  await writeFile(join(scripts, name), bytes);
  const integrity = `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
  return { url: `assets/${name}`, bytes: bytes.length, integrity };
}

const COMPRESSED = new Set(['.html', '.txt', '.js', '.css', '.json', '.svg', '.webmanifest', '.wasm']);

/** {"simd128": 41000, "relaxed": 43000}: what each engine build costs to download. */
async function engineBytes() {
  const sizes = {};
  for (const name of await readdir(scripts)) {
    if (!name.endsWith('.wasm')) continue;
    const build = /relaxed/.test(name) ? 'relaxed' : 'simd128';
    sizes[build] = brotliCompressSync(await readFile(join(scripts, name))).length;
  }
  return sizes;
}

/** The files of the page so far, as paths below its folder. */
async function pageFiles() {
  return (await readdir(stage, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(stage, join(entry.parentPath ?? entry.path, entry.name))).sort();
}

/** The worker knows the hash of every file of this build, and keeps nothing else. */
async function buildServiceWorker() {
  const hashes = {};
  for (const name of await pageFiles()) {
    const hash = createHash('sha256').update(await readFile(join(stage, name))).digest('base64');
    hashes[name === 'index.html' ? './' : name] = hash;
  }
  const build = createHash('sha256').update(JSON.stringify(hashes)).digest('hex').slice(0, 12);
  await esbuild.build({ ...shared, entryPoints: ['src/service_worker.ts'],
    outfile: join(stage, 'service_worker.js'), format: 'iife', define: {
      BUILD_FILES: JSON.stringify(hashes), BUILD_HASH: JSON.stringify(build) } });
}

/** Leaves out copies that are hardly smaller: they save nothing. */
async function compressFiles() {
  for (const name of await pageFiles()) {
    if (!COMPRESSED.has(extname(name))) continue;
    const path = join(stage, name);
    const bytes = await readFile(path);
    for (const [end, copy] of [['.br', brotliCompressSync(bytes)], ['.gz', gzipSync(bytes, { level: 9 })]]) {
      if (copy.length < 0.95 * bytes.length) await writeFile(path + end, copy);
    }
  }
}

const names = await buildScripts();
await buildPage(names);
await addLicences();
const model = await addModel(options.model);
const popular = options.popular === undefined ? [] : JSON.parse(await readFile(options.popular,
  'utf8'));
await writeFile(join(stage, 'build.json'),
  JSON.stringify({ model, engineBytes: await engineBytes(), popular }));
await buildServiceWorker();
const { length: count } = await pageFiles();
await compressFiles();
await rm(out, { recursive: true, force: true });
await rename(stage, out);
await rm(modules, { recursive: true, force: true });
process.stdout.write(`${out}: ${count} files, model ${model === null ? 'missing' : basename(model.url)}\n`);
