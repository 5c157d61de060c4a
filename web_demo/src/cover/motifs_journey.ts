/** Pictures for the wide genres: western, war, adventure, action, fantasy, science fiction. */
import {
  circle, ellipse, group, line, path, polar, polygon, rectangle, repeat, ring, sparkle, HEIGHT, WIDTH,
  type Motif, type Point, type Scene,
} from './shapes.js';

/** A range of peaks whose feet fill the cover below `base`. */
function ridge({ random }: Scene, base: number, height: number, fill: string): string {
  const points: Point[] = [[0, HEIGHT], [0, base - random.between(0, height * 0.5)]];
  for (let x = random.between(14, 34); x < WIDTH; x += random.between(22, 40)) {
    points.push([x, base - random.between(height * 0.25,
      height) * (points.length % 2 === 0 ? 1 : 0.35)]);
  }
  points.push([WIDTH, base - random.between(0, height * 0.5)], [WIDTH, HEIGHT]);
  return polygon(points, fill);
}

function desert({ random, palette, y }: Scene): string {
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
}

function badge({ random, palette, x, y }: Scene): string {
  const turn = random.between(-0.2, 0.2) - Math.PI / 2;
  const star: Point[] = Array.from({ length: 10 }, (_, i) =>
    polar(x, y, i % 2 === 0 ? 84 : 36, turn + (i * Math.PI) / 5));
  return ring(x, y, 92, palette.mid, 4) + polygon(star, palette.pop) +
    repeat(5, (i) => circle(...polar(x, y, 88, turn + (i * 2 * Math.PI) / 5), 8, palette.pop)) +
    circle(x, y, 20, palette.deep) + circle(x, y, 13, palette.light);
}

export const western: Motif = (scene) =>
  scene.random.chance(0.72) ? desert(scene) : badge(scene);

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

function squadron({ random, palette, y }: Scene): string {
  const plane = (x: number, top: number, size: number): string => path(
    `M${x} ${top - size} L${x + size * 0.16} ${top - size * 0.2} L${x + size} ${top + size * 0.24} ` +
    `V${top + size * 0.4} L${x + size * 0.14} ${top + size * 0.22} L${x + size * 0.1} ${top + size * 0.7} ` +
    `L${x + size * 0.34} ${top + size * 0.92} H${x - size * 0.34} L${x - size * 0.1} ${top + size * 0.7} ` +
    `L${x - size * 0.14} ${top + size * 0.22} L${x - size} ${top + size * 0.4} V${top + size * 0.24} ` +
    `L${x - size * 0.16} ${top - size * 0.2}Z`, { fill: palette.deep });
  return circle(random.between(60, 140), y + 16, 62, palette.pop) + plane(100, y - 44, 36) +
    plane(46, y + 22, 25) + plane(154, y + 22, 25) + plane(100, y + 66, 20);
}

function poppies({ random, palette, y }: Scene): string {
  const flower = (x: number, top: number, r: number): string =>
    path(`M${x} ${top} Q${x + random.between(-14, 14)} ${top + 70} ${x} 300`,
      { fill: 'none', stroke: palette.deep, 'stroke-width': 2.4 }) +
    circle(x - r * 0.4, top, r, palette.pop) + circle(x + r * 0.45, top + r * 0.1, r, palette.pop,
      { opacity: 0.82 }) + circle(x, top + r * 0.05, r * 0.36, palette.deep);
  return rectangle(0, y + 52, WIDTH, HEIGHT, palette.mid) +
    repeat(7, (i) => flower(18 + i * 28 + random.between(-8, 8), y + random.between(-52, 64),
      random.between(10, 19)));
}

export const war: Motif = (scene) =>
  scene.random.pick([searchlights, searchlights, chevrons, squadron, poppies] as const)(scene);

function mountains(scene: Scene): string {
  const { random, palette, y } = scene;
  const route = `M24 ${y + 104} C60 ${y + 60} 84 ${y + 112} 116 ${y + 66} S176 ${y + 44} 168 ${y + 4}`;
  return circle(random.between(56, 146), y - 26, random.between(26, 40), palette.pop) +
    ridge(scene, y + 30, 84, palette.mid) +
    group(ridge(scene, y + 62, 58, palette.deep), { opacity: 0.72 }) +
    ridge(scene, y + 92, 40, palette.deep) +
    path(route, { fill: 'none', stroke: palette.light, 'stroke-width': 2.6,
      'stroke-dasharray': '1 7', 'stroke-linecap': 'round' });
}

