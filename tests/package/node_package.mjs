// The package in Node, installed from its tarball, for tests of it: one folder a test file.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { consumer, goldenModel, join } from './packed_package.mjs';
import { startServer } from './test_server.mjs';

export const folder = consumer();
export const { Recommender, TsugiError } = await import(
  pathToFileURL(createRequire(join(folder, 'package.json')).resolve('tsugi'))
);
export const modelPath = goldenModel('gated_i8');
export const bytes = readFileSync(modelPath);
export const sri = (data) => `sha256-${createHash('sha256').update(data).digest('base64')}`;

/** Serves the golden model and the engine; started before the first test. */
export let server;
before(async () => {
  server = await startServer({
    folder,
    files: {
      'model.tsugi': modelPath,
      'tsugi.simd.wasm': join(folder, 'node_modules/tsugi/wasm/tsugi.simd.wasm'),
    },
  });
});
after(() => server.close());

/** Checks that it rejects, or throws, with a TsugiError of the code and words of the message. */
export async function fails(code, words, action) {
  let result;
  try {
    result = await action();
  } catch (error) {
    assert.ok(error instanceof TsugiError, error.stack);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return error;
  }
  assert.fail(`expected ${code}, got ${JSON.stringify(result)}`);
}

/** Calls `action` with a session of a golden model, and the model. */
export async function withSession(action, name = 'gated_i8') {
  const model = await Recommender.load(goldenModel(name));
  try {
    return await action(model.session(), model);
  } finally {
    model.dispose();
  }
}
