import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from './page_source.mjs';

const { worthShowing } = await loadSource('invented_titles.ts');
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
