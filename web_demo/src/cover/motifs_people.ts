/** Pictures for the near genres: drama, romance, comedy, musical, children, animation, documentary. */
import type { Motif, Scene } from './scene.js';
import {
  circle, group, line, path, polar, polygon, rectangle, repeat, ring, HEIGHT, WIDTH,
} from './shapes.js';
import { walker } from './motifs_night.js';

function seaAndSun({ random, palette, y }: Scene): string {
  const level = y + 28;
  const r = random.between(44, 64);
  return circle(100, level - r * random.between(0.1, 0.5), r, palette.pop) +
    rectangle(0, level, WIDTH, HEIGHT, palette.deep) +
    repeat(8, (i) => {
      const half = (58 - i * 5) * random.between(0.55, 1);
      return rectangle(100 - half, level + 9 + i * 11, 2 * half, 3.2, palette.pop,
        { opacity: 0.9 - i * 0.09, rx: 1.6 });
    });
}

function lonelyWindow({ random, palette, x, y }: Scene): string {
  const lean = random.between(24, 46) * (random.chance(0.5) ? 1 : -1);
  const pane = (i: number, j: number): string => {
    const left = x - 48 + i * 50;
    const top = y - 78 + j * 62;
    const shift = (row: number): number => (lean * (row - top)) / 190;
    return polygon([[left + shift(top), top], [left + 44 + shift(top), top],
      [left + 44 + lean * 0.3, top + 56], [left + lean * 0.3, top + 56]], palette.light,
      { opacity: 0.92 });
  };
  return rectangle(0, y + 74, WIDTH, HEIGHT, palette.mid) +
    repeat(4, (i) => pane(i % 2, Math.floor(i / 2))) + walker(x - 8, y + 98, 96, palette.deep);
}

function loneTree({ random, palette, y }: Scene): string {
  const x = random.between(66, 134);
  const crown = repeat(7, () => circle(x + random.between(-26, 26), y - 24 + random.between(-24, 18),
    random.between(15, 27), palette.deep));
  return circle(WIDTH - x, y - 20, 34, palette.pop) +
    path(`M0 ${y + 62} Q100 ${y + 30} 200 ${y + 66} V300 H0Z`, { fill: palette.mid }) +
    polygon([[x - 4, y + 56], [x - 2, y - 20], [x + 2, y - 20], [x + 5, y + 56]], palette.deep) +
    crown;
}

function split({ random, palette, x, y }: Scene): string {
  const lean = random.between(-40, 40);
  return polygon([[100 + lean, 0], [WIDTH, 0], [WIDTH, HEIGHT], [100 - lean, HEIGHT]], palette.mid) +
    path(`M${x} ${y - 66} A66 66 0 0 0 ${x} ${y + 66}Z`, { fill: palette.pop }) +
    path(`M${x} ${y - 66} A66 66 0 0 1 ${x} ${y + 66}Z`, { fill: palette.deep }) +
    circle(x - 24, y, 9, palette.ground) + circle(x + 24, y, 9, palette.light);
}

function street({ random, palette, y }: Scene): string {
  const houses = repeat(6, (i) => {
    const h = random.between(60, 150);
    const left = i * 35 - 4;
    const windows = repeat(Math.floor(h / 26), (row) => repeat(2, (column) =>
      random.chance(0.55) ? rectangle(left + 7 + column * 13, y + 92 - h + row * 24, 6.5, 10,
        palette.pop) : ''));
    return rectangle(left, y + 82 - h, 33, 300, i % 2 === 0 ? palette.deep : palette.mid) + windows;
  });
  return circle(random.between(46, 154), y - 60, 24, palette.light, { opacity: 0.9 }) + houses;
}

export const drama: Motif = (scene) =>
  scene.random.pick([seaAndSun, lonelyWindow, loneTree, split, street] as const)(scene);

function overlap({ random, palette, x, y }: Scene): string {
  const r = random.between(52, 62);
  const d = r * random.between(0.56, 0.7);
  const h = Math.sqrt(r * r - d * d);
  return circle(x - d, y, r, palette.mid) + circle(x + d, y, r, palette.light) +
    path(`M${x} ${y - h} A${r} ${r} 0 0 1 ${x} ${y + h} A${r} ${r} 0 0 1 ${x} ${y - h}Z`,
      { fill: palette.pop });
}

