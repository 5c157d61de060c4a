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
    const only = session.recommend({
      seen: 'keep',
      filter: ({ title }) => title === 'Winter train',
    });
    assert.deepEqual(
      only.map(({ item }) => item),
      ['new-1'],
    );
    session.dispose();
  });

  test('what is wrong adds nothing', () => {
    const count = model.items().length;
    const wrong = [
      [[{ id: 'x' }, { id: 'new-1' }], /addItems: item 'new-1': already in the catalogue/],
      [[{ id: 'x' }, { id: 'x' }], /addItems: x: twice in this list/],
      [[{ id: 'x' }, { id: 7 }], /addItems: id: 7, expected an item id/],
      [[{ id: 'x', titel: '' }], /unknown option 'titel'/],
      [[{ id: 'x', title: 4 }], /addItems: x: title: 4/],
      [[{ id: 'x', attributes: { '': 'a' } }], /expected a field and a value/],
      [[{ id: 'x', attributes: { a: 'b\nc' } }], /on one line/],
      [[{ id: '' }], /id: empty/],
      [['x'], /expected an object of options/],
      [undefined, /addItems: items: undefined, expected an array of items/],
      [{ id: 'x' }, /addItems: items: Object, expected an array/],
      [new Set([{ id: 'x' }]), /addItems: items: Set, expected an array/],
      [[{ id: '\ud800' }], /addItems: id: it holds half of a character/],
      [[{ id: 'x', title: 'a\udc00' }], /addItems: x: title: it holds half/],
      [[{ id: 'x', attributes: { a: '\ud83d' } }], /attributes: it holds half/],
      [[{ id: 'x', attributes: { 'a=b': 'c' } }], /attributes: 'a=b': a field holds no '='/],
      [[{ id: 'x', attributes: { 'a\nb': 'c' } }], /on one line/],
      [[{ id: 'x', attributes: 'abc' }], /attributes: "abc", expected an object/],
      [[{ id: 'x', attributes: ['abc'] }], /attributes: Array, expected an object/],
      ...[{ amount: 5 }, NaN, Infinity, [['a']], new Date(), () => 1, Symbol('s'), true].map(
        (value) => [
          [{ id: 'x', attributes: { price: value } }],
          /addItems: x: attributes: price: .*expected strings or numbers/,
        ],
      ),
    ];
    for (const [items, message] of wrong) {
      assert.throws(() => model.addItems(items), { code: 'invalid_argument', message });
      assert.equal(model.items().length, count);
    }
  });

  test('values that say nothing are left out, none becomes a word', async () => {
    const shop = await load();
    const attributes = {
      genres: [null, 'Crime', undefined, ''],
      year: undefined,
      mood: null,
      none: [],
    };
    shop.addItems([
      { id: 'x', attributes },
      { id: 'y', attributes: null, title: null },
    ]);
    assert.deepEqual(shop.item('x').attributes, { genres: ['Crime'] });
    assert.deepEqual(shop.item('y'), { id: 'y', title: '', attributes: {} });
    shop.addItems([{ id: 'z', attributes: { formula: 'a=b', n: -0.5 } }]);
    assert.deepEqual(shop.item('z').attributes, { formula: ['a=b'], n: ['-0.5'] });
    shop.dispose();
  });

  test('an added item meets conditions by its own attributes, known to the model or not', async () => {
    const shop = await load();
    const known = shop.items().map(({ id, attributes }) => [id, attributes]);
    const added = {
      adult: { genres: ['Adult'], year: 1990 },
      both: { genres: ['Adult', 'Drama'], mood: 'dark' },
      plain: { genres: ['Drama'], year: '1990.0' },
      none: {},
    };
    const items = Object.entries(added).map(([id, attributes]) => ({
      id,
      title: 'Winter',
      attributes,
    }));
    shop.addItems(items);
    const session = shop.session();
    session.push('B00-1');
    const all = shop.items();
    const passing = (options) =>
      session
        .recommend({ k: 100, seen: 'keep', ...options })
        .map(({ item }) => item)
        .sort();
    const meet = (test) =>
      all
        .filter(({ attributes }) => test(attributes))
        .map(({ id }) => id)
        .sort();
    const has =
      (field, ...values) =>
      (attributes) =>
        attributes[field]?.some((value) => values.includes(value)) ?? false;
    const not = (test) => (attributes) => !test(attributes);
    const cases = [
      [{ not: { genres: 'Adult' } }, not(has('genres', 'Adult'))],
      [{ genres: 'Adult' }, has('genres', 'Adult')],
      [{ genres: ['Adult', 'Drama'] }, has('genres', 'Adult', 'Drama')],
      [
        { genres: 'Drama', not: { genres: 'Adult' } },
        (a) => has('genres', 'Drama')(a) && not(has('genres', 'Adult'))(a),
      ],
      [{ year: 1990 }, has('year', '1990', '1990.0')],
      [{ year: { min: 1990, max: 1990 } }, has('year', '1990', '1990.0')],
      [
        { not: { year: { max: 1990 } } },
        (a) => !(a.year ?? []).some((value) => Number(value) <= 1990),
      ],
      [{ mood: 'dark' }, has('mood', 'dark')],
      [{ not: { mood: ['dark'] } }, not(has('mood', 'dark'))],
      [
        { mood: 'dark', genres: 'Drama' },
        (a) => has('mood', 'dark')(a) && has('genres', 'Drama')(a),
      ],
    ];
    for (const [filter, test] of cases) {
      assert.deepEqual(passing({ filter }), meet(test), JSON.stringify(filter));
      const allow = ['adult', 'both', known[0][0]];
      assert.deepEqual(
        passing({ filter, allow }),
        meet(test).filter((id) => allow.includes(id)),
      );
      const exclude = ['both', known[1][0]];
      assert.deepEqual(
        passing({ filter, exclude }),
        meet(test).filter((id) => !exclude.includes(id)),
      );
    }
    assert.throws(
      () => passing({ filter: { moood: 'dark' } }),
      /no attribute 'moood'.*Try: .*mood/,
    );
    assert.throws(() => passing({ filter: { mood: 'darc' } }), /no item has "darc"\. Try: dark/);
    shop.dispose();
  });

  test('ids are what they are: byte order marks count, halves of characters are no id', async () => {
    const shop = await load();
    shop.addItems([{ id: '\ufeffA1' }, { id: 'A1' }, { id: '\ufffd' }]);
    const ids = shop.items().map(({ id }) => id);
    assert.deepEqual(ids.slice(-3), ['\ufeffA1', 'A1', '\ufffd']);
    assert.equal(shop.item('\ufeffA1').id, '\ufeffA1');
    const session = shop.session();
    const { accepted, unknown } = session.push(['\ud800', '\ud801', '\ufffd']);
    assert.deepEqual([accepted, unknown], [1, ['\ud800', '\ud801']]);
    assert.equal(shop.item('\ud800'), undefined);
    shop.dispose();
  });

  test('an item of very many values is read in no time', async () => {
    const shop = await load();
    const genres = Array.from({ length: 40_000 }, (_, at) => `g${at}`);
    shop.addItems([{ id: 'many', attributes: { genres } }]);
    const start = performance.now();
    assert.deepEqual(shop.item('many').attributes, { genres });
    assert.ok(performance.now() - start < 2000);
    shop.dispose();
  });

  test('a saved session brings them along to a model that lacks them', async () => {
    const session = model.session();
    session.push(['B00-2', 'new-1']);
    const saved = session.save();
    // Of the two that were added the events name one.
    const list = session.recommend({ k: 10, seen: 'keep' }).filter(({ item }) => item !== 'bare');
    session.dispose();
    const fresh = await load();
    const restored = fresh.restore(saved);
    assert.deepEqual(restored.recommend({ k: 10, seen: 'keep' }), list);
    assert.equal(fresh.item('new-1'), undefined, "it is the visitor's");
    assert.deepEqual(restored.push('new-1'), { accepted: 1, unknown: [], events: 3 });
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

describe('one visitor and another', () => {
  const secret = { id: 'diary', title: 'Private words', attributes: { mood: 'hidden' } };
  const holds = (bytes, text) => Buffer.from(bytes).includes(text);
  const listed = (session) => session.recommend({ k: 100, seen: 'keep' }).map(({ item }) => item);

  test('what one adds or restores the other never meets', async () => {
    const model = await load();
    const anna = model.session();
    const ben = model.session();
    anna.addItems([secret]);
    anna.push('diary');
    const again = model.restore(anna.save());
    for (const session of [anna, again]) {
      assert.ok(listed(session).includes('diary'));
      assert.ok(session.recommend({ seen: 'keep', filter: { mood: 'hidden' } }).length === 1);
      assert.ok(holds(session.save(), 'Private words'));
    }
    ben.push('B00-2');
    assert.ok(!listed(ben).includes('diary'));
    assert.deepEqual(ben.push('diary').unknown, ['diary']);
    assert.ok(!holds(ben.save(), 'diary'));
    assert.equal(model.item('diary'), undefined);
    assert.ok(!model.items().some(({ id }) => id === 'diary'));
    ben.recommend({ filter: ({ id }) => assert.notEqual(id, 'diary') ?? true });
    assert.throws(
      () => ben.recommend({ filter: { mood: 'hidden' } }),
      (error) => {
        assert.match(error.message, /no attribute 'mood'/);
        return !/hidden/.test(error.message) && !/Try: .*mood/.test(error.message);
      },
    );
    ben.addItems([{ ...secret, title: 'His own' }]);
    assert.ok(holds(ben.save(), 'His own') && !holds(ben.save(), 'Private'));
    model.dispose();
  });

  test('visitors who come and go leave nothing behind', async () => {
    const model = await load();
    const first = model.session();
    first.addItems([{ ...secret, title: 'x'.repeat(20_000) }]);
    const saved = first.save();
    first.dispose();
    const fresh = model.session().save().length;
    const visit = () => {
      const session = model.restore(saved);
      session.push('diary');
      session.recommend();
      session.dispose();
    };
    for (let i = 0; i < 50; ++i) visit();
    const memory = model.memoryBytes();
    for (let i = 0; i < 2000; ++i) visit();
    assert.equal(model.memoryBytes(), memory);
    assert.equal(model.session().save().length, fresh);
    model.dispose();
  });

  test('items are removed by whom they were added for', async () => {
    const model = await load();
    const session = model.session();
    model.addItems([film]);
    session.addItems([secret]);
    session.push(['new-1', 'diary']);
    const remove = (owner, id) => owner.removeItems([id]);
    for (const [owner, id] of [
      [model, 'diary'],
      [session, 'new-1'],
      [model, 'B00-1'],
      [model, 'none'],
    ]) {
      assert.throws(() => remove(owner, id), {
        code: 'invalid_argument',
        message: /removeItems: /,
      });
    }
    remove(model, 'new-1');
    remove(session, 'diary');
    assert.deepEqual(listed(session).sort(), ['B00-1', 'B00-2', 'B00-5', 'film 3', '\u6b21']);
    assert.equal(model.item('new-1'), undefined);
    assert.deepEqual(model.restore(session.save()).rollback(1), 1, 'its events stay');
    model.dispose();
  });

  test('code of the page that ends its session in the middle of a call gets a typed error', async () => {
    const model = await load();
    const session = model.session();
    const items = [
      {
        id: 'a',
        get title() {
          session.dispose();
          return 'late';
        },
      },
    ];
    assert.throws(() => session.addItems(items), { code: 'disposed' });
    assert.equal(model.item('a'), undefined);
    model.dispose();
  });
});
