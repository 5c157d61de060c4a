/** Pictures for the wide genres: science fiction, western, war, adventure, action, fantasy. */
import type { Motif, Scene } from './scene.js';
import {
  circle, ellipse, group, line, path, polar, polygon, rectangle, repeat, ring, sparkle, HEIGHT, WIDTH,
  type Point,
} from './shapes.js';

function stars({ random, palette }: Scene, count: number): string {
  return repeat(count, () => circle(random.between(4, 196), random.between(4, 296),
    random.between(0.5, 1.5), palette.light, { opacity: random.chance(0.5) ? 0.85 : 0.45 }));
}

/** A range of peaks whose feet fill the cover below `base`. */
function ridge({ random }: Scene, base: number, height: number, fill: string): string {
  const points: Point[] = [[0, HEIGHT], [0, base - random.between(0, height * 0.5)]];
  for (let x = random.between(14, 34); x < WIDTH; x += random.between(22, 40)) {
    points.push([x, base - random.between(height * 0.25, height) * (points.length % 2 === 0 ? 1 : 0.35)]);
  }
  points.push([WIDTH, base - random.between(0, height * 0.5)], [WIDTH, HEIGHT]);
  return polygon(points, fill);
}

function ringedPlanet(scene: Scene): string {
  const { random, palette, x, y } = scene;
  const r = random.between(44, 62);
  const tilt = Math.round(random.between(-28, 28));
  const around = (part: 'back' | 'front'): string => group(
    path(`M${x - r * 1.62} ${y} A${r * 1.62} ${r * 0.4} 0 0 ${part === 'back' ? 1 : 0} ` +
      `${x + r * 1.62} ${y}`, { fill: 'none', stroke: palette.pop, 'stroke-width': 6 }),
    { transform: `rotate(${tilt} ${x.toFixed(0)} ${y.toFixed(0)})` });
  return stars(scene, 34) + around('back') + circle(x, y, r, palette.mid) +
    path(`M${x + r * 0.2} ${y - r * 0.98} A${r} ${r} 0 0 1 ${x + r * 0.2} ${y + r * 0.98} ` +
      `A${r * 1.25} ${r * 1.25} 0 0 0 ${x + r * 0.2} ${y - r * 0.98}Z`,
      { fill: palette.deep, opacity: 0.55 }) + around('front') +
    circle(x + (random.chance(0.5) ? 72 : -70), y - random.between(50, 78), random.between(6, 11),
      palette.light);
}

function orbits(scene: Scene): string {
  const { random, palette, x, y } = scene;
  return stars(scene, 22) + repeat(5, (i) => {
    const r = 24 + i * 19;
    const [px, py] = polar(x, y, r, random.between(0, 2 * Math.PI));
    return ring(x, y, r, palette.mid, 1.4) +
      circle(px, py, random.between(3, 7), i === 2 ? palette.pop : palette.light);
  }) + circle(x, y, 13, palette.pop);
}

function horizon(scene: Scene): string {
  const { random, palette, y } = scene;
  const level = y + 42;
  const rays = repeat(11, (i) => line([100, level], [100 + (i - 5) * 62, HEIGHT + 30], palette.pop, 1,
    { opacity: 0.6 }));
  const rows = repeat(8, (i) => line([0, level + 3 + i * i * 2.7], [WIDTH, level + 3 + i * i * 2.7],
    palette.pop, 1, { opacity: 0.6 }));
  return stars(scene, 26) + circle(100, level - 8, random.between(54, 70), palette.pop) +
    repeat(5, (i) => rectangle(20, level - 14 - i * 13, 160, 5.5 - i, palette.ground)) +
    rectangle(0, level, WIDTH, HEIGHT, palette.deep) + rays + rows;
}

export const scienceFiction: Motif = (scene) =>
  scene.random.pick([ringedPlanet, ringedPlanet, orbits, horizon] as const)(scene);

export const western: Motif = (scene) => {
  const { random, palette, y } = scene;
  const sunX = random.between(62, 138);
  const mesa = (x: number, w: number, h: number, fill: string): string => polygon(
    [[x - w * 0.8, y + 70], [x - w * 0.5, y + 70 - h * 0.55], [x - w * 0.42, y + 70 - h],
      [x + w * 0.42, y + 70 - h], [x + w * 0.5, y + 70 - h * 0.55], [x + w * 0.8, y + 70]], fill);
  const cactus = (x: number, base: number, h: number): string => path(
    `M${x} ${base} V${base - h} M${x} ${base - h * 0.4} H${x - h * 0.24} V${base - h * 0.72} ` +
    `M${x} ${base - h * 0.3} H${x + h * 0.24} V${base - h * 0.6}`,
    { fill: 'none', stroke: palette.deep, 'stroke-width': h * 0.13, 'stroke-linecap': 'round',
      'stroke-linejoin': 'round' });
  return circle(sunX, y, 58, palette.pop) + circle(sunX, y, 44, palette.light, { opacity: 0.55 }) +
    mesa(random.between(20, 60), random.between(34, 56), random.between(56, 92), palette.mid) +
    mesa(random.between(140, 186), random.between(30, 50), random.between(42, 76), palette.mid) +
    path(`M0 ${y + 68} Q70 ${y + 56} 200 ${y + 70} V300 H0Z`, { fill: palette.deep }) +
    cactus(random.between(118, 168), y + 96, random.between(58, 84));
};