function waves({ palette, x, y }: Scene): string {
  return repeat(6, (i) => {
    const r = 78 - i * 13;
    const fill = [palette.mid, palette.ground, palette.pop][i % 3] ?? palette.pop;
    return path(`M${x - r - 8} ${y} A${r} ${r} 0 0 1 ${x + r - 8} ${y}Z`, { fill }) +
      path(`M${x - r + 8} ${y + 3} A${r} ${r} 0 0 0 ${x + r + 8} ${y + 3}Z`, { fill });
  });
}

function rose({ random, palette, x, y }: Scene): string {
  const petals = repeat(5, (i) => {
    const [px, py] = polar(x, y - 22, 21, (i * 2 * Math.PI) / 5 + 0.4);
    return circle(px, py, 25, i % 2 === 0 ? palette.pop : palette.mid);
  });
  const lean = random.between(-22, 22);
  return path(`M${x} ${y} Q${x + lean} ${y + 60} ${x - lean * 0.4} ${y + 200}`,
    { fill: 'none', stroke: palette.deep, 'stroke-width': 4.5 }) + petals +
    circle(x, y - 22, 15, palette.light) + circle(x, y - 22, 7, palette.deep) +
    path(`M${x + lean * 0.5} ${y + 62} q34 -30 46 4 q-26 20 -46 -4Z`, { fill: palette.deep });
}

export const romance: Motif = (scene) =>
  scene.random.pick([overlap, waves, rose] as const)(scene);

function grin({ random, palette, x, y }: Scene): string {
  const r = random.between(62, 78);
  return circle(x, y, r, palette.pop) +
    path(`M${x - r * 0.62} ${y + 4} A${r * 0.62} ${r * 0.62} 0 0 0 ${x + r * 0.62} ${y + 4}Z`,
      { fill: palette.deep }) +
    path(`M${x - r * 0.52} ${y + 6} H${x + r * 0.52} V${y + 15} H${x - r * 0.52}Z`,
      { fill: palette.light }) +
    circle(x - r * 0.36, y - r * 0.34, 8, palette.deep) +
    path(`M${x + r * 0.2} ${y - r * 0.34} q11 -12 22 0`, { fill: 'none', stroke: palette.deep,
      'stroke-width': 6, 'stroke-linecap': 'round' });
}

function bounce({ random, palette, y }: Scene): string {
  let at = -18;
  const balls = repeat(4, (i) => {
    const reach = 78 - i * 11;
    const from = at;
    at += reach;
    const top = y + 58 - (118 - i * 26);
    return path(`M${from} ${y + 58} Q${from + reach / 2} ${top - (y + 58 - top) * 0.55} ${at} ${y + 58}`,
      { fill: 'none', stroke: palette.deep, 'stroke-width': 2, 'stroke-dasharray': '1 7',
        'stroke-linecap': 'round' }) +
      circle(from + reach / 2, top + 22, 24 - i * 3, i % 2 === 0 ? palette.pop : palette.mid);
  });
  return balls + rectangle(0, y + 60, WIDTH, 300, palette.mid) +
    repeat(10, (i) => circle(10 + i * 20, y + 74 + random.between(0, 26), 2.4, palette.light));
}

function confetti({ random, palette, x, y }: Scene): string {
  const colours = [palette.pop, palette.light, palette.mid, palette.deep] as const;
  return polygon([[x - 40, y + 92], [x + 40, y + 92], [x, y - 44]], palette.deep) +
    repeat(3, (i) => circle(x + (i - 1) * 17, y + 70 - Math.abs(i - 1) * 4 - (i === 1 ? 52 : 0), 8,
      palette.pop)) + circle(x, y - 50, 15, palette.light) +
    repeat(30, (i) => {
      const [px, py] = polar(x, y - 40, random.between(44, 118), random.between(-3.4, 0.3));
      return group(rectangle(px, py, random.between(4, 9), random.between(3, 6),
        colours[i % 4] ?? palette.pop), { transform: `rotate(${random.whole(0, 90)} ${px.toFixed(0)} ${
        py.toFixed(0)})` });
    });
}

export const comedy: Motif = (scene) =>
  scene.random.pick([grin, bounce, confetti] as const)(scene);

