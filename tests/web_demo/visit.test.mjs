import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from './page_source.mjs';

const { chooseStarters, compareShelves, describeMoves, genreShares, intentSentence, passes } =
  await loadSource('shelves.ts');
const { createCatalogue } = await loadSource('catalogue.ts');
const { createStore } = await loadSource('store.ts');
const { Visit } = await loadSource('visit.ts');
const { keepMemory, recall } = await loadSource('memory.ts');
const { formatBytes, formatTime, median } = await loadSource('views/status_strip.ts');

const GENRES = ['Drama', 'Comedy', 'Horror', 'Western', 'Sci-Fi'];
const makeCatalogue = () => createCatalogue(Array.from({ length: 60 }, (_, i) => ({ id: String(i),
  title: `Film ${i}`, attributes: { year: [String(1930 + i)], genres: [GENRES[i % 5]] } })), []);
const catalogue = makeCatalogue();
const film = (id) => catalogue.find(String(id));
const popular = Array.from({ length: 40 }, (_, i) => String(i));

/** Ranks the films after the newest one; takes a turn of the event loop, as a worker does. */
function fakeEngine() {
  const [questions, removed] = [[], []];
  return { questions, items: [], build: 'simd128', memoryBytes: async () => 1,
    async rank(question) {
      questions.push(question);
      await new Promise((resolve) => setImmediate(resolve));
      const newest = Number(question.watched.at(-1).film.id);
      const ids = Array.from({ length: question.k }, (_, i) => String((newest + i + 1) % 60));
      const intents = [{ family: 'topic', weight: 1, labels: [{ label: GENRES[newest % 5], probability: 1 }] }];
      const oldest = question.watched[0].film.id;
      const because = ids.map((_, place) => (place % 2 === 0 ? String(newest) : oldest));
      return { ids, because, intents, understood: true, milliseconds: 1 };
    },
    removed,
    remove: async (id, watched) => {
      removed.push({ id, watched: watched.map((entry) => entry.film.id) });
    },
    canAdd: true,
    add: async ({ id, title, year, genres }) =>
      ({ id, title, attributes: { year: [String(year)], genres } }),
    placeOf: async (id, watched) => ({ place: watched.length, of: 61 }) };
}
function openVisit(engine = fakeEngine(), known = catalogue) {
  const store = createStore();
  const failures = [];
  let clock = 0;
  const visit = new Visit({ engine, catalogue: known, popular, store, now: () => ++clock,
    onFailure: (error) => failures.push(error) });
  return { store, visit, engine, failures, ids: () => store.state.shelf.films.map((f) => f.id) };
}

test('each film says which watched one sets it apart: the last one only if they share a genre', async () => {
  const { visit, store } = openVisit();
  await visit.open({ watched: [], added: [] });
  assert.deepEqual(store.state.shelf.because, []);
  await visit.watch(film(3));
  await visit.watch(film(20));
  const { films, because } = store.state.shelf;
  assert.equal(because.length, films.length);
  const shares = films.map(({ genres }) => genres.some((genre) => film(20).genres.includes(genre)));
  assert.ok(shares.includes(true) && shares.includes(false));
  films.forEach((_, place) => {
    const last = shares[place] ? film(20) : undefined;
    assert.equal(because[place], place % 2 === 0 ? last : film(3), `place ${place}`);
  });
});

test('a film that is not for the visitor is kept as such, and can be watched after all', async () => {
  const storage = new Map();
  const kept = () => ({ getItem: (key) => storage.get(key) ?? null, setItem: (key, text) => storage.set(key, text) });
  const { visit, store, engine } = openVisit();
  keepMemory(store, kept);
  await visit.open({ watched: [], added: [] });
  await visit.watch(film(3));
  await visit.dislike(film(7));
  await visit.dislike(film(7));
  const marks = () => store.state.watched.map(({ film: { id }, isDisliked }) => [id, Boolean(isDisliked)]);
  assert.deepEqual(marks(), [['3', false], ['7', true]]);
  assert.equal(store.state.shelf.reason.kind, 'disliked');
  assert.equal(engine.questions.at(-1).watched.at(-1).isDisliked, true);
  assert.ok([...storage.values()].includes('[["3",1],["7",2,"disliked"]]'));
  const again = openVisit();
  const rows = JSON.stringify([['3', 17e11], ['7', 17e11, 'disliked'], ['8', 17e11, 'x']]);
  await again.visit.open(recall(() => ({ getItem: (key) => (key.includes('watched') ? rows : null) })));
  assert.deepEqual(again.store.state.watched.map(({ isDisliked }) => isDisliked), [false, true]);
  await visit.watch(film(7));
  assert.deepEqual(marks(), [['3', false], ['7', false]]);
  await visit.undo();
  assert.deepEqual(marks(), [['3', false], ['7', true]]);
});

