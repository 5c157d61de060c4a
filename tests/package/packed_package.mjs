// The package as its users get it: packed, and installed from the tarball into folders of its own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const required = (name) => {
  assert.ok(process.env[name], `set ${name}; tests/package/run.mjs does`);
  return process.env[name];
};

/** The folder that wasm/build.mjs wrote. */
export const builtPackage = required('TSUGI_PACKAGE');
/** Where node_modules with the tools of package.json are. */
export const tools = required('TSUGI_PACKAGE_TEST_TOOLS');
export const requireTool = createRequire(join(tools, 'package.json'));
export const tool = (path) => join(tools, 'node_modules', path);

const source = fileURLToPath(new URL('../..', import.meta.url));
export const goldenModel = (name) => join(source, 'tests/golden/models/v1', `${name}.tsugi`);

export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}

export function runOk(program, args, options) {
  const { status, output } = run(program, args, options);
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${output}`);
  return output;
}

/** A folder that goes when the tests of the file have ended. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'tsugi-package-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** npm pack; returns the tarball's path. */
export function packTarball(folder) {
  runOk('npm', ['pack', builtPackage, '--pack-destination', folder, '--silent', '--offline'], {
    cwd: folder,
  });
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

/** An empty project with tsugi installed from its tarball. */
export function consumer({ linked = [] } = {}) {
  const folder = temporaryFolder();
  const tarball = packTarball(folder);
  writeFileSync(join(folder, 'package.json'), '{"name":"consumer","private":true,"type":"module"}');
  runOk('npm', ['install', tarball, '--offline', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: folder,
  });
  for (const name of linked) {
    mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
    symlinkSync(tool(name), join(folder, 'node_modules', name), 'dir');
  }
  return folder;
}

export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export { cpSync, join };
