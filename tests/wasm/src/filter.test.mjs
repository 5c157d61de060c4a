// Filters become the engine's lists and clauses; here the clauses are read as tsugi.h defines them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceModules } from './source_module.mjs';

const { Catalogue, compileCaps, compileFilter, END_CLAUSE, Seen, TsugiError } = await sourceModules(
  'catalogue',
  'filter',
  'engine',
  'errors',
);

const ITEMS = [
  {
    id: 'a',
    title: 'A',
    attributes: { genres: ['Comedy', 'Drama'], year: ['1989'], price: ['5.0'], kind: ['film'] },
  },
  {
    id: 'b',
    title: 'B',
    attributes: { genres: ['Drama'], year: ['1990'], price: ['5'], kind: ['series'] },
  },
  { id: 'c', title: 'C', attributes: { genres: ['Horror'], year: ['1995'], price: ['7.50'] } },
  { id: 'd', title: 'D', attributes: { genres: ['Drama', 'Horror'], year: ['1999'] } },
  { id: 'e', title: 'E', attributes: { genres: ['War'], year: ['2000'] } },
  { id: 'f', title: 'F', attributes: {} },
  { id: 'g', title: 'G', attributes: { genres: ['x=y'], note: ['', ' '], year: ['unknown'] } },
];
const pairs = (item) =>
  Object.entries(item.attributes).flatMap(([field, values]) => values.map((v) => `${field}=${v}`));
const NAMES = [...new Set(ITEMS.flatMap(pairs))].sort();
const attributesOf = (index) =>
  Uint32Array.from(pairs(ITEMS[index]).map((name) => NAMES.indexOf(name)));

/** A catalogue of items, given as JSON texts, and of attribute names, to which nothing was added. */
function catalogueOf(items, names) {
  const ids = items.map((text) => JSON.parse(text).id);
  const tables = [ids, [], names];
  const engine = {
    strings: (table) => ({
      count: tables[table]?.length ?? 0,
      at: (index) => tables[table][index],
    }),
    item: (index) => items[index],
    findItem: (_, id) => ids.indexOf(id),
    itemCount: () => ids.length,
    itemChanges: 0,
  };
  return new Catalogue(engine, { items: ids.length, modalities: [] });
}
const catalogue = catalogueOf(
  ITEMS.map((item) => JSON.stringify(item)),
  NAMES,
);

/** Whether an item meets the clauses: each by any of its attributes or absences. */
function meets(index, predicate) {
  const held = new Set(attributesOf(index));
  let isMet = false;
  for (const number of predicate) {
    if (number === END_CLAUSE) {
      if (!isMet) return false;
      isMet = false;
    } else {
      isMet ||= number < 0 ? !held.has(~number) : held.has(number);
    }
  }
  return true;
}

function passed(options) {
  const compiled = compileFilter(catalogue, options);
  if (compiled === null) return '';
  const { exclude, allow, predicate } = compiled;
  return ITEMS.filter(
    (_, index) =>
      meets(index, predicate) && !exclude.includes(index) && (allow?.includes(index) ?? true),
  )
    .map(({ id }) => id)
    .join('');
}
const filtered = (filter) => passed({ filter });

test('a value, several values, several fields', () => {
  assert.equal(filtered({}), 'abcdefg');
  assert.equal(filtered({ genres: 'Drama' }), 'abd');
  assert.equal(filtered({ genres: ['Comedy', 'War'] }), 'ae');
  assert.equal(filtered({ genres: ['Drama', 'Horror'], year: '1999' }), 'd');
  assert.equal(filtered({ year: 1990 }), 'b');
  assert.equal(filtered({ genres: 'x=y' }), 'g');
  assert.equal(filtered({ genres: undefined, not: undefined }), 'abcdefg');
});

test('ranges take in both ends and leave out what is no number', () => {
  assert.equal(filtered({ year: { min: 1990, max: 1999 } }), 'bcd');
  assert.equal(filtered({ year: { min: 1996 } }), 'de');
  assert.equal(filtered({ year: { max: 1989 } }), 'a');
  assert.equal(filtered({ year: {} }), 'abcde');
  assert.equal(filtered({ note: { min: 0 } }), '');
});

test('not leaves out what meets any of its conditions', () => {
  assert.equal(filtered({ not: { genres: 'Horror' } }), 'abefg');
  assert.equal(filtered({ not: { genres: ['Horror', 'War'], year: { max: 1989 } } }), 'bfg');
  assert.equal(filtered({ genres: 'Drama', not: { genres: 'Horror' } }), 'ab');
  assert.equal(filtered({ not: { genres: 'No such' } }), 'abcdefg');
});

test('a value that no item has leaves nothing, or just the other values', () => {
  assert.equal(filtered({ genres: 'Western' }), '');
  assert.equal(filtered({ genres: [] }), '');
  assert.equal(filtered({ genres: ['Western', 'War'] }), 'e');
});