export const musical: Motif = ({ random, palette, x, y }) => {
  const grooves = repeat(6, (i) => ring(x, y, 42 + i * 8, palette.mid, 1.3));
  const bars = repeat(12, (i) => {
    const h = 18 + 52 * Math.abs(Math.sin(i * 0.9 + random.between(0, 0.6)));
    return rectangle(6 + i * 16, y + 128 - h, 10, h + 80, i % 3 === 1 ? palette.pop : palette.light,
      { opacity: 0.9 });
  });
  return bars + circle(x, y, 88, palette.deep) + grooves + circle(x, y, 32, palette.pop) +
    circle(x, y, 5, palette.light) +
    line([x + 78, y - 92], [x + 46, y + 16], palette.light, 5, { 'stroke-linecap': 'round' });
};

export const children: Motif = ({ random, palette, y }) => {
  const colours = [palette.pop, palette.light, palette.mid] as const;
  const balloons = repeat(5, (i) => {
    const x = 40 + i * 30 + random.between(-8, 8);
    const top = y - 40 + random.between(-34, 30);
    return line([x, top], [100, y + 92], palette.deep, 1.1, { opacity: 0.7 }) +
      path(`M${x} ${top + 27} C${x - 26} ${top + 6} ${x - 20} ${top - 25} ${x} ${top - 25} ` +
        `S${x + 26} ${top + 6} ${x} ${top + 27}Z`, { fill: colours[i % 3] ?? palette.pop });
  });
  return balloons + path(`M0 ${y + 88} Q50 ${y + 50} 110 ${y + 84} T200 ${y + 72} V300 H0Z`,
    { fill: palette.mid }) +
    path(`M0 ${y + 112} Q70 ${y + 74} 130 ${y + 100} T200 ${y + 96} V300 H0Z`,
      { fill: palette.deep });
};

/** Quarter circles on a grid, turned by chance. */
export const animation: Motif = ({ random, palette, y }) => {
  const colours = [palette.pop, palette.mid, palette.light, palette.deep] as const;
  const size = 50;
  const top = Math.round((y - 125) / size) * size;
  return repeat(20, (i) => {
    const left = (i % 4) * size;
    const up = top + Math.floor(i / 4) * size;
    const fill = random.pick(colours);
    const quarter = [
      `M${left} ${up} h${size} a${size} ${size} 0 0 1 -${size} ${size}Z`,
      `M${left + size} ${up} v${size} a${size} ${size} 0 0 1 -${size} -${size}Z`,
      `M${left + size} ${up + size} h-${size} a${size} ${size} 0 0 1 ${size} -${size}Z`,
      `M${left} ${up + size} v-${size} a${size} ${size} 0 0 1 ${size} ${size}Z`,
    ][random.whole(0, 3)] ?? '';
    const under = random.chance(0.35) ? rectangle(left, up, size, size, random.pick(colours)) : '';
    return random.chance(0.12)
      ? under + circle(left + size / 2, up + size / 2, size * 0.42, fill)
      : under + path(quarter, { fill });
  });
};

function iris({ random, palette, x, y }: Scene): string {
  const blades = random.whole(6, 8);
  const turn = random.between(0, 1);
  return circle(x, y, 88, palette.deep) + repeat(blades, (i) => {
    const a = turn + (i * 2 * Math.PI) / blades;
    const step = (2 * Math.PI) / blades;
    return polygon([polar(x, y, 84, a), polar(x, y, 84, a + step), polar(x, y, 30, a + step * 1.9)],
      i % 2 === 0 ? palette.mid : palette.light);
  }) + circle(x, y, 24, palette.pop);
}

function halftone({ random, palette, x, y }: Scene): string {
  const focus = random.between(60, 90);
  return repeat(11 * 13, (i) => {
    const px = 10 + (i % 11) * 18;
    const py = y - 108 + Math.floor(i / 11) * 18;
    const distance = Math.hypot(px - x, py - y) / focus;
    const r = 8.4 * Math.max(0.16, 1.15 - distance * 0.72);
    return circle(px, py, r, distance < 0.42 ? palette.pop : palette.deep);
  });
}

export const documentary: Motif = (scene) =>
  scene.random.chance(0.5) ? iris(scene) : halftone(scene);

/** For films of no known genre: a reel. */
export const reel: Motif = ({ random, palette, x, y }) => {
  const turn = random.between(0, 1);
  return circle(x, y, 82, palette.deep) + repeat(5, (i) => {
    const [px, py] = polar(x, y, 48, turn + (i * 2 * Math.PI) / 5);
    return circle(px, py, 21, palette.ground);
  }) + circle(x, y, 11, palette.pop);
};
