// Random sequences of verbs on a model and its sessions, checked against a plain model of both.
// TSUGI_PROPERTY_RUNS=20000 makes it long; TSUGI_PROPERTY_SEED repeats a run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Recommender, TsugiError } from './node_package.mjs';
import { goldenModel, requireTool } from './packed_package.mjs';

const fc = requireTool('fast-check');
const RUNS = Number(process.env.TSUGI_PROPERTY_RUNS ?? 2000);
const SEED = Number(process.env.TSUGI_PROPERTY_SEED ?? 20_261_130);
const MODEL = 'tower_i8';
const VISITORS = 3;
const OWN_IDS = ['n0', 'n1', 'n2', 'n3'];

let model;
let catalogue;
before(async () => {
  model = await Recommender.load(goldenModel(MODEL));
  catalogue = model.items().map(({ id }) => id);
});
after(() => model.dispose());

const visitor = fc.nat(VISITORS - 1);
const ownId = fc.constantFrom(...OWN_IDS);
const anyId = fc.oneof(
  fc.nat(1000).map((n) => ({ known: n })),
  fc.constantFrom(...OWN_IDS, 'nobody', '', '__proto__', 'x'.repeat(300)),
);
const ids = fc.array(anyId, { maxLength: 4 });
/** What is done, to whom, and with what. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ verb: fc.constant('push'), visitor, ids }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('dislike'), visitor, ids }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('rollback'), visitor, count: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('add'), visitor, id: ownId }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('remove'), visitor, id: ownId }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('addForAll'), id: ownId }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('removeForAll'), id: ownId }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('restore'), visitor, from: visitor }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('renew'), visitor }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('wrong'), visitor, which: fc.nat(4) }) },
);

/** What a session is: its events, oldest first, and the added items that it alone sees. */
const emptyVisit = () => ({ events: [], own: new Set() });

/** The real sessions and the plain ones, changed alike. */
class World {
  forAll = new Set();
  visits = Array.from({ length: VISITORS }, emptyVisit);
  sessions = Array.from({ length: VISITORS }, () => model.session());

  close() {
    for (const session of this.sessions) session.dispose();
    model.removeItems([...this.forAll]);
  }

  sees(visit, id) {
    return catalogue.includes(id) || this.forAll.has(id) || visit.own.has(id);
  }

  /** The ids that a visitor dislikes: those of dislikes that no other event of the item follows. */
  disliked({ events }) {
    const ids = new Set();
    for (const { item, feedback } of events) feedback ? ids.add(item) : ids.delete(item);
    return ids;
  }

  /** Does `action`, which is refused if `isRefused`; then nothing may have changed. */
  attempt(isRefused, action, change) {
    if (!isRefused) {
      action();
      change();
      return;
    }
    const before = this.sessions.map((session) => session.save());
    assert.throws(action, (error) => error instanceof TsugiError && error.code !== 'engine_trapped');
    this.sessions.forEach((session, at) => assert.deepEqual(session.save(), before[at]));
  }

  push(step) {
    this.pushEvents(step, (item) => ({ item }));
  }

  dislike(step) {
    this.pushEvents(step, (item) => ({ item, feedback: 'dislike' }));
  }

  pushEvents({ visitor: at, ids: given }, eventOf) {
    const named = given.map((one) => (typeof one === 'string' ? one : catalogue[one.known % catalogue.length]));
    const visit = this.visits[at];
    const seen = named.filter((id) => this.sees(visit, id));
    this.attempt(false, () => {
      const { accepted, unknown, events } = this.sessions[at].push(named.map(eventOf));
      assert.deepEqual(unknown, named.filter((id) => !this.sees(visit, id)));
      assert.deepEqual([accepted, events], [seen.length, visit.events.length + seen.length]);
    }, () => visit.events.push(...seen.map(eventOf)));
  }

  rollback({ visitor: at, count }) {
    const visit = this.visits[at];
    const left = visit.events.length - count;
    this.attempt(left < 0, () => assert.equal(this.sessions[at].rollback(count), left), () => {
      visit.events.length = left;
    });
  }

