/** Pictures for the dark genres: horror, noir, crime, thriller, mystery. */
import {
  circle, line, path, polar, polygon, rectangle, repeat, ring, HEIGHT, WIDTH, type Point,
  type Motif, type Scene,
} from './shapes.js';

/** A walker in hat and coat, feet at (x, y), `h` high. */
export function walker(x: number, y: number, h: number, fill: string): string {
  const w = h * 0.16;
  return circle(x, y - h * 0.86, h * 0.085, fill) +
    rectangle(x - h * 0.15, y - h * 0.925, h * 0.3, h * 0.035, fill) +
    rectangle(x - h * 0.085, y - h * 1.0, h * 0.17, h * 0.09, fill, { rx: h * 0.02 }) +
    polygon([[x - w * 0.8, y - h * 0.76], [x + w * 0.8, y - h * 0.76], [x + w * 1.25, y - h * 0.2],
      [x - w * 1.25, y - h * 0.2]], fill) +
    polygon([[x - w * 0.8, y - h * 0.22], [x - w * 0.1, y - h * 0.22], [x - w * 0.35, y],
      [x - w * 0.85, y]], fill) +
    polygon([[x + w * 0.1, y - h * 0.22], [x + w * 0.8, y - h * 0.22], [x + w * 1.0, y],
      [x + w * 0.5, y]], fill);
}

function bareTrees({ random, palette, y }: Scene): string {
  const tree = (x: number, base: number, h: number): string => {
    const branches = repeat(6, (i) => {
      const at = base - h * (0.3 + 0.11 * i);
      const side = i % 2 === 0 ? 1 : -1;
      const reach = h * random.between(0.16, 0.3) * (1 - i * 0.09);
      return line([x, at], [x + side * reach, at - reach * random.between(0.7, 1.2)],
        palette.deep, 3.2 - i * 0.35, { 'stroke-linecap': 'round' });
    });
    return polygon([[x - h * 0.045, base], [x + h * 0.045, base], [x, base - h]], palette.deep) +
      branches;
  };
  const moon = random.between(46, 62);
  return circle(100 + random.between(-24, 24), y, moon, palette.light, { opacity: 0.95 }) +
    path(`M0 ${y + 62} Q60 ${y + 44} 110 ${y + 58} T200 ${y + 52} V300 H0Z`,
      { fill: palette.mid }) +
    repeat(4, (i) => tree(14 + i * 56 + random.between(-10, 10), y + 96, random.between(90, 175))) +
    path(`M0 ${y + 84} Q50 ${y + 70} 100 ${y + 86} T200 ${y + 80} V300 H0Z`,
      { fill: palette.deep });
}

function claws({ random, palette, y }: Scene): string {
  const lean = random.between(18, 38);
  return circle(100, y, 78, palette.mid) + circle(100, y, 54, palette.pop, { opacity: 0.95 }) +
    circle(100, y, 20, palette.deep) +
    repeat(5, (i) => {
      const x = 34 + i * 33;
      const top = random.between(-20, 30);
      return polygon([[x + lean, top], [x + lean + 9, top], [x - lean * 0.4 + 3, 262 - i * 14],
        [x - lean * 0.4, 270 - i * 14]], palette.deep);
    });
}

function hillHouse({ random, palette, y }: Scene): string {
  const x = random.between(82, 118);
  return circle(x + 26, y - 34, random.between(44, 58), palette.pop) +
    path(`M-10 ${y + 96} Q${x} ${y - 34} 210 ${y + 100} V320 H-10Z`, { fill: palette.deep }) +
    rectangle(x - 24, y - 22, 48, 64, palette.deep) +
    polygon([[x - 32, y - 20], [x, y - 58], [x + 32, y - 20]], palette.deep) +
    rectangle(x + 8, y - 66, 14, 40, palette.deep) +
      polygon([[x + 4, y - 64], [x + 15, y - 86], [x + 26, y - 64]], palette.deep) +
    rectangle(x - 6, y - 8, 11, 16, palette.light) +
      rectangle(x + 11, y - 56, 7, 10, palette.light);
}

function watchers({ random, palette, y }: Scene): string {
  return circle(100, y, 104, palette.deep) + repeat(7, (i) => {
    const x = 34 + (i % 3) * 58 + random.between(-14, 14);
    const at = y - 62 + Math.floor(i / 3) * 54 + random.between(-14, 14);
    const size = random.between(7, 13);
    const eye = (side: number): string => path(
      `M${x + side * size * 1.5 - size} ${at} q${size} ${-size * 1.1} ${2 * size} 0 q${-size} ${size * 0.7} ${-2 * size} 0Z`,
      { fill: palette.pop }) + circle(x + side * size * 1.5, at - 1, size * 0.26, palette.deep);
    return eye(-1) + eye(1);
  });
}

