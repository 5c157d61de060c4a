// The page compiles against the types of the built package.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { demoFolder, removeWorkFolder, setting, workFolder } from './film_shelf.mjs';

after(removeWorkFolder);

test('the page compiles against the types of the built package', () => {
  const config = join(workFolder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({
    extends: join(demoFolder, 'tsconfig.json'),
    compilerOptions: { paths: { 'tsugi/worker': [join(setting('TSUGI_PACKAGE'), 'dist/worker_client.d.ts')] } },
    include: [join(demoFolder, 'src')] }));
  const compiler = join(demoFolder, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
