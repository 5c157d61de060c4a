// Sessions, the catalogue and the end of a model, in Node.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { checkLists, GOLDEN_MODELS, listsOf, readGolden } from './golden_lists.mjs';
import { bytes, fails, Recommender } from './node_package.mjs';
import { goldenModel } from './packed_package.mjs';

describe('golden cases', () => {
  for (const name of GOLDEN_MODELS) {
    const golden = readGolden(name);
    test(`${name}: the same items, and scores within ${golden.tolerance}`, async () => {
      checkLists(await listsOf(Recommender, goldenModel(name), {}, golden.cases), golden);
    });
  }
});
describe('a session', () => {
  let model;
  let ids;
  before(async () => {
    model = await Recommender.load(bytes);
    ids = model.items().map(({ id }) => id);
  });
  after(() => model.dispose());
  const list = (session, options) => session.recommend({ seen: 'keep', ...options });

  test('counts events and returns ids that the model does not know', () => {
    const session = model.session();
    assert.deepEqual(
      session.push([
        { item: ids[0], time: Date.now(), action: 'view', duration: 12 },
        'nobody',
        { item: ids[1], time: new Date() },
      ]),
      { accepted: 2, unknown: ['nobody'], events: 2 },
    );
    assert.deepEqual(session.push('no such item'), {
      accepted: 0,
      unknown: ['no such item'],
      events: 2,
    });
    assert.deepEqual(session.push([]), { accepted: 0, unknown: [], events: 2 });
    session.dispose();
  });
  test('reads actions and durations where the model does', async () => {
    const reader = await Recommender.load(goldenModel('context_i8'));
    const after = (event) => {
      const session = reader.session();
      session.push(['B00-2', { item: 'film 3', ...event }]);
      const scores = list(session).map(({ score }) => score);
      const restored = reader.restore(session.save());
      assert.deepEqual(
        list(restored).map(({ score }) => score),
        scores,
      );
      return scores;
    };
    const base = after({});
    assert.notDeepEqual(after({ action: 'view' }), base);
    assert.notDeepEqual(after({ action: 'view' }), after({ action: 'buy' }));
    assert.notDeepEqual(after({ duration: 12 }), base);
    assert.notDeepEqual(after({ duration: 0 }), after({ duration: 12 }));
    assert.deepEqual(after({ action: 'sniff' }), base, 'training did not see it');
    for (const duration of [-1, NaN, '3']) {
      await fails('invalid_argument', /push: duration/, () => after({ duration }));
    }
    reader.dispose();
  });
  test('takes nothing of a push with a mistake in it', async () => {
    const session = model.session();
    await fails('invalid_argument', /time: NaN/, () =>
      session.push([ids[0], { item: ids[1], time: NaN }]),
    );
    await fails('invalid_argument', /time: Date/, () =>
      session.push({ item: ids[0], time: new Date('x') }),
    );
    await fails('invalid_argument', /time: Infinity/, () =>
      session.push({ item: 'unknown', time: Infinity }),
    );
    await fails('invalid_argument', /write '7'/, () => session.push({ item: 7 }));
    await fails('invalid_argument', /expected an item id/, () => session.push(null));
    await fails('invalid_argument', /unknown option 'itme'.*Try: item/, () =>
      session.push({ itme: ids[0] }),
    );
    assert.equal(session.push([]).events, 0);
    session.dispose();
  });
  test('takes events out of order', () => {
    const session = model.session();
    session.push([
      { item: ids[0], time: 2e12 },
      { item: ids[1], time: 1e12 },
    ]);
    assert.ok(list(session).length > 0);
    session.dispose();
  });
  test('checks every option', async () => {
    const session = model.session();
    for (const k of [0, -1, 1.5, NaN, '3', 2 ** 31]) {
      await fails('invalid_argument', /recommend: k: /, () => session.recommend({ k }));
    }
    await fails('invalid_argument', /Try: .*exclude/, () =>
      session.recommend({ exclud: [] }),
    );
    await fails('invalid_argument', /diversity: 2/, () => session.recommend({ diversity: 2 }));
    await fails('invalid_argument', /exclude: "a", expected an array/, () =>
      session.recommend({ exclude: 'a' }),
    );
    await fails('invalid_argument', /seen: "no"/, () => session.recommend({ seen: 'no' }));
    await fails('invalid_argument', /recommend: 5, expected an object of options/, () => session.recommend(5));
    await fails('invalid_argument', /explain: 1, expected false or true or exact/, () =>
      session.recommend({ explain: 1 }),
    );
    await fails('invalid_argument', /n: 0/, () => session.continue({ n: 0 }));
    await fails('invalid_argument', /temperature: -1/, () => session.continue({ temperature: -1 }));
    await fails('invalid_argument', /topP: 0/, () => session.continue({ topP: 0 }));
    await fails('invalid_argument', /seed: -1/, () => session.continue({ seed: -1 }));
    await fails('invalid_argument', /rollback: -1/, () => session.rollback(-1));
    session.dispose();
  });
  test('gives what there is when k exceeds the catalogue', () => {
    const session = model.session();
    session.push(ids[0]);
    assert.equal(list(session, { k: 1_000_000 }).length, ids.length);
    session.dispose();
  });
  test('leaves out what is excluded, not allowed or refused by a function, be it all', () => {
    const session = model.session();
    session.push(ids[0]);
    const items = (options) =>
      list(session, { k: 100, ...options })
        .map(({ item }) => item)
        .sort();
    const all = [...ids].sort();
    assert.deepEqual(items({}), all);
    assert.deepEqual(
      items({ exclude: [ids[1], 'nobody'] }),
      all.filter((id) => id !== ids[1]),
    );
    assert.deepEqual(items({ allow: [ids[1], ids[2], 'nobody'] }), [ids[1], ids[2]].sort());
    assert.deepEqual(items({ filter: ({ id }) => id === ids[3] }), [ids[3]]);
    assert.deepEqual(items({ allow: [ids[1], ids[2]], filter: ({ id }) => id !== ids[1] }), [
      ids[2],
    ]);
    assert.deepEqual(items({ filter: () => false }), []);
    assert.deepEqual(items({ allow: [] }), []);
    assert.deepEqual(items({ exclude: ids }), []);
    assert.throws(
      () =>
        items({
          filter() {
            throw new RangeError('mine');
          },
        }),
      /mine/,
    );
    assert.deepEqual(items({}), all);
    session.dispose();
  });
  test('names the intents it predicts, the likeliest first', async () => {
    const withIntents = await Recommender.load(goldenModel('intent_i8'));
    assert.ok(withIntents.capabilities.includes('intent'));
    const session = withIntents.session();
    assert.deepEqual(session.intent(), { weights: {} });
    session.push([0, 2].flatMap((start) => withIntents.items({ start, count: 1 })).map(({ id }) => id));
    const { action, kind, weights } = session.intent();
    assert.deepEqual(action.map(({ label }) => label).sort(), ['continue', 'discover', 'return']);
    assert.deepEqual(kind.map(({ label }) => label).sort(), ['film', 'series']);
    for (const labels of [action, kind]) {
      const sum = labels.reduce((total, { probability }) => total + probability, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5);
      labels.forEach(({ probability }, place) =>
        assert.ok(place === 0 || probability <= labels[place - 1].probability),
      );
    }
    assert.deepEqual(Object.keys(weights), ['action', 'kind']);
    assert.ok(Math.abs(weights.action + weights.kind - 1) < 1e-5);
    withIntents.dispose();
    await fails('unsupported', /predicts no intents/, () => model.session().intent());
  });
  test('explains a list by an event of the session, and by an intent if there are any', async () => {
    const withIntents = await Recommender.load(goldenModel('intent_i8'));
    const all = withIntents.items().map(({ id }) => id);
    const session = withIntents.session();
    assert.equal(session.recommend({ explain: true, seen: 'keep' })[0].why, undefined); // empty
    session.push([all[3], all[1]]);
    const before = session.recommend({ seen: 'keep' });
    const explained = session.recommend({ explain: true, seen: 'keep' });
    assert.deepEqual(
      explained.map(({ item, score }) => ({ item, score })),
      before,
    );
    for (const { why } of explained) {
      assert.equal(why.item, [all[3], all[1]][why.event]);
      assert.ok(why.share >= 0 && why.share <= 1, `${why.share}`);
      const { family, label } = why.intent;
      assert.equal(session.intent()[family][0].label, label);
    }
    const exact = session.recommend({ explain: 'exact', seen: 'keep' });
    assert.deepEqual(exact.map(({ item, score }) => ({ item, score })), before);
    assert.ok(exact.every(({ why }) => why.item === [all[3], all[1]][why.event]));
    const [one] = session.recommend({ explain: 'exact', allow: [before[4].item], seen: 'keep' });
    const loss = (left) => {
      const other = withIntents.session();
      other.push(all[left]);
      const [{ score }] = other.recommend({ allow: [one.item], seen: 'keep' });
      other.dispose();
      return one.score - score;
    };
    const losses = [loss(1), loss(3)]; // without the first event, without the second
    assert.equal(one.why.event, losses[0] >= losses[1] ? 0 : 1);
    assert.deepEqual(session.recommend({ seen: 'keep' }), before);
    const plain = model.session();
    plain.push(ids[0]);
    assert.equal(plain.recommend({ explain: true, seen: 'keep' })[0].why.intent, undefined);
    plain.dispose();
    withIntents.dispose();
  });
  test('forgets by rollback and comes back by save and restore, to the same scores', async () => {
    const session = model.session();
    session.push([
      { item: ids[0], time: 1e12 },
      { item: ids[1], time: 1.1e12 },
    ]);
    const expected = list(session);
    const saved = session.save();
    session.push([ids[2], ids[3]]);
    assert.equal(session.rollback(2), 2);
    assert.deepEqual(list(session), expected);
    await fails('out_of_range', /./, () => session.rollback(3));
    const restored = model.restore(saved);
    assert.deepEqual(list(restored), expected);
    assert.deepEqual(list(model.restore(saved.buffer)), expected);
    await fails('corrupt_model', /./, () => model.restore(saved.subarray(0, 3)));
    await fails('invalid_argument', /what save\(\) returned/, () => model.restore('bytes'));
  });
  test('continues with the same items for the same seed, and stays as it was', () => {
    const session = model.session();
    session.push([ids[0], ids[1]]);
    const before = list(session);
    const drawn = session.continue({ n: 2, seed: 7, seen: 'keep' });
    assert.equal(drawn.length, 2);
    assert.deepEqual(session.continue({ n: 2, seed: 7, seen: 'keep' }), drawn);
    const draws = Array.from({ length: 20 }, (_, seed) =>
      session.continue({ n: 3, seed, temperature: 2, seen: 'keep' }),
    );
    assert.ok(new Set(draws.map(String)).size > 1, 'every seed drew the same');
    assert.deepEqual(session.continue({ allow: [] }), []);
    assert.deepEqual(list(session), before);
    session.dispose();
  });
  test('does not touch another session', () => {
    const [a, b] = [model.session(), model.session()];
    a.push(ids[0]);
    const before = list(a);
    b.push([ids[1], ids[2]]);
    assert.deepEqual(list(a), before);
    b.dispose();
    assert.deepEqual(list(a), before);
    a.dispose();
  });
});
describe('the catalogue', () => {
  test('gives items by id and in order, with titles', async () => {
    const model = await Recommender.load(bytes);
    const items = model.items();
    assert.equal(items.length, model.info.items);
    assert.deepEqual(model.item(items[1].id), items[1]);
    assert.equal(typeof items[0].title, 'string');
    assert.equal(model.item('nobody'), undefined);
    assert.deepEqual(model.items({ start: 1, count: 2 }), items.slice(1, 3));
    assert.deepEqual(model.items({ start: 1000 }), []);
    await fails('invalid_argument', /items: start: -1/, () => model.items({ start: -1 }));
    await fails('invalid_argument', /write '3'/, () => model.item(3));
    assert.ok(Object.isFrozen(model.capabilities) || Array.isArray(model.capabilities));
    model.dispose();
  });
});
describe('the end', () => {
  test('dispose may be called twice; afterwards every call says so', async () => {
    const model = await Recommender.load(bytes);
    const session = model.session();
    const other = model.session();
    session.dispose();
    session.dispose();
    await fails('disposed', /the session was disposed/, () => session.recommend());
    assert.ok(other.recommend().length >= 0);
    model.dispose();
    model.dispose();
    other.dispose();
    for (const use of [
      () => model.session(),
      () => model.item('x'),
      () => model.items(),
      () => model.restore(bytes),
      () => other.push('x'),
      () => other.recommend(),
      () => other.continue(),
      () => other.save(),
      () => other.rollback(),
      () => other.intent(),
    ]) {
      await fails('disposed', /the model was disposed; load it again/, use);
    }
    assert.equal(model.memoryBytes(), 0);
  });
  test('Symbol.dispose is another name of dispose', async (context) => {
    if (Symbol.dispose === undefined) return context.skip('this Node has no Symbol.dispose');
    const model = await Recommender.load(bytes);
    model.session()[Symbol.dispose]();
    model[Symbol.dispose]();
    await fails('disposed', /./, () => model.session());
  });
  test('two models live and die apart', async () => {
    const [a, b] = await Promise.all([Recommender.load(bytes), Recommender.load(bytes)]);
    a.dispose();
    assert.ok(b.session().recommend().length > 0);
    b.dispose();
  });
});
describe('memory', () => {
  test('a small model needs little', async () => {
    const model = await Recommender.load(bytes);
    assert.ok(
      model.memoryBytes() <= 1.25 * bytes.length + 8 * 2 ** 20,
      String(model.memoryBytes()),
    );
    assert.equal(model.info.memoryBytes, model.memoryBytes());
    model.dispose();
  });
});
test('after loading nothing is fetched', async () => {
  const model = await Recommender.load(bytes);
  const { fetch } = globalThis;
  globalThis.fetch = () => assert.fail('fetch was called');
  try {
    const session = model.session();
    session.push(model.items()[0].id);
    session.recommend();
    session.continue();
    model.restore(session.save());
  } finally {
    globalThis.fetch = fetch;
  }
  model.dispose();
});
