// What a page asks of lists beyond events: dislikes, popularity, likeness, shelves, titles, events.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fails, Recommender } from './node_package.mjs';
import { goldenModel } from './packed_package.mjs';

let model; // five items with titles, attributes and item counts
let session;
let ids;
before(async () => {
  model = await Recommender.load(goldenModel('counted_i8'));
  ids = model.items().map(({ id }) => id);
});
after(() => model.dispose());
const idsOf = (list) => list.map(({ item }) => item);
const everything = { k: 1000, seen: 'keep' };

describe('a dislike', () => {
  before(() => (session = model.session()));
  test('takes the item out of every list until it is rolled back', async () => {
    session.push(ids[0]);
    const all = session.recommend(everything);
    const hated = all[2].item;
    const answer = session.push([{ item: hated, feedback: 'dislike' }, { item: 'nobody', feedback: 'dislike' }]);
    assert.deepEqual(answer, { accepted: 1, unknown: ['nobody'], events: 2 });
    const without = session.recommend(everything);
    assert.deepEqual(idsOf(without).sort(), idsOf(all).filter((id) => id !== hated).sort());
    const scores = new Map(all.map(({ item, score }) => [item, score]));
    assert.ok(without.every(({ item, score }) => score <= scores.get(item) + 1e-6));
    assert.ok(without.some(({ item, score }) => score < scores.get(item) - 0.01), 'its like fall');
    assert.ok(!session.continue({ n: 100, temperature: 5 }).includes(hated));
    const restored = model.restore(session.save());
    assert.deepEqual(restored.recommend(everything), without);
    assert.equal(session.rollback(), 1);
    assert.deepEqual(session.recommend(everything), all);
    await fails('invalid_argument', /push: feedback: "like", expected  or dislike/, () =>
      session.push({ item: ids[0], feedback: 'like' }),
    );
  });
  test('is explained away: a session of dislikes alone gives no reasons', () => {
    const other = model.session();
    other.push({ item: ids[3], feedback: 'dislike' });
    const list = other.recommend({ explain: true });
    assert.equal(list.length, 4);
    assert.ok(list.every((one) => !('why' in one)));
    assert.ok(model.session().recommend({ explain: true }).every((one) => !('why' in one)), 'nor an empty one');
  });
});

test('events() gives back what was pushed', () => {
  const visitor = model.session();
  const time = 1_700_000_000_000;
  const events = [
    { item: ids[0], time },
    { item: ids[1], feedback: 'dislike' },
    { item: ids[2], duration: 2.5 },
  ];
  visitor.push(events);
  assert.deepEqual(visitor.events(), events);
  assert.deepEqual(model.restore(visitor.save()).events(), events);
  visitor.rollback(2);
  assert.deepEqual(visitor.events(), events.slice(0, 1));
  visitor.rollback();
  assert.deepEqual(visitor.events(), []);
  visitor.dispose();
});

test('a session kept as text goes on with another model, which names the items it does not know', async () => {
  const visitor = model.session();
  visitor.push([{ item: ids[0], time: 1_700_000_000_000 }, ids[2], { item: ids[1], feedback: 'dislike' }]);
  const text = JSON.stringify(visitor.events());
  const other = await Recommender.load(goldenModel('gated_i8'));
  const known = JSON.parse(text).filter(({ item }) => other.item(item) !== undefined);
  const later = other.session();
  const { accepted, unknown } = later.push(JSON.parse(text));
  assert.equal(accepted, known.length);
  assert.equal(accepted + unknown.length, 3);
  assert.deepEqual(later.events(), known);
  await fails('invalid_argument', /made with another model\. Try: keep the events/, () =>
    other.restore(visitor.save()),
  );
  other.dispose();
  visitor.dispose();
});

