// The JavaScript that stands in documents runs in Node with the installed package and golden models.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { blocksOf, documents, nameOf } from '../examples/blocks.mjs';
import { consumer, goldenModel, join } from './packed_package.mjs';

/** The golden model that has the parts a block calls for. */
const modelFor = (code) => {
  const parts = { '.imagine(': 'imagine_i8', '.intent(': 'intent_i8', 'vectors: {': 'vectors_i8' };
  const known = Object.keys(parts).find((call) => code.includes(call));
  return parts[known] ?? 'semantic_i8';
};

const folder = consumer();
const blocks = documents()
  .flatMap(blocksOf)
  .filter(({ language }) => language === 'js');

/** What a block may use without saying so, and the names and widths that golden models have. */
function moduleOf(code) {
  const given = [];
  if (!code.includes('import {')) given.push("import { Recommender } from 'tsugi';");
  if (!/\bmodel =/.test(code)) given.push("const model = await Recommender.load('/model.tsugi');");
  if (!/\bsession =/.test(code)) given.push('const session = model.session();');
  return `${given.join(' ')} ${code}`
    .replaceAll("'/model.tsugi'", "'model.tsugi'")
    .replaceAll('B00123', 'B00-1')
    .replaceAll('B00456', 'B00-2')
    .replaceAll('Float32Array(512)', 'Float32Array(3)');
}

test('documents have examples', () => assert.ok(blocks.length >= 3));
blocks.forEach((block, i) => {
  test(`${nameOf(block)} runs`, () => {
    copyFileSync(goldenModel(modelFor(block.text)), join(folder, 'model.tsugi'));
    const name = `example_${i}.mjs`;
    writeFileSync(join(folder, name), moduleOf(block.text));
    const result = spawnSync(process.execPath, [name], { cwd: folder, encoding: 'utf8' });
    assert.equal(result.status, 0, `${block.text}\n${result.stderr}`);
  });
});
