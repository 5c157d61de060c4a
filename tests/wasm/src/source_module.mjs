// A module of wasm/src, compiled for Node. The sources must have been generated: wasm/build.mjs does.
import { rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const requireTool = createRequire(join(process.env.TSUGI_PACKAGE_TEST_TOOLS, 'package.json'));
const sources = fileURLToPath(new URL('../../../wasm/src', import.meta.url));

/** The exports of the named modules in one object. */
export async function sourceModules(...names) {
  const { buildSync } = requireTool('esbuild');
  const contents = names.map((name) => `export * from './${name}.js';`).join('\n');
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: sources, loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    write: false,
  });
  const folder = mkdtempSync(join(tmpdir(), 'tsugi-wasm-'));
  try {
    writeFileSync(join(folder, 'module.mjs'), outputFiles[0].contents);
    return await import(pathToFileURL(join(folder, 'module.mjs')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