export const horror: Motif = (scene) =>
  scene.random.pick([bareTrees, bareTrees, claws, hillHouse, watchers] as const)(scene);

export const noir: Motif = ({ random, palette, y }) => {
  const left = random.chance(0.5);
  const from = left ? 0 : WIDTH;
  const to = left ? WIDTH : 0;
  const foot = y + 82;
  const beam: Point[] = [[from, y - 96], [from, y - 62], [to, foot + 30], [to, y - 8]];
  const slats = repeat(9, (i) => rectangle(0, y - 112 + i * 24, WIDTH, 9, palette.deep,
    { opacity: 0.55 }));
  return polygon(beam, palette.light, { opacity: 0.9 }) + slats +
    rectangle(0, foot, WIDTH, HEIGHT, palette.deep) +
    polygon([[98, foot], [110, foot], [left ? 190 : 60, HEIGHT], [left ? 128 : -10, HEIGHT]],
      palette.mid, { opacity: 0.5 }) + walker(104, foot + 4, 112, palette.deep);
};

function lampAndBlinds({ random, palette, y }: Scene): string {
  const tilt = random.between(-10, 10);
  const r = random.between(58, 74);
  return circle(100, y, r, palette.pop) +
    repeat(12, (i) => {
      const top = y - 92 + i * 17;
      return polygon([[0, top - tilt], [WIDTH, top + tilt], [WIDTH, top + tilt + 6 + i * 0.5],
        [0, top - tilt + 6 + i * 0.5]], palette.ground);
    }) + walker(100, y + 88, 74, palette.deep);
}

function fingerprint({ random, palette, x, y }: Scene): string {
  const turn = random.between(-16, 16);
  return `<g transform="rotate(${turn.toFixed(1)} ${x.toFixed(0)} ${y.toFixed(0)})">` +
    repeat(9, (i) => {
      const r = 9 + i * 8.6;
      const start = polar(x, y, r, Math.PI * (0.62 + random.between(-0.1, 0.22)));
      const end = polar(x, y * 1, r, Math.PI * (0.36 + random.between(-0.24, 0.1)));
      return path(`M${start[0]} ${start[1] * 1} A${r} ${r * 1.22} 0 1 1 ${end[0]} ${end[1]}`,
        { fill: 'none', stroke: i === 3 ? palette.pop : palette.light, 'stroke-width': 4,
          'stroke-linecap': 'round' });
    }) + '</g>';
}

function spade({ random, palette, x, y }: Scene): string {
  const turn = random.whole(-14, 14);
  const card = rectangle(x - 54, y - 78, 108, 156, palette.light, { rx: 9 }) +
    path(`M${x} ${y - 46} C${x + 58} ${y} ${x + 30} ${y + 38} ${x + 5} ${y + 18} L${x + 15} ${y + 46} H${x - 15} ` +
      `L${x - 5} ${y + 18} C${x - 30} ${y + 38} ${x - 58} ${y} ${x} ${y - 46}Z`,
        { fill: palette.deep }) +
    circle(x - 41, y - 64, 5, palette.pop) + circle(x + 41, y + 64, 5, palette.pop);
  const at = `${x.toFixed(0)} ${y.toFixed(0)}`;
  return `<g transform="rotate(${turn - 15} ${at})">${rectangle(x - 54, y - 78, 108, 156, palette.pop, { rx: 9 })}</g>` +
    `<g transform="rotate(${turn} ${at})">${card}</g>`;
}

function alley({ random, palette, y }: Scene): string {
  const mid = random.between(88, 112);
  const windows = (from: number, columns: number): string => repeat(columns * 6, (i) =>
    random.chance(0.4) ? rectangle(from + (i % columns) * 17, y - 96 +
      Math.floor(i / columns) * 27, 8, 13,
      palette.pop) : '');
  return circle(mid, y - 40, 30, palette.light) +
    polygon([[-10, y - 120], [mid - 36, y - 70], [mid - 22, y + 96], [-10, 320]], palette.deep) +
    polygon([[210, y - 120], [mid + 36, y - 70], [mid + 22, y + 96], [210, 320]], palette.mid) +
    windows(6, 3) + windows(150, 3) + polygon([[mid - 22, y + 94], [mid + 22, y + 94], [210, 320],
      [-10, 320]],
      palette.deep, { opacity: 0.5 }) + walker(mid, y + 100, 66, palette.deep);
}

export const crime: Motif = (scene) =>
  scene.random.pick([lampAndBlinds, fingerprint, spade, alley] as const)(scene);