function searchlights({ random, palette, y }: Scene): string {
  const beams = repeat(4, (i) => {
    const foot = 18 + i * 54;
    const lean = random.between(-70, 70);
    return polygon([[foot - 3, y + 92], [foot + 3, y + 92], [foot + lean + 30, -10],
      [foot + lean - 24, -10]], palette.light, { opacity: 0.22 });
  });
  return beams + circle(random.between(70, 130), y - 20, 26, palette.pop) +
    path(`M0 ${y + 84} L22 ${y + 72} 40 ${y + 84} 70 ${y + 66} 92 ${y + 82} 128 ${y + 70} ` +
      `152 ${y + 86} 178 ${y + 74} 200 ${y + 82} V300 H0Z`, { fill: palette.deep });
}

function chevrons({ palette, x, y }: Scene): string {
  return circle(x, y - 52, 22, palette.pop) + repeat(4, (i) => {
    const top = y - 22 + i * 27;
    return polygon([[x - 76, top + 36], [x, top], [x + 76, top + 36], [x + 76, top + 52],
      [x, top + 16], [x - 76, top + 52]], i % 2 === 0 ? palette.light : palette.deep);
  });
}

export const war: Motif = (scene) =>
  scene.random.chance(0.65) ? searchlights(scene) : chevrons(scene);

export const adventure: Motif = (scene) => {
  const { random, palette, y } = scene;
  const route = `M24 ${y + 104} C60 ${y + 60} 84 ${y + 112} 116 ${y + 66} S176 ${y + 44} 168 ${y + 4}`;
  return circle(random.between(56, 146), y - 26, random.between(26, 40), palette.pop) +
    ridge(scene, y + 30, 84, palette.mid) +
    group(ridge(scene, y + 62, 58, palette.deep), { opacity: 0.72 }) +
    ridge(scene, y + 92, 40, palette.deep) +
    path(route, { fill: 'none', stroke: palette.light, 'stroke-width': 2.6,
      'stroke-dasharray': '1 7', 'stroke-linecap': 'round' });
};

function burst({ random, palette, x, y }: Scene): string {
  const turn = random.between(0, 1);
  const rays = repeat(16, (i) => {
    const a = turn + (i * Math.PI) / 8;
    return polygon([[x, y], polar(x, y, 320, a), polar(x, y, 320, a + Math.PI / 16)], palette.mid);
  });
  const star: Point[] = Array.from({ length: 22 }, (_, i) =>
    polar(x, y, i % 2 === 0 ? random.between(62, 88) : random.between(34, 44),
      turn + (i * Math.PI) / 11));
  return rays + polygon(star, palette.pop) + circle(x, y, 24, palette.deep);
}

function slashes({ random, palette, y }: Scene): string {
  const inksInTurn = [palette.pop, palette.light, palette.mid, palette.deep] as const;
  return repeat(9, (i) => {
    const at = y - 90 + i * 22 + random.between(-6, 6);
    const from = random.between(-40, 60);
    const length = random.between(70, 190);
    const thick = random.between(5, 17);
    return polygon([[from, at + 50], [from + length, at + 50 - length * 0.42],
      [from + length + 14, at + 50 - length * 0.42 + thick * 0.4], [from + 6, at + 50 + thick]],
      inksInTurn[i % 4] ?? palette.pop);
  }) + circle(136, y - 34, 27, palette.pop);
}

export const action: Motif = (scene) =>
  scene.random.chance(0.5) ? burst(scene) : slashes(scene);

export const fantasy: Motif = (scene) => {
  const { random, palette, x, y } = scene;
  const moon = circle(x, y - 10, 62, palette.pop) +
    circle(x + random.between(16, 28), y - 22, 52, palette.ground);
  const tower = (at: number, w: number, h: number): string =>
    rectangle(at - w / 2, y + 96 - h, w, h + 130, palette.deep) +
    polygon([[at - w * 0.8, y + 97 - h], [at, y + 97 - h - w * 1.7], [at + w * 0.8, y + 97 - h]],
      palette.deep) +
    ellipse(at, y + 96 - h + w * 0.7, w * 0.13, w * 0.24, palette.pop);
  return moon + repeat(7, () => sparkle(random.between(12, 188), random.between(14, y + 20),
    random.between(3, 8), palette.light)) +
    path(`M0 ${y + 80} Q60 ${y + 52} 108 ${y + 74} T200 ${y + 62} V300 H0Z`, { fill: palette.mid }) +
    tower(74, 20, random.between(60, 84)) + tower(104, 26, random.between(92, 122)) +
    tower(134, 18, random.between(46, 74)) +
    path(`M0 ${y + 100} Q50 ${y + 78} 104 ${y + 86} T200 ${y + 96} V300 H0Z`, { fill: palette.deep });
};
