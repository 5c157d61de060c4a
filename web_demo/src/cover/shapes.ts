/**
 * What pictures are drawn with: chance that repeats itself, and SVG as text, numbers rounded, no ids and
 * no style attributes, so that a strict CSP accepts it.
 */
import type { Palette } from './palette.js';

/** Repeatable randomness: the same film is always drawn the same way. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** A whole number, low <= n <= high. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** FNV-1a, 32 bits. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Counter-based: a 32-bit finaliser over seed + n * golden ratio. */
export function createRandom(seed: number): Random {
  let counter = seed >>> 0;
  const next = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let x = counter;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number): number => low + (high - low) * next();
  return {
    next,
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
  };
}

/** What a motif gets: the inks, repeatable randomness and where the eye should land. */
export interface Scene {
  readonly random: Random;
  readonly palette: Palette;
  /** Centre of the picture, in units of the cover's 200 x 300; the title stands elsewhere. */
  readonly x: number;
  readonly y: number;
}

/** Draws one genre's picture over the whole cover, as SVG elements. */
export type Motif = (scene: Scene) => string;

export type Point = readonly [x: number, y: number];

/** Further SVG attributes, e.g. { opacity: 0.5 }. */
export type Extra = Readonly<Record<string, string | number>>;

export const WIDTH = 200;
export const HEIGHT = 300;

const round = (value: number): string => String(Math.round(value * 10) / 10);

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' && name !== 'opacity'
      ? round(value) : value}"`)
    .join('');
}

export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

export const circle = (x: number, y: number, r: number, fill: string, extra: Extra = {}): string =>
  `<circle${attributes({ cx: x, cy: y, r, fill, ...extra })}/>`;

export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string): string =>
  `<ellipse${attributes({ cx: x, cy: y, rx, ry, fill })}/>`;

export const rectangle = (x: number, y: number, width: number, height: number, fill: string,
  extra: Extra = {}): string => `<rect${attributes({ x, y, width, height, fill, ...extra })}/>`;

export const polygon = (points: readonly Point[], fill: string, extra: Extra = {}): string =>
  `<polygon points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(' ')}"` +
  `${attributes({ fill, ...extra })}/>`;

export const path = (d: string, extra: Extra): string =>
  `<path d="${d.replace(/-?\d+\.\d+/g, (n) => round(Number(n)))}"${attributes(extra)}/>`;

export const line = (from: Point, to: Point, stroke: string, width: number,
  extra: Extra = {}): string => `<line${attributes({
  x1: from[0], y1: from[1], x2: to[0], y2: to[1], stroke, 'stroke-width': width, ...extra })}/>`;

export const ring = (x: number, y: number, r: number, stroke: string, width: number,
  extra: Extra = {}): string =>
  circle(x, y, r, 'none', { stroke, 'stroke-width': width, ...extra });

export const group = (content: string, extra: Extra): string =>
  `<g${attributes(extra)}>${content}</g>`;

/** `count` results of `draw`, joined. */
export const repeat = (count: number, draw: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join('');

/** The point at `angle` (radians, clockwise from the right) and distance `r`. */
export const polar = (x: number, y: number, r: number, angle: number): Point =>
  [x + r * Math.cos(angle), y + r * Math.sin(angle)];

/** A four-pointed sparkle. */
export function sparkle(x: number, y: number, r: number, fill: string): string {
  const points = Array.from({ length: 8 }, (_, i) =>
    polar(x, y, i % 2 === 0 ? r : r * 0.28, (i * Math.PI) / 4));
  return polygon(points, fill);
}
