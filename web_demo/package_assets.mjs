// An esbuild plugin for packages that name their files as new URL('./file', import.meta.url):
// workers are bundled, other files copied, each under a name with its content hash, next to the
// script that names it.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';

const REFERENCE = /new URL\(\s*(['"`])(\.{1,2}\/[^'"`]+)\1\s*,\s*import\.meta\.url\s*\)/g;

/** "engine.wasm" and its bytes -> "engine-1a2b3c4d.wasm". */
export function hashedName(path, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
  return `${basename(path, extname(path))}-${hash}${extname(path)}`;
}

async function bundleWorker(esbuild, path, options) {
  const result = await esbuild.build({ ...options, entryPoints: [path], write: false });
  return result.outputFiles[0].contents;
}

/** `packageFolder` is where the package lies; `emit(name, bytes)` takes each file. */
export function packageAssets({ esbuild, packageFolder, emit, workerOptions }) {
  const emitted = new Map();
  const add = (path) => {
    if (!emitted.has(path)) {
      emitted.set(path, (async () => {
        const isScript = /\.m?js$/.test(path);
        const bytes = isScript ? await bundleWorker(esbuild, path,
          workerOptions(plugin)) : await readFile(path);
        const name = hashedName(path, bytes);
        await emit(name, bytes);
        return name;
      })());
    }
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
