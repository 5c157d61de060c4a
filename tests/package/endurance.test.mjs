// Long use: memory comes back after dispose, and a session of any length stays fast and small.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { consumer, goldenModel, join } from './packed_package.mjs';

const { Recommender } = await import(
  pathToFileURL(createRequire(join(consumer(), 'package.json')).resolve('tsugi'))
);
const bytes = readFileSync(goldenModel('gated_i8'));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
/** Bytes of WebAssembly memories and heap that are still held. */
async function heldBytes() {
  for (let round = 0; round < 4; ++round) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { external, heapUsed, arrayBuffers } = process.memoryUsage();
  return external + heapUsed + arrayBuffers;
}

async function useOnce() {
  const model = await Recommender.load(bytes);
  const session = model.session();
  session.push(model.items({ count: 3 }).map(({ id }) => id));
  session.recommend({ seen: 'keep' });
  model.dispose();
}

test('1,000 models, loaded and disposed, leave no memory behind', async () => {
  for (let i = 0; i < 50; ++i) await useOnce();
  const before = await heldBytes();
  for (let i = 0; i < 1000; ++i) await useOnce();
  const grown = (await heldBytes()) - before;
  assert.ok(grown < 4 * 2 ** 20, `${grown} bytes more after 1,000 loads`);
});

test('10,000 sessions of one model, made and disposed, leave its memory as it was', async () => {
  const model = await Recommender.load(bytes);
  const [first] = model.items({ count: 1 });
  const use = () => {
    const session = model.session();
    session.push([first.id, first.id]);
    session.recommend({ seen: 'keep' });
    model.restore(session.save()).dispose();
    session.dispose();
  };
  for (let i = 0; i < 100; ++i) use();
  const before = model.memoryBytes();
  for (let i = 0; i < 10_000; ++i) use();
  assert.equal(model.memoryBytes(), before);
  model.dispose();
});

test('10,000 sessions of three events take the memory of their events, not of a window', async () => {
  const model = await Recommender.load(bytes);
  const [first] = model.items({ count: 1 });
  const { width, window, layers } = model.info;
  const eventBytes = 4 * width * (2 * layers + 1); // keys, values and the query after it
  const before = model.memoryBytes();
  const sessions = Array.from({ length: 10_000 }, () => {
    const session = model.session();
    for (let i = 0; i < 3; ++i) session.push(first.id);
    return session;
  });
  const each = (model.memoryBytes() - before) / sessions.length;
  assert.ok(each <= 4 * eventBytes + 2048, `${each} bytes each, an event has ${eventBytes}`);
  const long = model.memoryBytes();
  for (let i = 0; i < 1000; ++i) sessions[0].push(first.id);
  const grown = model.memoryBytes() - long;
  assert.ok(grown <= 2.2 * window * eventBytes + 1000 * 64 + 65_536, `${grown} bytes of a long one`);
  assert.equal(sessions[0].rollback(window - 1), 1003 - (window - 1));
  model.dispose();
});

test('10,000 visitors with items of their own leave nothing behind, and no one meets what is another\'s', async (t) => {
  const model = await Recommender.load(goldenModel('tower_i8'));
  const [first] = model.items({ count: 1 });
  const emptySave = model.session().save().length;
  const text = (list) => JSON.stringify(list);
  const visit = (number) => {
    const earlier = model.session();
    earlier.addItems([{ id: `diary ${number}`, title: `secret title of ${number}`, attributes: { kind: [`k${number}`] } }]);
    earlier.push([first.id, `diary ${number}`]);
    const saved = earlier.save();
    earlier.dispose();
    const session = model.restore(saved);
    const seen = text(session.recommend({ k: 1000, seen: 'keep' })) + text(session.search('secret title'));
    assert.ok(seen.includes(`diary ${number}`));
    assert.equal(seen.match(/diary \d+/g).every((id) => id === `diary ${number}`), true);
    const stranger = model.session();
    assert.doesNotMatch(text(stranger.search('secret title', { seen: 'keep' })) + text(stranger.recommend({ k: 1000 })), /diary/);
    assert.equal(stranger.save().length, emptySave);
    assert.equal(model.item(`diary ${number}`), undefined);
    stranger.dispose();
    session.dispose();
  };
  for (let i = 0; i < 200; ++i) visit(i);
  const before = model.memoryBytes();
  const heap = await heldBytes();
  for (let i = 200; i < 10_200; ++i) visit(i);
  assert.equal(model.memoryBytes(), before);
  const grown = (await heldBytes()) - heap;
  t.diagnostic(`${model.memoryBytes()} bytes of the model before and after; ${grown} bytes of heap more`);
  assert.ok(grown < 4 * 2 ** 20, `${grown} bytes more after 10,000 visitors`);
  model.dispose();
});

test('sessions that are dropped without dispose() give their memory back', async () => {
  const model = await Recommender.load(bytes);
  const [first] = model.items({ count: 1 });
  const use = (count) => {
    for (let i = 0; i < count; ++i) model.session().push(first.id);
  };
  use(2000);
  await heldBytes();
  const before = model.memoryBytes();
  for (let round = 0; round < 10; ++round) {
    use(2000);
    await heldBytes();
  }
  assert.equal(model.memoryBytes(), before);
  model.dispose();
});

test('100,000 events of one session: finite scores, and the memory of events alone', async () => {
  const model = await Recommender.load(bytes);
  const ids = model.items().map(({ id }) => id);
  const session = model.session();
  const before = model.memoryBytes();
  let time = 1e12;
  for (let i = 0; i < 100_000; ++i) {
    session.push({ item: ids[(i * i) % ids.length], time: (time += 1000) });
    if (i % 100 !== 0) continue;
    const list = session.recommend({ k: 3, seen: 'keep' });
    assert.equal(list.length, 3);
    assert.ok(list.every(({ score }) => Number.isFinite(score)));
  }
  assert.equal(session.push([]).events, 100_000);
  const grown = model.memoryBytes() - before;
  assert.ok(grown <= 100_000 * 64, `${grown} bytes for 100,000 events`);
  assert.equal(session.rollback(99_990), 10);
  model.dispose();
});