function ship({ random, palette, y }: Scene): string {
  const x = random.between(84, 116);
  const wave = (top: number, fill: string, shift: number): string => path(
    `M${-40 + shift} ${top} q20 -16 40 0 t40 0 t40 0 t40 0 t40 0 t40 0 t40 0 V320 H-40Z`, { fill });
  return circle(random.between(50, 150), y - 34, 38, palette.pop) +
    path(`M${x + 3} ${y - 78} Q${x + 62} ${y - 28} ${x + 3} ${y + 30}Z`, { fill: palette.light }) +
    path(`M${x - 4} ${y - 58} Q${x - 46} ${y - 14} ${x - 4} ${y + 30}Z`,
      { fill: palette.light, opacity: 0.8 }) +
    rectangle(x - 2, y - 84, 4, 124, palette.deep) +
    path(`M${x - 58} ${y + 38} H${x + 62} L${x + 40} ${y + 70} H${x - 38}Z`,
      { fill: palette.deep }) +
    wave(y + 62, palette.mid, 0) + wave(y + 82, palette.deep, 20);
}

function dunes({ random, palette, y }: Scene): string {
  const dune = (top: number, fill: string): string => path(
    `M0 ${top} Q${random.between(30, 80)} ${top - random.between(30, 62)} ${random.between(96, 124)} ${top} ` +
    `T200 ${top - random.between(0, 22)} V320 H0Z`, { fill });
  const sun = random.between(30, 46);
  return circle(random.between(60, 140), y - 44, sun, palette.pop) + dune(y + 22, palette.light) +
    dune(y + 48, palette.mid) + repeat(4, (i) =>
      circle(44 + i * 15, y + 34 - i * 2, 2.6, palette.deep)) +
    dune(y + 84, palette.deep);
}

function leaves({ random, palette, x, y }: Scene): string {
  const leaf = (at: number, r: number, fill: string): string => group(
    path(`M0 0 Q${r * 0.34} ${-r * 0.5} 0 ${-r} Q${-r * 0.34} ${-r * 0.5} 0 0Z`, { fill }) +
    path(`M0 0 V${-r}`, { stroke: palette.ground, 'stroke-width': 1.2, fill: 'none' }),
    { transform: `translate(${x.toFixed(0)} ${(y + 96).toFixed(0)}) rotate(${at})` });
  return circle(x, y - 22, 54, palette.pop) + repeat(7, (i) =>
    leaf(-84 + i * 28 + random.whole(-6, 6), random.between(120, 176),
      i % 2 === 0 ? palette.deep : palette.mid));
}

export const adventure: Motif = (scene) =>
  scene.random.pick([mountains, mountains, ship, dunes, leaves] as const)(scene);

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

function blast({ random, palette, x, y }: Scene): string {
  const inksInTurn = [palette.mid, palette.pop, palette.light, palette.deep] as const;
  return repeat(26, (i) => {
    const [px, py] = polar(x, y, random.between(20, 104 - i), random.between(0, 2 * Math.PI));
    return circle(px, py, random.between(9, 30 - i * 0.6), inksInTurn[i % 3] ?? palette.pop);
  }) + circle(x, y, 30, palette.light) + circle(x, y, 17, palette.deep);
}

function pursuit({ random, palette, y }: Scene): string {
  const far = y - 46;
  const vanish = random.between(80, 120);
  return circle(vanish, far, 46, palette.pop) + rectangle(0, far + 6, WIDTH, HEIGHT, palette.mid) +
    polygon([[vanish - 5, far + 6], [vanish + 5, far + 6], [214, HEIGHT], [-14, HEIGHT]],
      palette.deep) +
    repeat(6, (i) => {
      const t = (i + 0.4) / 6;
      const top = far + 10 + t * t * 190;
      const half = 1 + t * t * 7;
      return polygon([[vanish + (100 - vanish) * t - half, top],
        [vanish + (100 - vanish) * t + half, top],
        [vanish + (100 - vanish) * t + half * 1.5, top + 6 + t * 26],
        [vanish + (100 - vanish) * t - half * 1.5, top + 6 + t * 26]], palette.pop);
    });
}