describe('popularity', () => {
  test('shifts a list, and is checked', async () => {
    const visitor = model.session();
    visitor.push(ids[0]);
    const counts = new Map(model.session().recommend(everything).map(({ item, score }) => [item, score]));
    const plain = new Map(visitor.recommend(everything).map(({ item, score }) => [item, score]));
    for (const popularity of [-1, 0.5]) {
      for (const { item, score } of visitor.recommend({ ...everything, popularity })) {
        assert.ok(Math.abs(score - plain.get(item) - popularity * counts.get(item)) < 1e-4);
      }
    }
    for (const popularity of [1.5, NaN, 'high'])
      await fails('invalid_argument', /recommend: popularity: .*-1 to 1/, () => visitor.recommend({ popularity }));
  });
  test('needs item counts', async () => {
    const plain = await Recommender.load(goldenModel('gated_i8'));
    await fails('unsupported', /how often items occur/, () => plain.session().recommend({ popularity: 1 }));
    plain.dispose();
  });
});

describe('similar', () => {
  test('ranks by likeness, filters, and leaves the items out', async () => {
    const list = model.similar(ids[1], { k: 1000 });
    assert.equal(list.length, ids.length - 1);
    assert.ok(list.every(({ item, score }) => item !== ids[1] && score <= 1.0001 && score >= -1.0001));
    assert.deepEqual(model.similar([ids[1]], { k: 3 }), list.slice(0, 3));
    const both = idsOf(model.similar([ids[1], ids[2]], { k: 1000 }));
    assert.ok(!both.includes(ids[1]) && !both.includes(ids[2]));
    assert.deepEqual(idsOf(model.similar(ids[1], { k: 9, filter: ({ id }) => id === ids[3] })), [ids[3]]);
    await fails('invalid_argument', /similar: items: "nobody", expected the id of an item/, () => model.similar('nobody'));
    await fails('invalid_argument', /similar: /, () => model.similar([]));
    await fails('invalid_argument', /similar: unknown option 'seen'/, () => model.similar(ids[1], { seen: 'keep' }));
    await fails('invalid_argument', /write '5'/, () => model.similar([5]));
  });
});

describe('with', () => {
  test('brings titles and attributes along', async () => {
    const visitor = model.session();
    visitor.push(ids[0]);
    for (const one of visitor.recommend({ with: ['title', 'attributes'] })) {
      const { title, attributes } = model.item(one.item);
      assert.deepEqual(one, { item: one.item, score: one.score, title, attributes });
    }
    assert.deepEqual(Object.keys(model.similar(ids[0], { with: ['title'] })[0]), ['item', 'score', 'title']);
    await fails('invalid_argument', /with: "name", expected title or attributes/, () =>
      visitor.recommend({ with: ['name'] }),
    );
  });
});

describe('shelves', () => {
  const check = (shelves) => {
    const all = shelves.flatMap(({ items }) => idsOf(items));
    assert.equal(new Set(all).size, all.length, 'nothing twice');
    for (const { title, items } of shelves) assert.ok(title !== '' && items.length > 0);
    return shelves;
  };
  test('begin with the list of the visitor and say what each is about', () => {
    const visitor = model.session();
    visitor.push([ids[0], ids[2]]);
    const shelves = check(visitor.shelves({ rows: 6, perRow: 1, with: ['title'] }));
    assert.deepEqual(shelves[0].reason, { kind: 'for you' });
    assert.deepEqual(idsOf(shelves[0].items), idsOf(visitor.recommend({ k: 1 })));
    assert.deepEqual(shelves[1].reason, { kind: 'more like', item: ids[2] });
    assert.equal(shelves[1].title, `More like ${model.item(ids[2]).title}`);
    assert.equal(shelves[0].items[0].title, model.item(shelves[0].items[0].item).title);
  });
  test('of an empty session are popular; filters leave what they leave', async () => {
    const visitor = model.session();
    const [popular, ...rows] = check(visitor.shelves({ perRow: 1 }));
    assert.deepEqual(popular, { title: 'Popular', reason: { kind: 'popular' }, items: visitor.recommend({ k: 1 }) });
    const [{ title, reason, items }] = rows;
    assert.equal(title, reason.value);
    assert.ok(model.item(items[0].item).attributes[reason.field].includes(reason.value));
    assert.deepEqual(visitor.shelves({ allow: [] }), []);
    for (const options of [{ rows: 0 }, { perRow: 0 }, { rows: 101 }, { k: 3 }])
      await fails('invalid_argument', /^shelves: /, () => visitor.shelves(options));
  });
});
