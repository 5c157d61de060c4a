/**
 * Draws a film's cover from its title, year and genres alone: the genre picks the picture and the
 * inks, the decade the type and the layout, and the title the seed of everything else. The same film
 * is always drawn the same way.
 */
import type { Film } from '../catalogue.js';
import { action, adventure, fantasy, scienceFiction, war, western } from './motifs_journey.js';
import { crime, horror, mystery, noir, thriller } from './motifs_night.js';
import { documentary, drama, reel, romance } from './motifs_people.js';
import { animation, children, comedy, musical } from './motifs_play.js';
import { leadingGenre, PALETTES, type Palette } from './palette.js';
import {
  createRandom, escapeText, group, hashText, line, polygon, rectangle, HEIGHT, WIDTH, type Motif,
  type Random,
} from './shapes.js';
import { eraOf, setTitle, stackTitle, type Era, type SetTitle } from './type_setting.js';

/** One picture per genre. */
const MOTIFS: Readonly<Record<string, Motif>> = {
  Action: action, Adventure: adventure, Animation: animation, Children: children, Comedy: comedy,
  Crime: crime, Documentary: documentary, Drama: drama, Fantasy: fantasy, 'Film-Noir': noir,
  Horror: horror, Musical: musical, Mystery: mystery, Romance: romance, 'Sci-Fi': scienceFiction,
  Thriller: thriller, War: war, Western: western,
};

/** Where the title stands and on what. */
interface Band {
  readonly isTop: boolean;
  readonly height: number;
  readonly fill: string;
  readonly ink: string;
  readonly anchor: 'start' | 'middle';
}

/** "Alien: Resurrection" -> what stands large and what small. */
export function splitTitle(title: string): { main: string; rest: string } {
  const match = /^(.{3,}?)(?::\s+|\s+-\s+)(.+)$/.exec(title);
  return match === null ? { main: title, rest: '' } : { main: match[1] ?? title,
    rest: match[2] ?? '' };
}

function chooseBand(era: Era, palette: Palette, random: Random, lines: number): Band {
  const isTop = random.chance(era.name === 'cutout' || era.name === 'spare' ? 0.5 : 0.3);
  const height = { deco: 92, cutout: 104, groovy: 98, neon: 96, stacked: 112,
    spare: 92 }[era.name] +
    (lines > 1 ? 8 : 0);
  const onDark = random.chance(0.55);
  const fill = era.name === 'cutout' ? palette.light : onDark ? palette.deep : palette.ground;
  const ink = era.name === 'cutout' || !onDark ? inkFor(fill, palette) : palette.light;
  return { isTop, height, fill, ink, anchor: era.name === 'deco' || era.name === 'spare'
    ? 'middle' : 'start' };
}

