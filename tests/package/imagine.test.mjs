// Items that the model imagines, through the package in Node.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fails, Recommender } from './node_package.mjs';
import { goldenModel } from './packed_package.mjs';

describe('session.imagine', () => {
  let model;
  let session;
  before(async () => {
    model = await Recommender.load(goldenModel('imagine_i8'));
    session = model.session();
    session.push(['B00-1', 'film 3']);
  });
  after(() => model.dispose());

  test('gives named concepts with the nearest real items', () => {
    assert.ok(model.capabilities.includes('imagine'));
    const concepts = session.imagine();
    assert.equal(concepts.length, 4);
    for (const { title, attributes, nearest, novelty } of concepts) {
      assert.match(title, /^\S+ \S+/);
      assert.ok(attributes.some(({ field }) => field === 'genres'));
      assert.ok(attributes.every(({ probability }) => probability > 0 && probability < 1));
      assert.equal(nearest.length, 3);
      assert.ok(nearest.every(({ item }) => model.item(item) !== undefined));
      assert.ok(Math.abs(novelty - (1 - nearest[0].cosine)) < 2e-4);
    }
    assert.equal(session.recommend({ seen: 'keep' }).length, 5, 'the session is unchanged');
  });

  test('follows seed, rating, session and guidance', () => {
    const one = session.imagine({ seed: 3, n: 2 });
    assert.deepEqual(session.imagine({ seed: 3, n: 2 }), one);
    assert.notDeepEqual(session.imagine({ seed: 4, n: 2 }), one);
    assert.notDeepEqual(session.imagine({ seed: 3, n: 2, rating: 'dislike' }), one);
    const nobody = model.session();
    assert.deepEqual(
      nobody.imagine({ rating: 'none', guidance: 1 }),
      session.imagine({ guidance: 0 }),
    );
    nobody.dispose();
  });

  test('avoids attributes', () => {
    const years = new Set();
    for (const { attributes } of session.imagine({ n: 8, avoid: { year: { max: 2000 } } })) {
      for (const { field, value } of attributes) if (field === 'year') years.add(value);
    }
    assert.ok(!years.has('1999'));
  });

  test('refuses what it cannot do with a typed error', async () => {
    await fails('invalid_argument', /n: 0, expected 1 to 64/, () => session.imagine({ n: 0 }));
    await fails('invalid_argument', /expected 1 to 1000/, () => session.imagine({ steps: 2000 }));
    await fails('invalid_argument', /guidance/, () => session.imagine({ guidance: -1 }));
    await fails('invalid_argument', /rating/, () => session.imagine({ rating: 'maybe' }));
    await fails('invalid_argument', /unknown option 'count'/, () => session.imagine({ count: 3 }));
    await fails('invalid_argument', /no attribute 'mood'/, () =>
      session.imagine({ avoid: { mood: 'dark' } }),
    );
    const plain = await Recommender.load(goldenModel('gated_i8'));
    await fails('unsupported', /--preset imagine/, () => plain.session().imagine());
    plain.dispose();
  });
});