function thrust({ random, palette, x, y }: Scene): string {
  const turn = random.pick([0, 18, -18] as const);
  const arrows = repeat(5, (i) => {
    const top = y - 92 + i * 36;
    return polygon([[x - 64 + i * 6, top + 44], [x, top], [x + 64 - i * 6, top + 44],
      [x + 64 - i * 6, top + 66],
      [x, top + 22], [x - 64 + i * 6, top + 66]],
        i === 0 ? palette.pop : i % 2 === 1 ? palette.mid : palette.light);
  });
  return group(arrows, { transform: `rotate(${turn} ${x.toFixed(0)} ${y.toFixed(0)})` });
}

export const action: Motif = (scene) =>
  scene.random.pick([burst, slashes, blast, pursuit, thrust] as const)(scene);

function castle({ random, palette, x, y }: Scene): string {
  const moon = circle(x, y - 10, 62, palette.pop) +
    circle(x + random.between(16, 28), y - 22, 52, palette.ground);
  const tower = (at: number, w: number, h: number): string =>
    rectangle(at - w / 2, y + 96 - h, w, h + 130, palette.deep) +
    polygon([[at - w * 0.8, y + 97 - h], [at, y + 97 - h - w * 1.7], [at + w * 0.8, y + 97 - h]],
      palette.deep) +
    ellipse(at, y + 96 - h + w * 0.7, w * 0.13, w * 0.24, palette.pop);
  return moon + repeat(7, () => sparkle(random.between(12, 188), random.between(14, y + 20),
    random.between(3, 8), palette.light)) +
    path(`M0 ${y + 80} Q60 ${y + 52} 108 ${y + 74} T200 ${y + 62} V300 H0Z`,
      { fill: palette.mid }) +
    tower(74, 20, random.between(60, 84)) + tower(104, 26, random.between(92, 122)) +
    tower(134, 18, random.between(46, 74)) +
    path(`M0 ${y + 100} Q50 ${y + 78} 104 ${y + 86} T200 ${y + 96} V300 H0Z`,
      { fill: palette.deep });
}

function portal({ random, palette, x, y }: Scene): string {
  const arch = (r: number, fill: string): string =>
    path(`M${x - r} ${y + 96} V${y - 10} A${r} ${r} 0 0 1 ${x + r} ${y - 10} V${y + 96}Z`,
      { fill });
  return arch(78, palette.deep) + arch(66, palette.mid) + arch(54, palette.pop) +
    arch(40, palette.light) +
    repeat(9, () => sparkle(x + random.between(-84, 84), y + random.between(-104, 40),
      random.between(3, 8),
      palette.light)) +
    repeat(4, (i) => rectangle(x - 58 - i * 14, y + 84 + i * 11, 116 + i * 28, 12,
      i % 2 === 0 ? palette.deep : palette.mid)) +
    circle(x, y + 6, 8, palette.deep) + polygon([[x - 9, y + 14], [x + 9, y + 14],
      [x + 17, y + 86], [x - 17, y + 86]], palette.deep);
}

function sword({ random, palette, x, y }: Scene): string {
  const rays = repeat(12, (i) => polygon([[x, y - 20], polar(x, y - 20, 190, (i * Math.PI) / 6),
    polar(x, y - 20, 190, (i * Math.PI) / 6 + 0.16)], palette.mid, { opacity: 0.55 }));
  return rays + circle(x, y - 20, 50, palette.pop) +
    polygon([[x - 7, y - 92], [x, y - 108], [x + 7, y - 92], [x + 7, y + 74], [x - 7, y + 74]],
      palette.light) +
    rectangle(x - 34, y - 8 + random.between(-4, 4) + 62, 68, 9, palette.deep, { rx: 4 }) +
    rectangle(x - 5, y + 62, 10, 40, palette.deep) + circle(x, y + 104, 9, palette.pop);
}

export const fantasy: Motif = (scene) =>
  scene.random.pick([castle, castle, portal, sword] as const)(scene);

function stars({ random, palette }: Scene, count: number): string {
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