test('rows are asked for once something was picked, without the films of the shelf', async () => {
  const asked = [];
  const engine = { ...fakeEngine(), rows: async (question) => {
    asked.push(question);
    return [{ title: 'New', reason: { kind: 'new' }, ids: ['50', 'gone', '51'] }];
  } };
  const { visit, store, failures } = openVisit(engine);
  await visit.open({ watched: [], added: [] });
  assert.deepEqual(await visit.rows(), []);
  await visit.watch(film(3));
  const [row] = await visit.rows();
  assert.deepEqual([row.title, row.films.map(({ id }) => id)], ['New', ['50', '51']]);
  for (const { id } of [film(3), ...store.state.shelf.films]) assert.ok(asked[0].alsoSeen.includes(id));
  await visit.ask('western');
  assert.deepEqual(await visit.rows(), [], 'who asks in words wants one list');
  engine.rows = async () => {
    throw new Error('gone');
  };
  await visit.ask('');
  assert.deepEqual(await visit.rows(), []);
  assert.match(failures[0].message, /gone/);
});

test('the reading of the visitor follows the last film, and starters have none', async () => {
  const { visit, store } = openVisit();
  await visit.open({ watched: [], added: [] });
  assert.deepEqual(store.state.shelf.intents, []);
  await visit.watch(film(3));
  assert.equal(store.state.shelf.intents[0].labels[0].label, GENRES[3]);
});

test('looking back on fewer films asks with those alone, and keeps the others off the shelf', async () => {
  const { visit, engine } = openVisit();
  await visit.open({ watched: [], added: [] });
  for (const id of [3, 7, 11]) await visit.watch(film(id));
  await visit.remember(2);
  const { watched, alsoSeen } = engine.questions.at(-1);
  assert.deepEqual(watched.map((entry) => entry.film.id), ['7', '11']);
  assert.deepEqual(alsoSeen, ['3', '7', '11']);
  await visit.remember(0);
  assert.equal(engine.questions.at(-1).watched.length, 3);
});

test('words add to the taste, and their bounds to the filters', async () => {
  const { visit, store, engine } = openVisit();
  await visit.open({ watched: [], added: [] });
  await visit.ask('before 1960, no horror');
  assert.equal(engine.questions.length, 0, 'bounds alone leave the starters');
  assert.ok(store.state.shelf.films.every((one) => one.year < 1960 && !one.genres.includes('Horror')));
  await visit.watch(film(3));
  await visit.ask('space war, older');
  const { words, filters } = engine.questions.at(-1);
  assert.equal(words, 'space war');
  assert.deepEqual(filters, { genres: [], without: [], years: { min: 0, max: 1932 } });
  assert.deepEqual(store.state.shelf.reason, { kind: 'asked' });
  await visit.resetFilters();
  assert.equal(engine.questions.at(-1).words, '');
});

const OWN = { id: 'own-night-train-2026', title: 'Night Train', year: 2026, genres: ['Drama'] };
const open = async (engine = fakeEngine()) => {
  const known = makeCatalogue();
  const all = { ...openVisit(engine, known), known };
  await all.visit.open({ watched: [], added: [] });
  return all;
};

test('an added film is found and ranked for the visitor', async () => {
  const { visit, known } = await open();
  await visit.watch(known.find('3'));
  const { film: added, place, of } = await visit.add(OWN);
  assert.deepEqual([added.title, added.year, place, of], ['Night Train', 2026, 1, 61]);
  assert.equal(known.find(OWN.id), added);
  assert.equal(known.search('night tr', 3)[0], added);
});

test('an added film can be taken out again, also when it was watched; undo brings both back', async () => {
  const { visit, known, store, engine } = await open();
  await visit.watch((await visit.add(OWN)).film);
  await visit.watch(known.find('3'));
  await visit.removeAdded(known.find(OWN.id));
  assert.equal(known.find(OWN.id), undefined);
  assert.deepEqual(known.search('night tr', 3), []);
  assert.deepEqual(store.state.watched.map(({ film: { id } }) => id), ['3']);
  assert.deepEqual(engine.removed, [{ id: OWN.id, watched: ['3'] }], 'the session has let it go before');
  await visit.undo();
  assert.equal(known.find(OWN.id).title, 'Night Train');
  assert.deepEqual(store.state.watched.map(({ film: { id } }) => id), [OWN.id, '3']);
});