function vertigo({ random, palette, x, y }: Scene): string {
  const drift = random.between(-4.5, 4.5);
  const rings = repeat(8, (i) => circle(x + drift * i, y + Math.abs(drift) * 0.7 * i, 96 - i * 12,
    i % 2 === 0 ? palette.pop : palette.deep));
  return rings + walker(x + drift * 7, y + Math.abs(drift) * 5 + 22, 46,
    palette.ground === '#1c2b33' ? palette.pop : palette.ground);
}

function spiral({ random, palette, x, y }: Scene): string {
  const turns = 4.5;
  const sign = random.chance(0.5) ? 1 : -1;
  let d = '';
  for (let i = 0; i <= 140; ++i) {
    const t = i / 140;
    const [px, py] = polar(x, y, 6 + 104 * t, sign * t * turns * 2 * Math.PI);
    d += `${i === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`;
  }
  return path(d, { fill: 'none', stroke: palette.pop, 'stroke-width': 7.5,
    'stroke-linecap': 'round' }) + circle(x, y, 9, palette.deep);
}

function stairs({ random, palette, y }: Scene): string {
  const flip = random.chance(0.5);
  const steps = repeat(9, (i) => {
    const left = i * 23;
    return rectangle(flip ? WIDTH - left - 24 : left, y + 92 - i * 21, 24, 300,
      i % 2 === 0 ? palette.deep : palette.mid);
  });
  return circle(flip ? 62 : 138, y - 50, 40, palette.pop) + steps +
    walker(flip ? WIDTH - 104 : 104, y + 10, 58, palette.deep);
}

function eye({ random, palette, x, y }: Scene): string {
  const look = random.between(-14, 14);
  return repeat(3, (i) => path(`M${x - 92 - i * 8} ${y} Q${x} ${y - 98 - i * 16} ${x + 92 + i * 8} ${y}`,
    { fill: 'none', stroke: palette.deep, 'stroke-width': 4 - i })) +
    path(`M${x - 92} ${y} Q${x} ${y - 84} ${x + 92} ${y} Q${x} ${y + 84} ${x - 92} ${y}Z`,
      { fill: palette.light }) +
    circle(x + look, y, 39, palette.pop) + circle(x + look, y, 20, palette.deep) +
      circle(x + look + 10, y - 11, 6, palette.light);
}

function crosshair({ random, palette, x, y }: Scene): string {
  return circle(x, y, 92, palette.deep) + circle(x, y, 82, palette.light) +
    walker(x + random.between(-18, 18), y + 50, 92, palette.deep) + ring(x, y, 46, palette.pop, 3) +
    line([x - 100, y], [x + 100, y], palette.pop, 2) +
      line([x, y - 100], [x, y + 100], palette.pop, 2);
}

export const thriller: Motif = (scene) =>
  scene.random.pick([vertigo, spiral, stairs, eye, crosshair] as const)(scene);

function keyhole({ random, palette, x, y }: Scene): string {
  const r = random.between(30, 38);
  return ring(x, y + 10, 92, palette.mid, 2) + circle(x, y + 10, 80, palette.mid) +
    circle(x, y - 16, r, palette.pop) +
    polygon([[x - r * 0.42, y], [x + r * 0.42, y], [x + r * 0.95, y + 70], [x - r * 0.95, y + 70]],
      palette.pop) + walker(x, y + 70, 62, palette.deep);
}

function lens({ random, palette, x, y }: Scene): string {
  const angle = random.between(0.6, 1.1);
  const [hx, hy] = polar(x, y - 10, 60, angle);
  const [ex, ey] = polar(x, y - 10, 142, angle);
  return line([hx, hy], [ex, ey], palette.deep, 15, { 'stroke-linecap': 'round' }) +
    circle(x, y - 10, 62, palette.deep) + circle(x, y - 10, 51, palette.light) +
    circle(x, y - 10, 30, palette.pop) + circle(x, y - 10, 14, palette.deep) +
    circle(x + 6, y - 17, 5, palette.light);
}

function doorAjar({ random, palette, x, y }: Scene): string {
  const open = random.between(18, 34);
  return rectangle(x - 48, y - 92, 96, 184, palette.pop) +
    polygon([[x - 48, y + 92], [x + 48, y + 92], [x + 96, HEIGHT + 20], [x - 70, HEIGHT + 20]],
      palette.pop,
      { opacity: 0.45 }) +
    polygon([[x - 48, y - 92], [x + 48 - open, y - 80], [x + 48 - open, y + 106],
      [x - 48, y + 92]], palette.deep) +
    circle(x + 34 - open, y + 12, 4, palette.pop) +
      walker(x + 50 - open / 2, y + 118, 70, palette.deep);
}

export const mystery: Motif = (scene) =>
  scene.random.pick([keyhole, lens, doorAjar] as const)(scene);
