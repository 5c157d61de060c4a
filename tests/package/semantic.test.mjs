// Semantic ids, lists that are generated from them, and search, through the package in Node.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fails, Recommender } from './node_package.mjs';
import { goldenModel } from './packed_package.mjs';

const idsOf = (list) => list.map(({ item }) => item);

describe('semantic ids', () => {
  let model;
  let session;
  before(async () => {
    model = await Recommender.load(goldenModel('semantic_i8'));
    session = model.session();
    session.push(['B00-1', 'film 3']);
  });
  after(() => model.dispose());

  test('stand in the facts of every item', async () => {
    assert.ok(model.capabilities.includes('semantic'));
    assert.deepEqual(
      model.items().map(({ semanticId }) => semanticId),
      ['07c80300', '07c809ff', '1f000001', '1f048001', '5a5a5a5a'],
    );
    const plain = await Recommender.load(goldenModel('tower_i8'));
    assert.ok(!('semanticId' in plain.item('B00-1')));
    await fails('unsupported', /semantic/, () => plain.session().recommend({ ranking: 'generated' }));
    plain.dispose();
  });

  test('generate lists of items that are there, each once, best first', () => {
    for (const ranking of ['generated', 'parallel', 'fused']) {
      const list = session.recommend({ ranking, seen: 'keep' });
      assert.equal(new Set(idsOf(list)).size, 5, ranking);
      assert.ok(list.every(({ score }, at) => at === 0 || score <= list[at - 1].score));
      assert.ok(list.every(({ item }) => model.item(item) !== undefined));
    }
  });

  test('heed seen, excluded and filtered items inside the trie', () => {
    for (const ranking of ['generated', 'parallel', 'fused']) {
      const list = session.recommend({ ranking, exclude: ['B00-5'], filter: { genres: 'Drama' } });
      assert.deepEqual(idsOf(list), ['\u6b21'], ranking);
    }
  });

  test('follow the session', () => {
    const before = session.recommend({ ranking: 'generated' });
    session.push('B00-5');
    assert.notDeepEqual(session.recommend({ ranking: 'generated' }), before);
    session.rollback();
    assert.deepEqual(session.recommend({ ranking: 'generated' }), before);
  });

  test('search is a list that words ask for', async () => {
    assert.ok(model.capabilities.includes('search'));
    const found = session.search('winter crime', { seen: 'keep' });
    assert.equal(found[0].item, 'B00-1', 'named by its title');
    assert.equal(session.search('wintre', { seen: 'keep' })[0].item, 'B00-1', 'mistyped');
    assert.deepEqual(
      found,
      session.recommend({ query: 'winter crime', ranking: 'words', seen: 'keep' }),
    );
    assert.notDeepEqual(found, session.search('drama', { seen: 'keep' }));
    assert.notDeepEqual(found, session.search('winter crime', { ranking: 'generated', seen: 'keep' }));
    assert.equal(session.search('winter crime', { k: 1 }).length, 1);
    assert.deepEqual(session.search('\u{1f3ac} '.repeat(5000)), [], 'nothing understood');
    assert.ok(session.search('crime '.repeat(5000)).length > 0, 'thirty thousand characters');
    const fused = session.search('winter crime', { ranking: 'fused', seen: 'keep' });
    assert.equal(fused[0].item, 'B00-1', 'generated lists put what fits the words first, too');
    assert.deepEqual(
      session.search('', { ranking: 'generated' }),
      session.recommend({ ranking: 'generated' }),
      'no words: the session alone',
    );
    await fails('invalid_argument', /query/, () => session.search('crime', { ranking: 'table' }));
    await fails('invalid_argument', /query/, () => session.search('', { ranking: 'words' }));
    await fails('invalid_argument', /ranking/, () => session.search('crime', { ranking: 'best' }));
    assert.equal(
      session.search('winter crime', { diversity: 0.5, seen: 'keep' })[0].item,
      'B00-1',
      'the best stays first',
    );
  });

  test('obey caps and diversity, and are explained', () => {
    for (const ranking of ['generated', 'parallel', 'fused']) {
      const all = session.recommend({ ranking, seen: 'keep' });
      const capped = session.recommend({
        ranking, seen: 'keep', caps: { field: 'genres', max: 1 }, explain: true });
      const used = new Set();
      const wanted = all.filter(({ item }) => {
        const { genres = [] } = model.item(item).attributes;
        if (genres.some((genre) => used.has(genre))) return false;
        genres.forEach((genre) => used.add(genre));
        return true;
      });
      assert.ok(capped.length < all.length, ranking);
      assert.deepEqual(idsOf(capped), idsOf(wanted), ranking);
      assert.ok(capped.every(({ why }) => ['B00-1', 'film 3'].includes(why.item)), ranking);
      const diverse = session.recommend({ ranking, seen: 'keep', diversity: 0.5 });
      assert.equal(diverse[0].item, all[0].item, ranking);
      assert.deepEqual(idsOf(diverse).sort(), idsOf(all).sort(), ranking);
    }
  });

  test('an item that joins gets an id of its own and can be generated', () => {
    model.addItems([{ id: 'new', title: 'Winter crime', attributes: { genres: ['Crime'] } }]);
    const { semanticId } = model.item('new');
    assert.match(semanticId, /^[0-9a-f]{8}$/);
    assert.equal(model.items().filter((item) => item.semanticId === semanticId).length, 1);
    assert.ok(idsOf(session.recommend({ ranking: 'generated', seen: 'keep' })).includes('new'));
  });
});