test('starting over forgets the films that were added', async () => {
  const { visit, known, store } = await open();
  await visit.add(OWN);
  await visit.clear();
  assert.deepEqual([known.find(OWN.id), store.state.added], [undefined, []]);
});

test('a film that the engine refuses is none', async () => {
  const { visit, store, failures } = await open({ ...fakeEngine(), add: async () => undefined });
  assert.equal(await visit.add(OWN), undefined);
  assert.deepEqual([store.state.added, failures], [[], []]);
});

test('moves tell new films from those that went up or down', () => {
  const moves = compareShelves([film(1), film(2), film(3)], [film(3), film(9), film(1)]);
  assert.deepEqual(moves, [{ kind: 'up', by: 2 }, { kind: 'new' }, { kind: 'down', by: 2 }]);
  assert.equal(describeMoves(moves), '1 new film, 1 moved up, 1 moved down');
  assert.equal(describeMoves([{ kind: 'same' }]), 'nothing moved');
  assert.deepEqual(compareShelves([], [film(1)]), [{ kind: 'same' }]);
});

test('genre shares add up to one', () => {
  const shares = genreShares([film(0), film(1), film(5)]);
  assert.deepEqual(shares.map(({ genre }) => genre), ['Drama', 'Comedy']);
  assert.equal(shares.reduce((sum, { share }) => sum + share, 0), 1);
});

const choose = (known, filters, surprise = 0) =>
  chooseStarters(catalogue, known, { count: 15, filters, surprise });

test('starters are well known films spread over all genres', () => {
  const starters = choose(popular, { genres: [], without: [], years: null });
  assert.equal(starters.length, 15);
  assert.equal(new Set(starters).size, 15);
  assert.equal(starters[0].id, '0');
  for (const genre of GENRES) {
    const count = starters.filter((f) => f.genres[0] === genre).length;
    assert.ok(count >= 2 && count <= 4, `${genre}: ${count}`);
  }
});

test('surprise trades fame for variety on the first shelf too', () => {
  const fame = (starters) => starters.reduce((sum, { id }) => sum + Number(id), 0);
  const [calm, bold] = [0, 1].map((surprise) => choose(popular, { genres: [], without: [], years: null }, surprise));
  assert.ok(fame(bold) > fame(calm), `${fame(bold)} > ${fame(calm)}`);
});

test('starters obey the filters, also beyond the well known films', () => {
  const filters = { genres: ['Horror'], without: [], years: { min: 1960, max: 1989 } };
  const starters = choose(popular, filters);
  assert.ok(starters.length >= 5 && starters.every((f) => passes(f, filters)));
  assert.deepEqual(choose([], { genres: ['None'], without: [], years: null }), []);
});

test('watching asks the engine and marks what is new; undo brings the former shelf back',
  async () => {
  const { store, visit, ids } = openVisit();
  await visit.open({ watched: [], added: [] });
  const starters = ids();
  await visit.watch(film(20));
  assert.deepEqual(ids(), Array.from({ length: 15 }, (_, i) => String(21 + i)));
  assert.ok(store.state.shelf.moves.some((move) => move.kind === 'new'));
  assert.equal(store.state.canUndo, true);
  await visit.undo();
  assert.deepEqual(ids(), starters);
  assert.equal(store.state.canUndo, false);
  await visit.undo();
  assert.deepEqual(store.state.watched, []);
});

test('undo takes back a removal and a clearing', async () => {
  const { store, visit } = openVisit();
  await visit.open({ watched: [], added: [] });
  await visit.watch(film(1));
  await visit.watch(film(2));
  await visit.remove(film(1));
  assert.deepEqual(store.state.watched.map((w) => w.film.id), ['2']);
  await visit.undo();
  await visit.clear();
  assert.equal(store.state.watched.length, 0);
  await visit.undo();
  assert.deepEqual(store.state.watched.map((w) => w.film.id), ['1', '2']);
});

test('a film is watched once', async () => {
  const { store, visit } = openVisit();
  await visit.open({ watched: [], added: [] });
  await visit.watch(film(1));
  await visit.watch(film(1));
  assert.equal(store.state.watched.length, 1);
});

test('while the engine works, only the newest wish is asked', async () => {
  const { store, visit, engine } = openVisit();
  await visit.open({ watched: [], added: [] });
  await Promise.all([1, 2, 3, 4, 5].map((id) => visit.watch(film(id))));
  assert.equal(engine.questions.length, 2);
  assert.equal(engine.questions[1].watched.length, 5);
  assert.equal(store.state.shelf.films[0].id, '6');
});