  add({ visitor: at, id }) {
    const visit = this.visits[at];
    this.attempt(this.sees(visit, id), () => this.sessions[at].addItems([{ id, title: `of ${at}` }]),
      () => visit.own.add(id));
  }

  remove({ visitor: at, id }) {
    const visit = this.visits[at];
    this.attempt(!visit.own.has(id), () => this.sessions[at].removeItems([id]), () => visit.own.delete(id));
  }

  addForAll({ id }) {
    this.attempt(this.forAll.has(id), () => model.addItems([{ id, title: 'of all' }]), () => this.forAll.add(id));
  }

  removeForAll({ id }) {
    this.attempt(!this.forAll.has(id), () => model.removeItems([id]), () => this.forAll.delete(id));
  }

  renew({ visitor: at }) {
    this.sessions[at].dispose();
    this.sessions[at] = model.session();
    this.visits[at] = emptyVisit();
  }

  restore({ visitor: at, from }) {
    const saved = this.sessions[from].save();
    const restored = model.restore(saved);
    assert.deepEqual(restored.save(), saved, 'what is restored saves the same bytes');
    this.sessions[at].dispose();
    this.sessions[at] = restored;
    this.visits[at] = { events: [...this.visits[from].events], own: new Set(this.visits[from].own) };
  }

  wrong({ visitor: at, which }) {
    const session = this.sessions[at];
    this.attempt(true, [
      () => session.push([catalogue[0], { item: catalogue[1], time: NaN }]),
      () => session.recommend({ k: 0 }),
      () => session.addItems([{ id: 'fresh' }, { id: catalogue[0] }]),
      () => session.removeItems(['fresh']),
      () => model.restore(session.save().subarray(0, -1)),
    ][which]);
  }

  check() {
    for (const [at, session] of this.sessions.entries()) {
      const visit = this.visits[at];
      const list = session.recommend({ k: 1000, seen: 'keep' });
      const seen = [...catalogue, ...new Set([...this.forAll, ...visit.own])].sort();
      // An added item may have gone since it was disliked, and another have come with its id.
      const disliked = this.disliked(visit);
      const isSure = (id) => catalogue.includes(id) || !disliked.has(id);
      assert.deepEqual(
        list.map(({ item }) => item).filter(isSure).sort(),
        seen.filter((id) => isSure(id) && !disliked.has(id)),
        'everything seen and not disliked, once, and nothing else',
      );
      assert.deepEqual(session.events().map(({ item, feedback }) => [item, feedback]).filter(([id]) => catalogue.includes(id)),
        visit.events.map(({ item, feedback }) => [item, feedback]).filter(([id]) => catalogue.includes(id)));
      assert.ok(list.every(({ score }, place) => Number.isFinite(score) && (place === 0 || score <= list[place - 1].score)));
      assert.equal(session.push([]).events, visit.events.length);
    }
  }

  /** Rolling back and restoring leave no trace: a session that only pushed has the same scores, to the bit. */
  checkHistory() {
    for (const [at, session] of this.sessions.entries()) {
      const { events } = this.visits[at];
      if (!events.every(({ item }) => catalogue.includes(item))) continue; // the items may have gone since
      const plain = model.session();
      plain.push(events);
      const scores = (one) => new Map(one.recommend({ k: 1000, seen: 'keep' }).map(({ item, score }) => [item, score]));
      const wanted = scores(plain);
      const found = scores(session);
      for (const id of catalogue) assert.equal(found.get(id), wanted.get(id), id);
      plain.dispose();
    }
  }
}

test(`sessions are what ${RUNS} sequences of verbs made of them`, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const world = new World();
      try {
        for (const one of steps) {
          world[one.verb](one);
          world.check();
        }
        world.checkHistory();
      } finally {
        world.close();
      }
    }),
    { numRuns: RUNS, seed: SEED, includeErrorInReport: true },
  );
});