test('lists of ids, functions, and all of them together', () => {
  assert.equal(passed({ exclude: ['a', 'nobody'] }), 'bcdefg');
  assert.equal(passed({ allow: ['a', 'b', 'nobody'] }), 'ab');
  assert.equal(
    passed({ allow: ['a', 'b', 'c'], exclude: ['a'], filter: { genres: 'Drama' } }),
    'b',
  );
  assert.equal(
    filtered(({ attributes }) => attributes.year?.[0] === '1999'),
    'd',
  );
  assert.equal(
    passed({ allow: ['a', 'b'], filter: ({ title }) => title !== 'A', exclude: [] }),
    'b',
  );
  assert.equal(
    filtered(() => false),
    '',
  );
});

test('seen is told by name', () => {
  const seenOf = (seen) => compileFilter(catalogue, { seen }).seen;
  assert.deepEqual([undefined, 'default', 'filter', 'keep'].map(seenOf), [
    Seen?.MODEL_DEFAULT ?? 0,
    0,
    1,
    2,
  ]);
});

test('numbers are compared as numbers, words as words', () => {
  assert.equal(filtered({ price: 5 }), 'ab');
  assert.equal(filtered({ price: [5, '7.50'] }), 'abc');
  assert.equal(filtered({ price: '5' }), 'b');
  assert.equal(filtered({ price: 7.5 }), 'c');
  assert.equal(filtered({ not: { price: 5 } }), 'cdefg');
  assert.equal(filtered({ price: { min: 5, max: 5 } }), 'ab');
});

test('a function sees frozen items, the same in each call', () => {
  const seen = [];
  const filter = (item) => seen.push(item) > 0;
  passed({ filter });
  passed({ filter });
  assert.equal(seen[0], seen[ITEMS.length]);
  assert.ok(Object.isFrozen(seen[0]) && Object.isFrozen(seen[0].attributes.genres));
});

test('caps count every value of their field', () => {
  assert.deepEqual(compileCaps(catalogue, undefined), { capAttributes: [], cap: 0 });
  const { capAttributes, cap } = compileCaps(catalogue, { field: 'genres', max: 2 });
  assert.equal(cap, 2);
  assert.deepEqual(
    capAttributes.map((index) => NAMES[index]),
    NAMES.filter((name) => name.startsWith('genres=')),
  );
});

test('mistakes name what there is', () => {
  const wrong = [
    [{ filter: { genre: 'Drama' } }, /filter: no attribute 'genre'\. Try: genres, /],
    [{ filter: { not: { yaer: 1990 } } }, /filter\.not: no attribute 'yaer'\. Try: .*year/],
    [{ filter: { year: { from: 1990 } } }, /filter\.year: unknown option 'from'.*min, max/],
    [{ filter: { year: { min: '1990' } } }, /year\.min: "1990", expected a number/],
    [{ filter: { year: { min: NaN } } }, /year\.min: NaN/],
    [{ filter: { genres: null } }, /genres: null, expected a value/],
    [{ filter: 'Drama' }, /filter: "Drama", expected an object/],
    [{ filter: ['Drama'] }, /filter: Array, expected an object/],
    [{ filter: { not: 'Horror' } }, /filter\.not: "Horror", expected an object/],
    [{ allow: [7] }, /ids are strings, write '7'/],
    [{ seen: true }, /seen: true, expected default or filter or keep/],
    [{ filter: { genres: 'Dramma' } }, /genres: no item has "Dramma"\. Try: Drama\./],
    [{ filter: { genres: ['drama'] } }, /genres: no item has "drama"\. Try: Drama\./],
    [{ filter: { not: { genres: 'Horor' } } }, /not\.genres: no item has "Horor"\. Try: Horror\./],
    [{ filter: { kind: { min: 1 } } }, /kind: its values are no numbers\. Try: film, series\./],
    [{ filter: { kind: 5 } }, /kind: its values are no numbers/],
    [{ filter: { year: NaN } }, /year: NaN, expected a value/],
    [{ filter: { genres: [{}] } }, /genres: Object, expected a value/],
    [{ filter: { genres: new Map() } }, /genres: Map, expected a value/],
    [{ filter: async () => false }, /filter: Promise, expected true or false/],
    [{ filter: function* () {} }, /filter: .*expected true or false/],
  ];
  for (const [options, words] of wrong) {
    assert.throws(
      () => compileFilter(catalogue, options),
      (error) =>
        error instanceof TsugiError &&
        error.code === 'invalid_argument' &&
        words.test(error.message),
      JSON.stringify(options),
    );
  }
  for (const caps of [
    { field: 'genres' },
    { field: 'genres', max: 0 },
    { max: 2 },
    { field: 'no', max: 1 },
  ]) {
    assert.throws(() => compileCaps(catalogue, caps), TsugiError, JSON.stringify(caps));
  }
});

test('an attribute called __proto__ is a value as any other', () => {
  const hostile = catalogueOf(['{"id":"a","attributes":{"__proto__":["x"]}}'], ['__proto__=x']);
  assert.deepEqual(Object.entries(hostile.item(0).attributes), [['__proto__', ['x']]]);
  assert.equal({}.x, undefined);
});
