// The golden cases through the package: one file of answers for Node and for every browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export const GOLDEN_MODELS = [
  'gated_f32',
  'gated_i8',
  'gated_i4',
  'timed_i8',
  'context_i8',
  'intent_i8',
  'tower_i8',
  'vectors_i8',
  'counted_i8',
  'semantic_i8',
  'sasrec_f32',
  'sasrec_i8',
];

const models = JSON.parse(readFileSync(new URL('../golden/cases.json', import.meta.url), 'utf8'));
export const readGolden = (name) => models.find(({ model }) => model === name);

/** Lists of { item, score } by item number. Names nothing outside itself: a page gets its text. */
export async function listsOf(Recommender, source, options, cases) {
  const model = await Recommender.load(source, options);
  const ids = model.items().map(({ id }) => id);
  const lists = cases.map(({ added, history, dislikes = [], k, seen, exclude, ranking, query, popularity }) => {
    const session = model.session();
    if (added) session.addItems([added]);
    const known = [...ids, added?.id];
    session.push(history.map((item) => known[item]));
    session.push(dislikes.map((item) => ({ item: known[item], feedback: 'dislike' })));
    const away = exclude.map((item) => known[item]);
    const list = session.recommend({ k, seen, exclude: away, ranking, query, popularity });
    session.dispose();
    return list.map(({ item, score }) => ({ item: known.indexOf(item), score }));
  });
  model.dispose();
  return lists;
}

/** The same items in the same order, and scores within the model's tolerance. */
export function checkLists(lists, { cases, tolerance }) {
  for (const [at, { name, items, scores, tolerance: own = tolerance }] of cases.entries()) {
    assert.deepEqual(
      lists[at].map(({ item }) => item),
      items,
      name,
    );
    lists[at].forEach(({ score }, place) =>
      assert.ok(Math.abs(score - scores[place]) <= own, `${name}: ${score}`),
    );
  }
}