test('a failing engine is reported and nothing hangs', async () => {
  const engine = { ...fakeEngine(), rank: () => Promise.reject(new Error('trapped')) };
  const { visit, failures } = openVisit(engine);
  await visit.open({ watched: [], added: [] });
  await visit.watch(film(1));
  assert.match(String(failures[0]), /trapped/);
});

/** A storage and what it holds, by key. */
function makeStorage() {
  const data = new Map();
  return { data, storage: () => ({ getItem: (key) => data.get(key) ?? null,
    setItem: (key, value) => data.set(key, value) }) };
}
const NOW = Date.UTC(2026, 10, 30);

test('what was watched and added is remembered on the device, and another tab takes it over', async () => {
  const { data, storage } = makeStorage();
  const { store, visit, known } = await open();
  keepMemory(store, storage);
  await visit.watch((await visit.add(OWN)).film);
  await visit.watch(known.find('7'));
  assert.deepEqual([...data.keys()].sort(), ['tsugi-demo-added-1', 'tsugi-demo-watched-1']);
  store.update({ watched: store.state.watched.map(({ film: one }, at) => ({ film: one, time: NOW + at })) });
  const kept = recall(storage);
  assert.deepEqual(kept, { watched: [[OWN.id, NOW], ['7', NOW + 1]], added: [OWN] });
  const other = await open();
  await other.visit.open(kept);
  assert.deepEqual(other.store.state.watched.map(({ film: { id } }) => id), [OWN.id, '7']);
  await other.visit.open({ watched: [['7', NOW]], added: [] });
  assert.equal(other.known.find(OWN.id), undefined);
  assert.equal(other.store.state.shelf.reason.kind, 'returned');
});

const BAD_WATCHED = ['no row', ['x', NOW], ['7', 'x'], ['7', 1e300], ['7', -1], ['7', 1700000000], ['7', 1.5],
  ['7', null], [7, NOW], ['y'.repeat(1e6), NOW], null, 7, {}];
const BAD_FILMS = [{ id: 1 }, { ...OWN, title: 7 }, { ...OWN, year: 1e300 }, { ...OWN, year: '2026' },
  { ...OWN, genres: [7] }, { ...OWN, genres: 'Drama' }, { ...OWN, title: 'x'.repeat(1e6) }, null, []];

test('bad rows of the memory are left out, and the good ones stay', async () => {
  const { data, storage } = makeStorage();
  data.set('tsugi-demo-watched-1', JSON.stringify([...BAD_WATCHED, ['5', NOW], ['5', NOW], ['6', NOW]]));
  data.set('tsugi-demo-added-1', JSON.stringify([...BAD_FILMS, OWN]));
  const { store, visit, failures } = await open();
  await visit.open(recall(storage));
  assert.deepEqual(store.state.watched.map(({ film: { id } }) => id), ['5', '6']);
  assert.deepEqual([store.state.added, failures], [[OWN], []]);
  for (const bad of ['{', '{"a":1}', 'null', '']) {
    for (const key of data.keys()) data.set(key, bad);
    assert.deepEqual(recall(storage), { watched: [], added: [] }, bad);
  }
  assert.deepEqual(recall(() => { throw new Error('denied'); }), { watched: [], added: [] });
});

test('times and sizes are shown as people read them', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(formatTime(0.184), '180 \u00b5s');
  assert.equal(formatTime(1.24), '1.2 ms');
  assert.equal(formatTime(48.2), '48 ms');
  assert.equal(formatBytes(44_321), '44 KB');
  assert.equal(formatBytes(1_027_693), '1.0 MB');
});

const family = (name, ...labels) => ({ family: name, weight: 0.5,
  labels: labels.map(([label, probability]) => ({ label, probability })) });

test('the sentence names the likely topics and what the visitor is up to', () => {
  const topic = family('topic', ['Drama', 0.4], ['Comedy', 0.3], ['War', 0.2]);
  assert.equal(intentSentence([family('action', ['discover', 0.7], ['continue', 0.3]), topic]),
    'You seem to be in the mood for Drama or Comedy, and for a kind you have not watched yet.');
  assert.equal(intentSentence([family('topic', ['Drama', 0.8], ['Comedy', 0.1])]),
    'You seem to be in the mood for Drama.');
  assert.equal(intentSentence([family('action', ['continue', 1])]),
    'You seem to be here for more of the same kind.');
});

test('labels of other logs, the age of films and no intents at all make no sentence', () => {
  for (const intents of [[], [family('action', ['constructor', 1])], [family('age', ['new', 0.76]), family('topic')]]) {
    assert.equal(intentSentence(intents), '');
  }
});
