import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from './page_source.mjs';

const { chooseStarters, compareShelves, describeMoves, genreShares, passes } =
  await loadSource('shelves.ts');
const { createCatalogue } = await loadSource('catalogue.ts');
const { createStore } = await loadSource('store.ts');
const { Visit } = await loadSource('visit.ts');
const { addedFilms, keepWatched, recallWatched } = await loadSource('memory.ts');
const { formatBytes, formatTime, median } = await loadSource('views/status_strip.ts');

const GENRES = ['Drama', 'Comedy', 'Horror', 'Western', 'Sci-Fi'];
const makeCatalogue = () => createCatalogue(Array.from({ length: 60 }, (_, i) => ({ id: String(i),
  title: `Film ${i}`, attributes: { year: [String(1930 + i)], genres: [GENRES[i % 5]] } })), []);
const catalogue = makeCatalogue();
const film = (id) => catalogue.find(String(id));
const popular = Array.from({ length: 40 }, (_, i) => String(i));

/** Ranks the films after the newest one; takes a turn of the event loop, as a worker does. */
function fakeEngine() {
  const questions = [];
  return { questions, items: [], build: 'simd128', memoryBytes: async () => 1,
    async rank(question) {
      questions.push(question);
      await new Promise((resolve) => setImmediate(resolve));
      const newest = Number(question.watched.at(-1).film.id);
      const ids = Array.from({ length: question.k }, (_, i) => String((newest + i + 1) % 60));
      const intents = [{ family: 'topic', weight: 1, labels: [{ label: GENRES[newest % 5], probability: 1 }] }];
      return { ids, because: ids.map(() => String(newest)), intents, understood: true, milliseconds: 1 };
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

test('each film says which watched one speaks for it, starters nothing', async () => {
  const { visit, store } = openVisit();
  await visit.open([]);
  assert.deepEqual(store.state.shelf.because, []);
  await visit.watch(film(3));
  assert.equal(store.state.shelf.because.length, store.state.shelf.films.length);
  assert.equal(store.state.shelf.because[0], film(3));
});

test('the reading of the visitor follows the last film, and starters have none', async () => {
  const { visit, store } = openVisit();
  await visit.open([]);
  assert.deepEqual(store.state.shelf.intents, []);
  await visit.watch(film(3));
  assert.equal(store.state.shelf.intents[0].labels[0].label, GENRES[3]);
});

test('looking back on fewer films asks with those alone, and keeps the others off the shelf', async () => {
  const { visit, engine } = openVisit();
  await visit.open([]);
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
  await visit.open([]);
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

test('an added film is found, ranked for the visitor, and remembered', async () => {
  const fresh = makeCatalogue();
  const { visit } = openVisit(fakeEngine(), fresh);
  await visit.open([]);
  await visit.watch(fresh.find('3'));
  const own = { id: 'own-night-train-2026', title: 'Night Train', year: 2026, genres: ['Drama'] };
  const { film: added, place, of } = await visit.add(own);
  assert.deepEqual([added.title, added.year, place, of], ['Night Train', 2026, 1, 61]);
  assert.equal(fresh.find(own.id), added);
  assert.equal(fresh.search('night tr', 3)[0], added);
  const kept = new Map();
  const storage = () => ({ getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value) });
  addedFilms.keep(own, storage);
  assert.deepEqual(addedFilms.recall(storage), [own]);
  kept.set([...kept.keys()][0], '[{"id":1}]');
  assert.deepEqual(addedFilms.recall(storage), []);
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
  await visit.open([]);
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
  await visit.open([]);
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
  await visit.open([]);
  await visit.watch(film(1));
  await visit.watch(film(1));
  assert.equal(store.state.watched.length, 1);
});

test('while the engine works, only the newest wish is asked', async () => {
  const { store, visit, engine } = openVisit();
  await visit.open([]);
  await Promise.all([1, 2, 3, 4, 5].map((id) => visit.watch(film(id))));
  assert.equal(engine.questions.length, 2);
  assert.equal(engine.questions[1].watched.length, 5);
  assert.equal(store.state.shelf.films[0].id, '6');
});

test('a failing engine is reported and nothing hangs', async () => {
  const engine = { ...fakeEngine(), rank: () => Promise.reject(new Error('trapped')) };
  const { visit, failures } = openVisit(engine);
  await visit.open([]);
  await visit.watch(film(1));
  assert.match(String(failures[0]), /trapped/);
});

test('what was watched is remembered on the device, and damaged memory is ignored', async () => {
  const data = new Map();
  const storage = () => ({ getItem: (k) => data.get(k) ?? null, setItem: (k, v) =>
    data.set(k, v) });
  const { store, visit } = openVisit();
  keepWatched(store, storage);
  await visit.open([]);
  await visit.watch(film(7));
  assert.deepEqual(recallWatched(catalogue, storage).map((w) => w.film.id), ['7']);
  for (const bad of ['{', '{"a":1}', '[["no such film",1],["7","x"],7,null]']) {
    for (const key of data.keys()) data.set(key, bad);
    assert.deepEqual(recallWatched(catalogue, storage), []);
  }
  assert.deepEqual(recallWatched(catalogue, () => { throw new Error('denied'); }), []);
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
