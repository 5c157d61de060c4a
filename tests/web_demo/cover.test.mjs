import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from './page_source.mjs';

const { drawCover, luminance, splitTitle } = await loadSource('cover/cover.ts');
const { PALETTES, TELLING, genreInk, leadingGenre } = await loadSource('cover/palette.ts');
const { eraOf, lineWidth, setTitle, stackTitle } = await loadSource('cover/type_setting.ts');

const film = (title, year = 1995, genres = ['Drama']) =>
  ({ id: '1', title, fullTitle: title, year, genres });
const YEARS = [0, 1925, 1955, 1975, 1985, 1995, 2015];

test('the same film is always drawn the same way, another film another way', () => {
  assert.equal(drawCover(film('Heat')), drawCover(film('Heat')));
  assert.notEqual(drawCover(film('Heat')), drawCover(film('Ronin')));
  assert.notEqual(drawCover(film('Heat')), drawCover(film('Heat', 1986)));
});

test('genres that every object has as properties get the ink and the cover of unknown ones', () => {
  for (const genre of ['constructor', '__proto__', 'toString']) {
    assert.equal(genreInk(genre), genreInk('no such genre'));
    assert.equal(drawCover(film('Heat', 1995, [genre])), drawCover(film('Heat', 1995, [])));
  }
});

test('every genre in every decade gives well-formed SVG without numbers gone wrong', () => {
  for (const genre of [...TELLING, 'none']) {
    for (const year of YEARS) {
      for (let n = 0; n < 6; ++n) {
        const svg = drawCover(film(n === 0 ? '' : `Film ${n}`, year, genre === 'none' ? [] : [genre]));
        assert.doesNotMatch(svg, /NaN|undefined|Infinity/, `${genre} ${year} ${n}`);
        const open = svg.match(/<(?!\/)[a-z]+[^>]*(?<!\/)>/g).length;
        assert.equal(open, svg.match(/<\/[a-z]+>/g).length, `${genre} ${year} ${n}`);
      }
    }
  }
});

test('a strict content security policy accepts the drawing: no style attributes, no scripts, no links', () => {
  for (const year of YEARS) assert.doesNotMatch(drawCover(film('A', year)),
    /style=|<script|href|url\(| id=/);
});

test('titles are text, never markup', () => {
  const svg = drawCover(film('<img src=x> & "Sons"', 2010));
  assert.doesNotMatch(svg, /<img/i);
  assert.match(svg, /&lt;IMG|&lt;img/);
});

test('a subtitle stands apart from the title', () => {
  assert.deepEqual(splitTitle('Alien: Resurrection'), { main: 'Alien', rest: 'Resurrection' });
  assert.deepEqual(splitTitle('Heat'), { main: 'Heat', rest: '' });
});

test('no line of a title is wider than its box, no block higher', () => {
  const titles = ['M', 'Dr. Strangelove or: How I Learned to Stop Worrying and Love the Bomb',
    'Supercalifragilistic', 'The Good, the Bad and the Ugly'];
  for (const year of YEARS) {
    const era = eraOf(year);
    for (const title of titles) {
      for (const fit of [setTitle, stackTitle]) {
        const { lines, sizes } = fit(title, era, 172, 60);
        assert.ok(lines.length >= 1 && lines.length <= 4);
        lines.forEach((line, i) => assert.ok(lineWidth(line, era) * sizes[i] <= 172.001, line));
        const height = sizes.reduce((sum, size) => sum + size * era.lineHeight, 0);
        assert.ok(height <= 60.001, `${title}: ${height}`);
      }
    }
  }
});

test('every palette has light inks for dark paper and dark ones for light', () => {
  for (const [genre, palettes] of Object.entries(PALETTES)) {
    for (const { deep, light } of palettes) {
      const contrast = (luminance(light) + 0.05) / (luminance(deep) + 0.05);
      assert.ok(contrast >= 7, `${genre}: ${deep} on ${light} is ${contrast.toFixed(1)}`);
    }
  }
});

test('the most telling genre decides', () => {
  assert.equal(leadingGenre(['Comedy', 'Drama', 'Western']), 'Western');
  assert.equal(leadingGenre([]), 'none');
});
