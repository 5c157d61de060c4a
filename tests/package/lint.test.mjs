// What the tarball says about itself: publint, attw, contents, sizes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { packageSizes } from '../../wasm/package_size.mjs';
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
      /^(dist\/[\w./-]+\.(js|d\.ts)|wasm\/tsugi\.(simd|relaxed)\.wasm|package\.json|README\.md|LICENSE)$/,
    );
  }
  for (const name of [
    'dist/web.js',
    'dist/node.js',
    'dist/inline.js',
    'dist/worker.js',
    'dist/worker_client.js',
    'dist/index.d.ts',
    'dist/worker_client.d.ts',
    'wasm/tsugi.simd.wasm',
    'wasm/tsugi.relaxed.wasm',
    'LICENSE',
  ]) {
    assert.ok(files.includes(name), name);
  }
});

test('it depends on nothing and runs no script at installation', () => {
  const manifest = JSON.parse(readFileSync(join(builtPackage, 'package.json'), 'utf8'));
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.scripts, undefined);
});

test('script and engine keep to their budgets after brotli', () => {
  const sizes = packageSizes(builtPackage);
  assert.ok(sizes['web + worker_client + worker'] <= 12 * 1024, JSON.stringify(sizes));
  assert.ok(sizes['tsugi.simd.wasm'] <= 80 * 1024, JSON.stringify(sizes));
  assert.ok(sizes['tsugi.relaxed.wasm'] <= 80 * 1024, JSON.stringify(sizes));
});

test('scripts name files literally, evaluate nothing and make no blob workers', () => {
  for (const entry of ['web', 'node', 'worker', 'worker_client']) {
    const texts = [readFileSync(join(builtPackage, 'dist', `${entry}.js`), 'utf8')];
    for (const [, name] of texts[0].matchAll(/from"(\.\/shared-[\w-]+\.js)"/g)) {
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
