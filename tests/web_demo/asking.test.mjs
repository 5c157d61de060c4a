import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from './page_source.mjs';

const { narrow, readAsking } = await loadSource('asking.ts');

const GENRES = ['Comedy', 'Film-Noir', 'Horror', 'War'];
const watched = [1994, 0, 1977, 2001].map((year) => ({ film: { year }, time: 0 }));
const alien = { title: 'Alien', year: 1979 };
const titles = { alien, them: { title: 'Them!', year: 1954 } };
const catalogue = { genres: GENRES, named: (title) => titles[title] };
const read = (text, seen = watched) => readAsking(text, seen, catalogue);

test('older and newer are measured at the middle of what was watched', () => {
  assert.deepEqual(read('something like these but older').years, { min: 0, max: 1993 });
  assert.deepEqual(read('like these, but newer!').years, { min: 1995, max: 9999 });
  assert.equal(read('something like these but older').words, '', 'nothing is left for the model');
  assert.deepEqual(read('older').taken, ['older than 1994', 'close to what you watched']);
});

test('older than nothing bounds nothing, and says so', () => {
  assert.equal(read('older', []).years, null);
  assert.deepEqual(read('older', []).taken, ['older than a film you pick']);
});

test('older than a year or a film is measured there, whatever was watched', () => {
  assert.deepEqual(read('older than 1960').years, { min: 0, max: 1959 });
  assert.deepEqual(read('newer than 1960').years, { min: 1961, max: 9999 });
  assert.deepEqual(read('like Alien but older').years, { min: 0, max: 1978 });
  assert.equal(read('like Alien but older').words, 'alien');
  assert.deepEqual(read('newer than alien', []).years, { min: 1980, max: 9999 });
  assert.deepEqual(read('like nobody knows but older').years, { min: 0, max: 1993 });
  assert.deepEqual(read('like them but older').years, { min: 0, max: 1993 }, 'not the film');
});

test('decades and years bound the list', () => {
  assert.deepEqual(read('the 80s').years, { min: 1980, max: 1989 });
  assert.deepEqual(read('2000s').years, { min: 2000, max: 2009 });
  assert.deepEqual(read('before 1960').years, { min: 0, max: 1959 });
  assert.deepEqual(read('after 1960').years, { min: 1961, max: 9999 });
  assert.deepEqual(read('since 1960 until 1970').years, { min: 1960, max: 1970 });
  assert.deepEqual(read('newer, from the 90s').years, { min: 1995, max: 1999 }, 'both hold');
});

test('a genre can be barred, also one of two words; other words are the model\'s', () => {
  const { words, without, years } = read('space war, no horror, not Film-Noir, without comedy');
  assert.equal(words, 'space war');
  assert.deepEqual(without, ['Horror', 'Film-Noir', 'Comedy']);
  assert.equal(years, null);
  assert.equal(read('no country').words, 'no country', 'not a genre');
  assert.equal(read('1984').words, '1984', 'a year alone may be a title');
  assert.equal(read('AM\u00c9LIE').words, 'amelie');
});

test('words and genres that every object has as properties are words and genres', () => {
  assert.equal(read('constructor 1990').words, 'constructor 1990');
  assert.equal(read('__proto__ 1990').years, null);
  const strange = { genres: ['__proto__', 'constructor'], named: catalogue.named };
  assert.deepEqual(readAsking('no constructor, no proto', watched, strange).without, ['constructor', '__proto__']);
});

test('nothing asked is nothing taken', () => {
  for (const text of ['', '  ', '?!']) {
    assert.deepEqual(read(text), { words: '', without: [], years: null, taken: [] });
  }
  assert.equal(read('\u{1f3ac}'.repeat(5000)).words, '');
});

test('the filters of the page hold together with those of the words', () => {
  const filters = { genres: ['War'], without: [], years: { min: 1950, max: 1989 } };
  assert.deepEqual(narrow(filters, read('80s no horror')),
    { genres: ['War'], without: ['Horror'], years: { min: 1980, max: 1989 } });
  assert.deepEqual(narrow(filters, read('')), filters);
  assert.deepEqual(narrow({ ...filters, years: null }, read('')).years, null);
});
