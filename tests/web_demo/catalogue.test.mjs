import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from './page_source.mjs';

const { codesOf, createCatalogue, displayTitle, fold, relativesOf, sharedCodes, worthShowing } =
  await loadSource('catalogue.ts');

const item = (id, title, year, ...genres) =>
  ({ id, title, attributes: { year: [String(year)], genres } });
const catalogue = createCatalogue([
  item('1', 'Star Trek', 2009, 'Sci-Fi'), item('2', 'Stardust', 2007, 'Fantasy'),
  item('3', 'Fabuleux destin d\'Am\u00e9lie Poulain, Le (Amelie)', 2001, 'Comedy', 'Romance'),
  item('4', 'Star Wars', 1977, 'Sci-Fi'), item('5', 'Lone Star', 1996, 'Drama'),
  item('6', 'Unlisted', 1999, '(no genres listed)'),
], ['4', '1']);
const found = (text, limit = 10) => catalogue.search(text, limit).map((film) => film.id);

test('a trailing article goes to the front and alternative titles are left out', () => {
  assert.equal(displayTitle('Usual Suspects, The'), 'The Usual Suspects');
  assert.equal(displayTitle('City of Lost Children, The (Cit\u00e9 des enfants perdus, La)'),
    'The City of Lost Children');
  assert.equal(displayTitle('Avventura, L\' (Adventure, The)'), 'L\'Avventura');
  assert.equal(displayTitle('Seven (a.k.a. Se7en)'), 'Seven');
  assert.equal(displayTitle('(500) Days of Summer'), '(500) Days of Summer');
  assert.equal(displayTitle('(Untitled)'), '(Untitled)');
});

test('folding drops case, accents and punctuation', () => {
  assert.equal(fold('  \u00c0 bout de Souffle!  WALL\u00b7E '), 'a bout de souffle wall e');
});

test('search finds titles without their accents, and alternative titles', () => {
  assert.deepEqual(found('amelie'), ['3']);
  assert.deepEqual(found('AM\u00c9LIE'), ['3']);
  assert.deepEqual(found('destin fabul'), ['3']);
});

test('titles that start with the query come first, the best known before the others', () => {
  assert.deepEqual(found('star'), ['4', '1', '2', '5']);
  assert.deepEqual(found('star', 2), ['4', '1']);
  assert.deepEqual(found('star 1977'), ['4']);
});

test('nothing is found for an empty query or an unknown title', () => {
  assert.deepEqual(found('   '), []);
  assert.deepEqual(found('zzz'), []);
});

test('genres and years are those of the films', () => {
  assert.deepEqual(catalogue.genres, ['Comedy', 'Drama', 'Fantasy', 'Romance', 'Sci-Fi']);
  assert.deepEqual(catalogue.years, { min: 1977, max: 2009 });
  assert.deepEqual(catalogue.find('6').genres, []);
});

test('a model without attributes or titles still gives films', () => {
  const bare = createCatalogue([{ id: '7' }], []);
  assert.deepEqual(bare.years, null);
  assert.deepEqual(bare.genres, []);
  assert.equal(bare.find('7').title, 'Film 7');
});

test('relatives share codes from the front, the closest first', () => {
  const film = (id, semanticId) => ({ id, semanticId });
  const films = [film('a', '07c80300'), film('b', '1fc80300'), film('c', '07000000'),
    film('d', '07c809ff'), film('e', '07c80301'), film('f', '')];
  assert.deepEqual(relativesOf(films[0], films, 9).map(({ film: { id }, shared }) => [id, shared]),
    [['e', 3], ['d', 2], ['c', 1]]);
  assert.equal(relativesOf(films[0], films, 1).length, 1);
  assert.deepEqual(relativesOf(films[5], films, 9), []);
  assert.equal(sharedCodes('', ''), 0, 'no codes, nothing shared');
  assert.deepEqual(codesOf('07c80300'), ['07', 'c8', '03', '00']);
});

const shown = (...titles) => worthShowing(titles, (title) => title === 'heat');

test('titles that read like titles are shown', () => {
  const titles = ['The Night Train', 'Ronin II', '2046', 'Am\u00e9lie', 'Who Goes There?', 'Alien (Director\u2019s Cut)',
    '\u0411\u0440\u0430\u0442 2'];
  assert.deepEqual(shown(...titles.filter((title) => title !== '2046')), titles.filter((title) => title !== '2046'));
});

test('pieces of titles, real films and repeats are not', () => {
  for (const title of ['', ' ', 'The -', 'Wars: Episode', 'The', 'Return of the', 'Star Wars:', '- The End', 'II', '2046',
    'Love and', 'The The End', 'Alien (Directors', 'Heat', 'Part', 'Mr']) {
    assert.deepEqual(shown(title), [''], title);
  }
  assert.deepEqual(shown('The First', 'Night Train', 'the first'), ['The First', 'Night Train', '']);
});
