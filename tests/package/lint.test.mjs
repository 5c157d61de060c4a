// What the tarball says about itself: publint, attw, contents, sizes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  engineBudget,
  NEW_PARTS,
  packageSizes,
  WITH_ALL_PARTS,
} from '../../wasm/package_size.mjs';
import {
  builtPackage,
  join,
  packTarball,
  runOk,
  temporaryFolder,
  tool,
} from './packed_package.mjs';

const folder = temporaryFolder();
const tarball = packTarball(folder);

test('publint finds nothing to say', async () => {
  const { publint } = await import(tool('publint/src/index-node.js'));
  const { messages } = await publint({ pkgDir: builtPackage, strict: true });
  assert.deepEqual(messages, []);
});

test('attw finds the types of every entry right for every resolution of ES modules', () => {
  // esm-only: CommonJS callers reach it with import(); node10 knows no exports.
  runOk(
    process.execPath,
    [
      tool('@arethetypeswrong/cli/dist/index.js'),
      tarball,
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      './wasm/*',
    ],
    { cwd: folder },
  );
});

test('the tarball holds the package and nothing else', () => {
  const files = runOk('tar', ['tzf', tarball])
    .trim()
    .split('\n')
    .map((name) => name.replace(/^package\//, ''));
  for (const name of files) {
    assert.match(
      name,
      /^(dist\/[\w./-]+\.(js|js\.map|d\.ts)|wasm\/tsugi\.(simd|relaxed)\.wasm|package\.json|README\.md|LICENSE|THIRD_PARTY_NOTICES)$/,
    );
  }
  for (const name of [
    'dist/web.js',
    'dist/node.js',
    'dist/inline.js',
    'dist/worker.js',
    'dist/worker_client.js',
    'dist/web.d.ts',
    'dist/worker_client.d.ts',
    'wasm/tsugi.simd.wasm',
    'wasm/tsugi.relaxed.wasm',
    'LICENSE',
    'THIRD_PARTY_NOTICES',
  ]) {
    assert.ok(files.includes(name), name);
  }
});

test('it names the licences of what is linked into the engine', () => {
  const text = readFileSync(join(builtPackage, 'THIRD_PARTY_NOTICES'), 'utf8');
  for (const name of [
    'XNNPACK',
    'pthreadpool',
    'FP16',
    'FXdiv',
    'FlatBuffers',
    'libc++',
    'Emscripten',
    'musl',
  ]) {
    assert.ok(
      text.split('\n').some((line) => line.startsWith(name)),
      name,
    );
  }
  assert.match(text, /Redistributions in binary form must reproduce the above copyright/);
});

test('its scripts have source maps with the sources in them, but not the engine', () => {
  const dist = join(builtPackage, 'dist');
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.js'))) {
    assert.match(
      readFileSync(join(dist, name), 'utf8'),
      new RegExp(`sourceMappingURL=${name}.map$`),
    );
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(dist, `${name}.map`), 'utf8'));
    assert.ok(sources.length > 0 && sources.every((source) => source.startsWith('../src/')), name);
    assert.ok(
      sourcesContent.every((text) => text.length > 20 && text.length < 40_000),
      name,
    );
  }
});

test('an uncaught error in Node prints a line that can be read', () => {
  for (const name of ['node', 'inline']) {
    const lines = readFileSync(join(builtPackage, 'dist', `${name}.js`), 'utf8').split('\n');
    const code = lines.map((line) => line.replace(/"[A-Za-z0-9+/=]{100000,}"/, '').length);
    assert.ok(Math.max(...code) < 1500 && lines.length > 20, `${name}: ${Math.max(...code)}`);
  }
});

test('it depends on nothing and runs no script at installation', () => {
  const manifest = JSON.parse(readFileSync(join(builtPackage, 'package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
});

test('script and engine keep to their budgets after brotli', (context) => {
  const sizes = packageSizes(builtPackage);
  for (const [name, bytes] of Object.entries(NEW_PARTS)) context.diagnostic(`${name}: ${bytes} bytes`);
  assert.ok(engineBudget <= WITH_ALL_PARTS);
  assert.ok(sizes.web <= 14 * 1024, JSON.stringify(sizes));
  assert.ok(sizes['web + worker_client + worker'] <= 14 * 1024, JSON.stringify(sizes));
  assert.ok(sizes['tsugi.simd.wasm'] <= engineBudget, JSON.stringify(sizes));
  assert.ok(sizes['tsugi.relaxed.wasm'] <= engineBudget, JSON.stringify(sizes));
});

test('scripts name files literally, evaluate nothing and make no blob workers', () => {
  for (const entry of ['web', 'node', 'worker', 'worker_client']) {
    const texts = [readFileSync(join(builtPackage, 'dist', `${entry}.js`), 'utf8')];
    for (const [, name] of texts[0].matchAll(/from"(\.\/[\w-]+\.js)"/g)) {
      texts.push(readFileSync(join(builtPackage, 'dist', name), 'utf8'));
    }
    const script = texts.join('\n');
    assert.doesNotMatch(script, /\beval\(|new Function\(|createObjectURL/);
    const literal =
      entry === 'worker_client'
        ? 'new URL("./worker.js",import.meta.url)'
        : 'new URL("../wasm/tsugi.simd.wasm",import.meta.url)';
    assert.ok(script.includes(literal), `${entry}: ${literal}`);
  }
});
