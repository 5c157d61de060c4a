/** Pictures for science fiction. */
import {
  circle, ellipse, group, line, path, polar, polygon, rectangle, repeat, ring, HEIGHT, WIDTH,
  type Motif, type Scene,
} from './shapes.js';

export function stars({ random, palette }: Scene, count: number): string {
  return repeat(count, () => circle(random.between(4, 196), random.between(4, 296),
    random.between(0.5, 1.5), palette.light, { opacity: random.chance(0.5) ? 0.85 : 0.45 }));
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
  const rays = repeat(11, (i) => line([100, level], [100 + (i - 5) * 62, HEIGHT + 30], palette.pop,
    1,
    { opacity: 0.6 }));
  const rows = repeat(8, (i) => line([0, level + 3 + i * i * 2.7], [WIDTH, level + 3 + i * i * 2.7],
    palette.pop, 1, { opacity: 0.6 }));
  return stars(scene, 26) + circle(100, level - 8, random.between(54, 70), palette.pop) +
    repeat(5, (i) => rectangle(20, level - 14 - i * 13, 160, 5.5 - i, palette.ground)) +
    rectangle(0, level, WIDTH, HEIGHT, palette.deep) + rays + rows;
}

function rocket(scene: Scene): string {
  const { random, palette, x, y } = scene;
  const turn = random.whole(14, 34);
  const ship = path(`M0 -64 C22 -36 22 2 14 30 H-14 C-22 2 -22 -36 0 -64Z`,
    { fill: palette.light }) +
    path('M-15 6 L-34 40 L-12 30Z M15 6 L34 40 L12 30Z', { fill: palette.mid }) +
    circle(0, -16, 9, palette.deep) + circle(0, -16, 5.5, palette.pop) +
    path('M-10 34 H10 L0 92Z', { fill: palette.pop });
  return stars(scene, 30) + circle(x + 62, y - 74, 40, palette.mid) +
    repeat(3, (i) => circle(x + 48 + i * 15, y - 88 + (i % 2) * 22, 4 + i, palette.deep,
      { opacity: 0.35 })) +
    group(ship, { transform: `translate(${(x - 14).toFixed(0)} ${(y + 8).toFixed(0)}) rotate(${turn})` });
}

function blackHole(scene: Scene): string {
  const { random, palette, x, y } = scene;
  const disk = repeat(6, (i) => ellipse(0, 0, 112 - i * 13, 26 - i * 2.6,
    i % 2 === 0 ? palette.pop : palette.mid));
  return stars(scene, 40) + circle(x, y, 60, palette.pop) + circle(x, y, 52, palette.deep) +
    group(disk, { transform: `translate(${x.toFixed(0)} ${y.toFixed(0)}) rotate(${random.whole(-24, 24)})` }) +
    path(`M${x - 47} ${y} A47 47 0 0 1 ${x + 47} ${y}Z`, { fill: palette.deep });
}

function signal({ random, palette, y }: Scene): string {
  const foot = y + 84;
  const beam = random.between(-0.5, 0.5);
  return repeat(6, (i) => ring(100 + beam * 30, foot - 58, 34 + i * 27,
    i === 1 ? palette.pop : palette.mid,
    7 - i * 0.7, { opacity: 1 - i * 0.12 })) +
    rectangle(0, foot, WIDTH, HEIGHT, palette.deep) +
    polygon([[94, foot - 36], [106, foot - 36], [124, foot + 2], [76, foot + 2]], palette.deep) +
    path(`M62 ${foot - 64} Q100 ${foot - 6} 138 ${foot - 64}Z`, { fill: palette.light }) +
    line([100, foot - 52], [100 + beam * 30, foot - 92], palette.light, 3) +
    circle(100 + beam * 30, foot - 94, 5, palette.pop);
}

function monolith(scene: Scene): string {
  const { random, palette, y } = scene;
  const half = random.between(20, 28);
  return stars(scene, 18) + circle(100, y - 40, 76, palette.mid) +
    circle(100, y - 58, 34, palette.pop) +
    polygon([[100 - half, y + 80], [100 - half * 0.86, y - 66], [100 + half * 0.86, y - 66],
      [100 + half, y + 80]], palette.deep) +
    path(`M0 ${y + 66} Q100 ${y + 50} 200 ${y + 70} V300 H0Z`, { fill: palette.deep });
}

function domes(scene: Scene): string {
  const { random, palette, y } = scene;
  const dome = (x: number, r: number, fill: string): string =>
    path(`M${x - r} ${y + 70} A${r} ${r} 0 0 1 ${x + r} ${y + 70}Z`, { fill }) +
    repeat(3, (i) => rectangle(x - r * 0.5 + i * r * 0.4, y + 52, r * 0.18, 7, palette.pop));
  return stars(scene, 26) + circle(random.between(50, 150), y - 54, random.between(50, 74),
    palette.pop,
    { opacity: 0.92 }) + dome(48, random.between(30, 44), palette.mid) +
    dome(150, random.between(24, 40), palette.mid) +
      dome(102, random.between(34, 50), palette.deep) +
    line([102, y + 40], [102, y - 18], palette.deep, 2.4) +
    rectangle(0, y + 69, WIDTH, HEIGHT, palette.deep);
}

export const scienceFiction: Motif = (scene) => scene.random.pick(
  [ringedPlanet, orbits, horizon, rocket, blackHole, signal, monolith, domes] as const)(scene);
