/** Pictures for the near genres: drama, romance, documentary. */
import {
  circle, line, path, polar, polygon, rectangle, repeat, HEIGHT, WIDTH,
  type Motif, type Scene,
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
  const crown = repeat(7, () => circle(x + random.between(-26, 26), y - 24 +
    random.between(-24, 18),
    random.between(15, 27), palette.deep));
  return circle(WIDTH - x, y - 20, 34, palette.pop) +
    path(`M0 ${y + 62} Q100 ${y + 30} 200 ${y + 66} V300 H0Z`, { fill: palette.mid }) +
    polygon([[x - 4, y + 56], [x - 2, y - 20], [x + 2, y - 20], [x + 5, y + 56]], palette.deep) +
    crown;
}

function split({ random, palette, x, y }: Scene): string {
  const lean = random.between(-40, 40);
  return polygon([[100 + lean, 0], [WIDTH, 0], [WIDTH, HEIGHT], [100 - lean, HEIGHT]],
    palette.mid) +
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

function arches({ random, palette, x, y }: Scene): string {
  const fills = [palette.deep, palette.mid, palette.pop, palette.light, palette.ground] as const;
  const foot = y + random.between(70, 96);
  return repeat(5, (i) => {
    const r = 88 - i * 17;
    return path(`M${x - r} ${foot} V${y - 6} A${r} ${r} 0 0 1 ${x + r} ${y - 6} V${foot}Z`,
      { fill: fills[i] ?? palette.pop });
  }) + rectangle(0, foot, WIDTH, HEIGHT, palette.deep);
}

function birds({ random, palette, y }: Scene): string {
  const bands = repeat(5, (i) => rectangle(0, y - 20 + i * 26, WIDTH, 240,
    [palette.mid, palette.pop,
    palette.mid, palette.deep, palette.deep][i] ?? palette.deep, { opacity: 0.45 + i * 0.13 }));
  return circle(random.between(60, 140), y - 18, 42, palette.light) + bands + repeat(6, () => {
    const [bx, by, size] = [random.between(20, 170), random.between(y - 100, y - 26),
      random.between(6, 13)];
    return path(`M${bx - size} ${by - size * 0.3} q${size * 0.6} ${-size * 0.4} ${size} ${size * 0.4} ` +
      `q${size * 0.4} ${-size * 0.8} ${size} ${-size * 0.4}`, { fill: 'none', stroke: palette.deep,
      'stroke-width': 2.2, 'stroke-linecap': 'round' });
  });
}

export const drama: Motif = (scene) => scene.random.pick(
  [seaAndSun, lonelyWindow, loneTree, split, street, arches, birds] as const)(scene);

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

function heart({ random, palette, x, y }: Scene): string {
  const shape = (size: number, fill: string): string => path(
    `M${x} ${y + size * 0.92} C${x - size * 1.5} ${y - size * 0.1} ${x - size * 0.9} ${y - size * 1.15} ${x} ${y - size * 0.42} ` +
    `C${x + size * 0.9} ${y - size * 1.15} ${x + size * 1.5} ${y - size * 0.1} ${x} ${y + size * 0.92}Z`, { fill });
  return random.chance(0.5)
    ? shape(94, palette.mid) + shape(72, palette.pop) + shape(48, palette.ground) +
      shape(26, palette.pop)
    : shape(88, palette.pop) + line([x - 3, y - 40], [x + 5, y + 84], palette.ground, 3.5);
}

function balcony({ random, palette, y }: Scene): string {
  return circle(random.between(54, 146), y - 62, 30, palette.light) +
    rectangle(0, y + 34, WIDTH, HEIGHT, palette.deep) +
    repeat(11, (i) => rectangle(8 + i * 18, y + 2, 4, 40, palette.deep)) +
      rectangle(0, y - 4, WIDTH, 8, palette.deep) +
    walker(84, y + 30, 84, palette.mid) + walker(114, y + 30, 76, palette.pop);
}

export const romance: Motif = (scene) =>
  scene.random.pick([overlap, waves, rose, heart, balcony] as const)(scene);

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
