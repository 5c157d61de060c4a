/**
 * How a title is set. Poster fashion by decade: which type, where the title stands. Then lines, and
 * the size at which they fill a box. Pure: no DOM, no fonts.
 */

export type EraName = 'deco' | 'cutout' | 'groovy' | 'neon' | 'stacked' | 'spare';

export interface Era {
  readonly name: EraName;
  readonly fontFamily: string;
  readonly fontWeight: number;
  readonly isUpperCase: boolean;
  /** Of the font size. */
  readonly lineHeight: number;
  readonly letterSpacing: number;
  /** Advance of a letter, of the font size, such that 97 of 100 English words are no wider than estimated. */
  readonly advance: number;
  readonly largest: number;
}

const ERAS: Readonly<Record<EraName, Era>> = {
  deco: { name: 'deco', fontFamily: 'Limelight', fontWeight: 400, isUpperCase: false,
    lineHeight: 1.08, letterSpacing: 0.01, advance: 0.68, largest: 34 },
  cutout: { name: 'cutout', fontFamily: 'Abril Fatface', fontWeight: 400, isUpperCase: false,
    lineHeight: 0.98, letterSpacing: -0.005, advance: 0.61, largest: 42 },
  groovy: { name: 'groovy', fontFamily: 'Shrikhand', fontWeight: 400, isUpperCase: false,
    lineHeight: 1.0, letterSpacing: 0, advance: 0.7, largest: 40 },
  neon: { name: 'neon', fontFamily: 'Anton', fontWeight: 400, isUpperCase: true,
    lineHeight: 1.08, letterSpacing: 0.02, advance: 0.47, largest: 50 },
  stacked: { name: 'stacked', fontFamily: 'Anton', fontWeight: 400, isUpperCase: true,
    lineHeight: 1.05, letterSpacing: 0, advance: 0.47, largest: 66 },
  spare: { name: 'spare', fontFamily: 'Jost Variable', fontWeight: 500, isUpperCase: true,
    lineHeight: 1.24, letterSpacing: 0.16, advance: 0.65, largest: 25 },
};

export function eraOf(year: number): Era {
  if (year >= 2000 || year === 0) return ERAS.spare;
  if (year >= 1990) return ERAS.stacked;
  if (year >= 1980) return ERAS.neon;
  if (year >= 1970) return ERAS.groovy;
  if (year >= 1950) return ERAS.cutout;
  return ERAS.deco;
}

export interface SetTitle {
  readonly lines: readonly string[];
  /** Font size of each line, in units of the cover's 200 x 300. */
  readonly sizes: readonly number[];
}

const NARROW = /[iljtfrI1.,'!:|() -]/;
const WIDE = /[mwMWQO@&]/;

/** Estimated width of a line at font size 1. */
export function lineWidth(text: string, era: Era): number {
  let width = 0;
  for (const letter of text) {
    const factor = NARROW.test(letter) ? 0.62 : WIDE.test(letter) ? 1.38 : 1.03;
    width += era.advance * factor + era.letterSpacing;
  }
  return Math.max(width, 0.3);
}

/** Every way to break the words into `count` lines. Titles have few words, so all are tried. */
function* breaks(words: readonly string[], count: number): Generator<string[]> {
  if (count === 1) {
    yield [words.join(' ')];
    return;
  }
  for (let first = 1; first <= words.length - count + 1; ++first) {
    const head = words.slice(0, first).join(' ');
    for (const rest of breaks(words.slice(first), count - 1)) yield [head, ...rest];
  }
}

const widest = (lines: readonly string[], era: Era): number =>
  Math.max(...lines.map((line) => lineWidth(line, era)));

/** The most even break into `count` lines. */
function evenBreak(words: readonly string[], count: number, era: Era): string[] {
  let best: string[] = [words.join(' ')];
  for (const lines of breaks(words, count)) {
    if (best.length !== count || widest(lines, era) < widest(best, era)) best = lines;
  }
  return best;
}

/** Breaks `title` so that it stands as large as the box allows. At most four lines. */
export function setTitle(title: string, era: Era, width: number, height: number): SetTitle {
  const words = (era.isUpperCase ? title.toUpperCase() : title).split(/\s+/).slice(0, 14);
  let best: SetTitle = { lines: [], sizes: [] };
  let bestSize = 0;
  for (let count = 1; count <= Math.min(4, words.length); ++count) {
    const lines = evenBreak(words, count, era);
    const size = Math.min(era.largest, width / widest(lines, era),
      height / (count * era.lineHeight));
    if (size > bestSize * 1.04) {
      bestSize = size;
      best = { lines, sizes: lines.map(() => size) };
    }
  }
  return best;
}

/** Each line fills the width by itself, as on the big posters of the nineties. */
export function stackTitle(title: string, era: Era, width: number, height: number): SetTitle {
  const even = setTitle(title, era, width, height);
  const sizes = even.lines.map((line) =>
    Math.min(era.largest, width / lineWidth(line, era)));
  const total = sizes.reduce((sum, size) => sum + size * era.lineHeight, 0);
  const shrink = Math.min(1, height / total);
  return { lines: even.lines, sizes: sizes.map((size) => size * shrink) };
}
