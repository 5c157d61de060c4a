// Items that a page adds, through the package in Node.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Recommender } from './node_package.mjs';
import { goldenModel } from './packed_package.mjs';

const load = () => Recommender.load(goldenModel('tower_i8'));
const film = {
  id: 'new-1',
  title: 'Winter train',
  attributes: { genres: ['Crime', 'Opera'], year: 2003 },
};

describe('model.addItems', () => {
  let model;
  before(async () => {
    model = await load();
  });
  after(() => model.dispose());

  test('adds what can be found, listed, filtered, pushed and explained', () => {
    assert.ok(model.capabilities.includes('add_items'));
    model.addItems([film, { id: 'bare' }]);
    assert.deepEqual(model.item('new-1'), {
      id: 'new-1',
      title: 'Winter train',
      attributes: { genres: ['Crime', 'Opera'], year: ['2003'] },
    });
    assert.deepEqual(model.item('bare'), { id: 'bare', title: '', attributes: {} });
    assert.deepEqual(
      model.items().map(({ id }) => id),
      ['B00-1', 'B00-2', 'film 3', '\u6b21', 'B00-5', 'new-1', 'bare'],
    );
    const session = model.session();
    assert.deepEqual(session.push(['new-1', 'B00-2']), { accepted: 2, unknown: [], events: 2 });
    const kept = session.recommend({ k: 10, seen: 'keep', explain: true });
    assert.equal(kept.length, 7);
    assert.ok(kept.every(({ why }) => ['new-1', 'B00-2'].includes(why.item)));
    const crime = session.recommend({ seen: 'keep', filter: { genres: 'Crime' } });
    assert.ok(crime.some(({ item }) => item === 'new-1'));
    const other = session.recommend({ seen: 'keep', filter: { year: 1999 } });
    assert.ok(!other.some(({ item }) => item === 'new-1'));
    const only = session.recommend({ seen: 'keep', filter: ({ title }) => title === 'Winter train' });
    assert.deepEqual(
      only.map(({ item }) => item),
      ['new-1'],
    );
    session.dispose();
  });

  test('what is wrong adds nothing', () => {
    const count = model.items().length;
    const wrong = [
      [[{ id: 'x' }, { id: 'new-1' }], /addItems: new-1: already in the catalogue/],
      [[{ id: 'x' }, { id: 'x' }], /addItems: x: already in the catalogue/],
      [[{ id: 'x' }, { id: 7 }], /addItems: id: 7, expected an item id/],
      [[{ id: 'x', titel: '' }], /unknown option 'titel'/],
      [[{ id: 'x', title: 4 }], /addItems: x: title: 4/],
      [[{ id: 'x', attributes: { '': 'a' } }], /expected a field and a value/],
      [[{ id: 'x', attributes: { a: 'b\nc' } }], /on one line/],
      [[{ id: '' }], /id: empty/],
      [['x'], /expected an object of options/],
    ];
    for (const [items, message] of wrong) {
      assert.throws(() => model.addItems(items), { code: 'invalid_argument', message });
      assert.equal(model.items().length, count);
    }
  });

  test('a saved session brings them along to a model that lacks them', async () => {
    const session = model.session();
    session.push(['B00-2', 'new-1']);
    const saved = session.save();
    const list = session.recommend({ k: 10, seen: 'keep' });
    session.dispose();
    const fresh = await load();
    const restored = fresh.restore(saved);
    assert.deepEqual(restored.recommend({ k: 10, seen: 'keep' }), list);
    assert.deepEqual(fresh.item('new-1'), model.item('new-1'));
    fresh.dispose();
  });

  test('a model without a tower says so', async () => {
    const plain = await Recommender.load(goldenModel('gated_i8'));
    assert.ok(!plain.capabilities.includes('add_items'));
    assert.throws(() => plain.addItems([film]), { code: 'unsupported', message: /tower/ });
    plain.dispose();
  });

  test('a hundred thousand take less than 50 us each', async () => {
    const shop = await load();
    const items = Array.from({ length: 100_000 }, (_, i) => ({
      id: `n${i}`,
      title: `Night train number ${i}`,
      attributes: { genres: ['Crime'] },
    }));
    const start = performance.now();
    shop.addItems(items);
    const each = (1000 * (performance.now() - start)) / items.length;
    assert.ok(each < 50, `${each} us`);
    const session = shop.session();
    session.push('n99999');
    assert.equal(session.recommend().length, 10);
    shop.dispose();
  });
});
