// A project without configuration under each bundler; only what the bundler wrote is served.
import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'node:test';
import { expectLists, onPage, PAGE, PAGE_SCRIPT, STRICT_CSP } from './browser.mjs';
import { consumer, goldenModel, join, requireTool, runOk, tool, write } from './packed_package.mjs';
import { startServer } from './test_server.mjs';

const model = { 'model.tsugi': goldenModel('gated_i8') };

/** Serves a folder under a strict policy and expects lists there, relaxed unless told otherwise. */
async function expectListsFrom(folder, build = 'relaxed') {
  const server = await startServer({
    folder,
    files: model,
    headers: { 'content-security-policy': STRICT_CSP },
  });
  try {
    await onPage(`${server.url}/`, async (page, errors) => {
      assert.equal(await expectLists(page, '/model.tsugi'), build);
      assert.deepEqual(errors, []);
    });
  } finally {
    await server.close();
  }
}

const vite = () => import(pathToFileURL(tool('vite/dist/node/index.js')));

describe('Vite', () => {
  test('its build', async () => {
    const folder = consumer();
    write(folder, { 'index.html': PAGE.replace('./SCRIPT', '/page.js'), 'page.js': PAGE_SCRIPT });
    await (await vite()).build({ root: folder, logLevel: 'warn', configFile: false });
    await expectListsFrom(join(folder, 'dist'));
  });
  test('its development server', async () => {
    const folder = consumer();
    write(folder, { 'index.html': PAGE.replace('./SCRIPT', '/page.js'), 'page.js': PAGE_SCRIPT });
    cpSync(model['model.tsugi'], join(folder, 'public/model.tsugi'));
    const server = await (
      await vite()
    ).createServer({
      root: folder,
      logLevel: 'warn',
      configFile: false,
      server: { port: 0, host: '127.0.0.1', hmr: false },
    });
    await server.listen();
    try {
      await onPage(`http://127.0.0.1:${server.httpServer.address().port}/`, async (page) => {
        assert.equal(await expectLists(page, '/model.tsugi'), 'relaxed');
      });
    } finally {
      await server.close();
    }
  });
});

test('webpack', async () => {
  const folder = consumer();
  write(folder, { 'page.js': PAGE_SCRIPT, 'dist/index.html': PAGE.replace('SCRIPT', 'main.js') });
  const webpack = requireTool('webpack');
  const stats = await new Promise((resolve, reject) =>
    webpack(
      {
        mode: 'production',
        context: folder,
        entry: './page.js',
        output: { path: join(folder, 'dist') },
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    ),
  );
  assert.deepEqual(stats.toJson().errors, []);
  assert.deepEqual(
    stats.toJson().warnings.filter(({ message }) => !/size limit|asset size/.test(message)),
    [],
  );
  await expectListsFrom(join(folder, 'dist'));
});

describe('a bundle for a server that moves the engine', () => {
  const script = `
    import { Recommender } from 'tsugi';
    Recommender.load('model.tsugi').catch(({ code, message }) => console.log(code, message));`;
  const expected = /^engine_unavailable .*'tsugi\/inline'.*'wasm'.*serverExternalPackages/;
  test('webpack, as Next calls it for route handlers, says what to do', async () => {
    const folder = consumer();
    write(folder, { 'page.mjs': script });
    const config = {
      mode: 'production',
      target: 'node',
      context: folder,
      entry: './page.mjs',
      module: { parser: { javascript: { url: 'relative' } } },
      output: { path: join(folder, 'dist'), publicPath: '/_next/' },
      resolve: { conditionNames: ['browser', 'import'] },
    };
    await new Promise((resolve, reject) =>
      requireTool('webpack')(config, (error, stats) =>
        error || stats.hasErrors() ? reject(error ?? stats.toString()) : resolve(),
      ),
    );
    assert.match(runOk(process.execPath, ['dist/main.js'], { cwd: folder }), expected);
  });
  test('esbuild as CommonJS, which knows no import.meta.url, says what to do', async () => {
    const folder = consumer();
    write(folder, { 'page.mjs': script });
    await requireTool('esbuild').build({
      absWorkingDir: folder,
      entryPoints: ['page.mjs'],
      outfile: 'dist/page.cjs',
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'silent',
    });
    assert.match(runOk(process.execPath, ['dist/page.cjs'], { cwd: folder }), expected);
  });
});

describe('esbuild', () => {
  const build = (options) =>
    requireTool('esbuild').build({
      bundle: true,
      format: 'esm',
      minify: true,
      logLevel: 'error',
      ...options,
    });

  test('the inline entry needs nothing', async () => {
    const folder = consumer();
    const script =
      "import { Recommender, TsugiError } from 'tsugi/inline';\nglobalThis.tsugi = { Recommender, TsugiError };\n";
    write(folder, { 'page.js': script, 'dist/index.html': PAGE.replace('SCRIPT', 'page.js') });
    await build({ absWorkingDir: folder, entryPoints: ['page.js'], outdir: 'dist' });
    assert.deepEqual(readdirSync(join(folder, 'dist')).sort(), ['index.html', 'page.js']);
    await expectListsFrom(join(folder, 'dist'), 'simd128');
  });
  test('the engine by its file loader', async () => {
    const folder = consumer();
    const script = `
      import { Recommender as Base, TsugiError } from 'tsugi';
      import simd128 from 'tsugi/wasm/tsugi.simd.wasm';
      import relaxed from 'tsugi/wasm/tsugi.relaxed.wasm';
      const wasm = { simd128, relaxed };
      const Recommender = { load: (source) => Base.load(source, { wasm }) };
      globalThis.tsugi = { Recommender, TsugiError };`;
    write(folder, { 'page.js': script, 'dist/index.html': PAGE.replace('SCRIPT', 'page.js') });
    await build({
      absWorkingDir: folder,
      entryPoints: ['page.js'],
      outdir: 'dist',
      loader: { '.wasm': 'file' },
    });
    await expectListsFrom(join(folder, 'dist'));
  });
  test('the worker as a second entry, the engine copied', async () => {
    const folder = consumer();
    write(folder, {
      'page.js': PAGE_SCRIPT,
      'dist/index.html': PAGE.replace('./SCRIPT', './js/page.js'),
    });
    await build({
      absWorkingDir: folder,
      outdir: 'dist/js',
      entryPoints: { page: 'page.js', worker: 'node_modules/tsugi/dist/worker.js' },
    });
    cpSync(join(folder, 'node_modules/tsugi/wasm'), join(folder, 'dist/wasm'), { recursive: true });
    await expectListsFrom(join(folder, 'dist'));
  });
});
