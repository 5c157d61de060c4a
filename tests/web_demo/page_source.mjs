// Loads one module of the page's TypeScript, bundled on the fly.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const demoFolder = join(dirname(fileURLToPath(import.meta.url)), '../../web_demo');
/** Requires what the page's own node_modules hold; `npm ci` in web_demo/ installs it. */
export const fromDemo = createRequire(join(demoFolder, 'package.json'));

export async function loadSource(name) {
  const { outputFiles } = await fromDemo('esbuild').build({ bundle: true, format: 'esm',
    write: false,
    target: 'es2022', entryPoints: [join(demoFolder, 'src', name)], external: ['tsugi/worker'] });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
