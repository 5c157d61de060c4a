// Installs the tools of these tests, unless they are there, and runs tests/wasm/src and tests/package on
// a built package:
//   node run.mjs --package DIR --tools DIR [TEST...]
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const {
  values: { package: builtPackage, tools },
  positionals,
} = parseArgs({
  allowPositionals: true,
  options: { package: { type: 'string' }, tools: { type: 'string' } },
});
if (builtPackage === undefined || tools === undefined) {
  process.stderr.write('usage: node run.mjs --package DIR --tools DIR [TEST...]\n');
  process.exit(2);
}

function run(program, args, options) {
  const { status } = spawnSync(program, args, { stdio: 'inherit', ...options });
  if (status !== 0) process.exit(status ?? 1);
}

const manifest = join(tools, 'package.json');
const isInstalled =
  existsSync(join(tools, 'node_modules')) &&
  existsSync(manifest) &&
  readFileSync(manifest, 'utf8') === readFileSync(join(here, 'package.json'), 'utf8');
if (!isInstalled) {
  mkdirSync(tools, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(here, name), join(tools, name));
  run('npm', ['ci', '--ignore-scripts'], { cwd: tools });
}
const tests =
  positionals.length > 0
    ? positionals.map((path) => resolve(path))
    : [join(here, '../wasm/src'), here].flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.test.mjs'))
          .map((name) => join(folder, name)),
      );
run(process.execPath, ['--test', '--test-concurrency=1', ...tests], {
  env: {
    ...process.env,
    TSUGI_PACKAGE: resolve(builtPackage),
    TSUGI_PACKAGE_TEST_TOOLS: resolve(tools),
  },
});
