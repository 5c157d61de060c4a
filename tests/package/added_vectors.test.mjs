// Vectors that other models made of added items, in Node and in a worker of a page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { onPage, PAGE, PAGE_SCRIPT } from './browser.mjs';
import { folder, Recommender } from './node_package.mjs';
import { goldenModel, write } from './packed_package.mjs';
import { startServer } from './test_server.mjs';

const load = () => Recommender.load(goldenModel('tower_i8'));

describe('vectors of added items', () => {
  const loadVectors = () => Recommender.load(goldenModel('vectors_i8'));
  /** The score of every item, by id. */
  const scoresOf = (session) =>
    Object.fromEntries(
      session.recommend({ k: 100, seen: 'keep' }).map(({ item, score }) => [item, score]),
    );

  test('are those of the modalities of the model, in arrays of any kind', async () => {
    const model = await loadVectors();
    assert.deepEqual(model.info.modalities, [
      { name: 'image', width: 3 },
      { name: 'text', width: 2 },
    ]);
    const image = [0.5, -1, 0.25];
    const text = [3, -4];
    const twice = (vector) => vector.map((number) => 2 * number);
    model.addItems([
      { id: 'both', vectors: { image, text } },
      { id: 'other order', vectors: { text, image } },
      { id: 'typed', vectors: { image: new Float32Array(image), text: new Float64Array(text) } },
      { id: 'whole numbers', vectors: { image, text: new Int8Array(text) } },
      { id: 'longer', vectors: { image: twice(image), text: twice(text) } },
      { id: 'image', vectors: { image } },
      { id: 'no text', vectors: { image, text: null } },
      { id: 'zeros', vectors: { image, text: [0, 0] } },
      { id: 'turned', vectors: { image: image.map((number) => -number) } },
      { id: 'none' },
      { id: 'empty', vectors: {} },
      { id: 'null', vectors: null },
    ]);
    const session = model.session();
    session.push('B00-1');
    const scores = scoresOf(session);
    for (const id of ['other order', 'typed', 'whole numbers', 'longer'])
      assert.equal(scores[id], scores.both, id);
    for (const id of ['no text', 'zeros']) assert.equal(scores[id], scores.image, id);
    for (const id of ['empty', 'null']) assert.equal(scores[id], scores.none, id);
    assert.equal(new Set(['both', 'image', 'turned', 'none'].map((id) => scores[id])).size, 4);
    model.dispose();
  });

  test('are saved with the session, and the item is ranked as before', async () => {
    const model = await loadVectors();
    const session = model.session();
    session.addItems([{ id: 'mine', title: 'Winter', vectors: { image: [1, 2, 3] } }]);
    session.push(['B00-2', 'mine']);
    const saved = session.save();
    const scores = scoresOf(session);
    model.dispose();
    const fresh = await loadVectors();
    const restored = fresh.restore(saved);
    assert.deepEqual(scoresOf(restored), scores);
    assert.deepEqual(restored.save(), saved);
    fresh.dispose();
  });

  test('that are wrong add nothing, and the error names the item, the modality and the width', async () => {
    const model = await loadVectors();
    const image = [1, 2, 3];
    const wrong = [
      [{ imag: image }, /addItems: x: vectors: unknown vector 'imag'\. Try: image, text\./],
      [{ image: [1, 2] }, /addItems: x: vectors: image: 2, expected 3 numbers/],
      [{ image, text: [] }, /addItems: x: vectors: text: 0, expected 2 numbers/],
      [image, /addItems: x: vectors: Array, expected an object of vectors/],
      [new Float32Array(3), /vectors: Float32Array, expected an object of vectors/],
      [7, /vectors: 7, expected an object of vectors/],
      ...[7, 'abc', { 0: 1, length: 3 }, new Set(image), new ArrayBuffer(12), () => 1].map(
        (value) => [{ image: value }, /x: vectors: image: .*, expected an array of numbers/],
      ),
      ...[NaN, Infinity, -1e39, '1', null, undefined, 1n, {}, [1]].map((value) => [
        { image: [1, value, 3] },
        /x: vectors: image: .*, expected a number from -3\.4e\+38 to 3\.4e\+38/,
      ]),
      [{ image: [1, , 3] }, /x: vectors: image: undefined, expected a number/],
      [{ image: new BigInt64Array(3) }, /x: vectors: image: 0, expected a number/],
      [{ image: Float32Array.of(1, NaN, 3) }, /x: vectors: image: NaN, expected a number/],
    ];
    const session = model.session();
    for (const [vectors, message] of wrong) {
      for (const owner of [model, session]) {
        const items = [
          { id: 'good', vectors: { image } },
          { id: 'x', vectors },
        ];
        assert.throws(() => owner.addItems(items), { code: 'invalid_argument', message });
      }
    }
    assert.equal(model.items().length, 5);
    model.dispose();
  });

  test('a model without modalities takes none', async () => {
    const words = await load();
    assert.deepEqual(words.info.modalities, []);
    assert.throws(() => words.addItems([{ id: 'x', vectors: { image: [1] } }]), {
      code: 'invalid_argument',
      message: /addItems: x: vectors: unknown vector 'image'\. The model has none\./,
    });
    words.addItems([{ id: 'y', vectors: {} }]);
    assert.equal(words.item('y').id, 'y');
    words.dispose();
  });

  test('a getter among them that ends the session ends the call with a typed error', async () => {
    const model = await loadVectors();
    const session = model.session();
    const vectors = {
      get image() {
        session.dispose();
        return [1, 2, 3];
      },
    };
    assert.throws(() => session.addItems([{ id: 'a', vectors }]), { code: 'disposed' });
    assert.equal(model.items().length, 5);
    model.dispose();
  });
});

describe('in a worker', () => {
  let server;
  let address;
  before(async () => {
    const dist = './node_modules/tsugi/dist';
    write(folder, {
      'index.html': PAGE.replace('SCRIPT', 'page.js'),
      'page.js': PAGE_SCRIPT.replace("'tsugi'", `'${dist}/web.js'`).replace(
        "'tsugi/worker'",
        `'${dist}/worker_client.js'`,
      ),
    });
    server = await startServer({
      folder,
      files: { 'vectors_i8.tsugi': goldenModel('vectors_i8') },
    });
    address = server.url;
  });
  after(() => server.close());

  test('takes vectors of added items, of the model and of a session', () =>
    onPage(address, async (page) => {
      const { modalities, lists, message } = await page.evaluate(async () => {
        const model = await globalThis.tsugi.WorkerRecommender.load('/vectors_i8.tsugi');
        const session = await model.session();
        const image = Float32Array.of(1, 0, 2);
        await model.addItems([{ id: 'a', vectors: { image } }]);
        await session.addItems([
          { id: 'b', vectors: { image: [1, 0, 2] } },
          { id: 'c', vectors: { text: [1, 2] } },
        ]);
        await session.push('B00-1');
        const wrong = model.addItems([{ id: 'd', vectors: { image: [1] } }]);
        const { message } = await wrong.catch((error) => error);
        const list = await session.recommend({ k: 10, seen: 'keep' });
        const { modalities } = model.info;
        model.dispose();
        return {
          modalities,
          message,
          lists: ['a', 'b', 'c'].map((id) => list.find(({ item }) => item === id).score),
        };
      });
      assert.deepEqual(
        modalities.map(({ name }) => name),
        ['image', 'text'],
      );
      assert.equal(lists[0], lists[1]);
      assert.notEqual(lists[0], lists[2]);
      assert.match(message, /addItems: d: vectors: image: 1, expected 3 numbers/);
    }));
});