/** Relative luminance of "#rrggbb", 0 .. 1. */
export function luminance(colour: string): number {
  const channel = (at: number): number => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Light type on dark paper, dark type on light. */
function inkFor(fill: string, palette: Palette): string {
  return luminance(fill) > 0.3 ? palette.deep : palette.light;
}

function bandShape(era: Era, band: Band, palette: Palette, random: Random): string {
  const top = band.isTop ? 0 : HEIGHT - band.height;
  const bottom = band.isTop ? band.height : HEIGHT;
  const slab = rectangle(0, top, WIDTH, bottom - top, band.fill);
  const edge = band.isTop ? bottom : top;
  const lean = random.between(-13, 13);
  switch (era.name) {
    case 'cutout':
      return polygon([[0, band.isTop ? 0 : edge + lean], [WIDTH, band.isTop ? 0 : edge - lean],
        [WIDTH, band.isTop ? edge - lean : HEIGHT], [0, band.isTop ? edge + lean : HEIGHT]],
          band.fill);
    case 'groovy':
      return slab + [palette.pop, palette.mid, palette.light].map((fill, i) =>
        rectangle(0, band.isTop ? edge + i * 5 : edge - 5 - i * 5, WIDTH, 5, fill)).join('');
    case 'neon':
      return slab + line([0, edge], [WIDTH, edge], palette.pop, 2.5);
    case 'deco':
      return slab + line([14, edge], [186, edge], band.ink, 1) +
        line([14, edge + (band.isTop ? 4 : -4)], [186, edge + (band.isTop ? 4 : -4)], palette.pop,
          2);
    default:
      return slab;
  }
}

function titleText(era: Era, band: Band, set: SetTitle, rest: string, palette: Palette): string {
  const x = band.anchor === 'middle' ? WIDTH / 2 : 14;
  const restSize = rest === '' ? 0 : 9.5;
  const block = set.sizes.reduce((sum, size) => sum + size * era.lineHeight, 0) +
    (rest === '' ? 0 : restSize + 7);
  const frame = band.isTop ? 16 : HEIGHT - band.height + 14;
  const room = band.height - 32;
  let y = frame + Math.max(0, (room - block) / 2);
  const face = `font-family="${era.fontFamily}" font-weight="${era.fontWeight}" ` +
    `text-anchor="${band.anchor}"`;
  const contrast = Math.abs(luminance(palette.pop) - luminance(band.ink));
  const shadow = era.name === 'neon' && contrast > 0.3;
  const text = set.lines.map((words, i) => {
    const size = set.sizes[i] ?? 12;
    y += size * era.lineHeight;
    const spacing = (size * era.letterSpacing).toFixed(2);
    const at = (dx: number, fill: string): string =>
      `<text x="${(x + dx).toFixed(1)}" y="${(y - size * (era.lineHeight - 0.86)).toFixed(1)}" ${face} ` +
      `font-size="${size.toFixed(1)}" letter-spacing="${spacing}" fill="${fill}">` +
      `${escapeText(words)}</text>`;
    return (shadow ? at(1.8, palette.pop) : '') + at(0, band.ink);
  }).join('');
  if (rest === '') return text;
  const words = rest.length > 46 ? `${rest.slice(0, 45).trimEnd()}\u2026` : rest;
  return text + `<text x="${x}" y="${(y + restSize + 3).toFixed(1)}" font-family="Jost Variable" ` +
    `font-weight="500" font-size="${Math.min(restSize, 172 / (words.length * 0.54)).toFixed(1)}" ` +
    `text-anchor="${band.anchor}" letter-spacing=".3" fill="${band.ink}" opacity=".86">` +
    `${escapeText(words)}</text>`;
}

/** The small print along the band's outer edge: year and leading genre. */
function imprint(film: Film, band: Band, genre: string): string {
  const y = band.isTop ? 13.5 : HEIGHT - 8.5;
  const face = `font-family="Jost Variable" font-weight="500" font-size="7.4" letter-spacing="1.1" ` +
    `fill="${band.ink}" opacity=".78"`;
  const year = film.year > 0 ? String(film.year) : '';
  return `<text x="14" y="${y}" ${face}>${year}</text>` +
    `<text x="186" y="${y}" text-anchor="end" ${face}>${genre === 'none' ? '' : genre.toUpperCase()}</text>`;
}

function decoFrame(palette: Palette): string {
  const stroke = { fill: 'none', stroke: palette.pop, 'stroke-width': 1.2 };
  return rectangle(5, 5, 190, 290, 'none', stroke) +
    rectangle(8.5, 8.5, 183, 283, 'none', { ...stroke, 'stroke-width': 0.6 });
}

/** The cover as an <svg> element in text, 200 x 300 units, hidden from screen readers. */
export function drawCover(film: Film): string {
  const random = createRandom(hashText(`${film.fullTitle}|${film.year}`));
  const genre = leadingGenre(film.genres);
  const other = random.pick([genre, ...film.genres.filter((name) => name !== 'IMAX')]);
  const [inksOf, pictureOf] = random.pick([[genre, genre], [genre, other],
    [other, genre]] as const);
  const palette = random.pick(PALETTES[inksOf] ?? PALETTES['none'] as readonly [Palette]);
  const era = eraOf(film.year);
  const { main, rest } = splitTitle(film.title);
  const band = chooseBand(era, palette, random, main.split(' ').length);
  const fit = era.name === 'stacked' ? stackTitle : setTitle;
  const set = fit(main, era, WIDTH - 28, band.height - 34 - (rest === '' ? 0 : 15));
  const y = band.isTop ? (band.height + HEIGHT) / 2 + 4 : (HEIGHT - band.height) / 2 - 2;
  const scene = { random, palette, x: 100 + random.between(-12, 12), y };
  const zoom = random.between(1, 1.28);
  const facing = random.chance(0.5) ? 1 : -1;
  const picture = group((MOTIFS[pictureOf] ?? reel)(scene), { transform:
    `matrix(${(facing * zoom).toFixed(3)} 0 0 ${zoom.toFixed(3)} ${(100 - 100 * facing * zoom).toFixed(1)} ` +
    `${(y - y * zoom).toFixed(1)})` });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true" focusable="false">` +
    rectangle(0, 0, WIDTH, HEIGHT, palette.ground) + picture +
    bandShape(era, band, palette, random) + titleText(era, band, set, rest, palette) +
    imprint(film, band, genre) + (era.name === 'deco' ? decoFrame(palette) : '') + '</svg>';
}
