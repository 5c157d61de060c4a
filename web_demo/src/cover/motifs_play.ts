/** Pictures for the light genres: comedy, musical, children, animation. */
import { walker } from './motifs_night.js';
import {
  circle, ellipse, group, line, path, polar, polygon, rectangle, repeat, ring, HEIGHT, WIDTH,
  type Motif, type Scene,
} from './shapes.js';

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

function gentleman({ random, palette, x, y }: Scene): string {
  const curl = random.between(8, 18);
  return path(`M${x - 40} ${y - 34} V${y - 78} Q${x} ${y - 108} ${x + 40} ${y - 78} V${y - 34}Z`,
    { fill: palette.deep }) +
    rectangle(x - 66, y - 40, 132, 12, palette.deep, { rx: 6 }) +
      rectangle(x - 40, y - 52, 80, 10, palette.pop) +
    ring(x - 26, y - 4, 19, palette.deep, 5) + ring(x + 26, y - 4, 19, palette.deep, 5) +
    line([x - 7, y - 6], [x + 7, y - 6], palette.deep, 5) +
    path(`M${x} ${y + 34} C${x - 18} ${y + 20} ${x - 44} ${y + 26} ${x - 58} ${y + 46 - curl} C${x - 48} ${y + 62} ${x - 16} ${y + 60} ${x} ${y + 46} ` +
      `C${x + 16} ${y + 60} ${x + 48} ${y + 62} ${x + 58} ${y + 46 - curl} C${x + 44} ${y + 26} ${x + 18} ${y + 20} ${x} ${y + 34}Z`,
      { fill: palette.pop });
}

function bubbles({ random, palette, x, y }: Scene): string {
  const bubble = (left: number, top: number, w: number, h: number, fill: string,
    way: number): string =>
    rectangle(left, top, w, h, fill, { rx: h * 0.42 }) +
    polygon([[left + w / 2 + way * w * 0.1, top + h - 4],
      [left + w / 2 + way * w * 0.36, top + h - 6],
      [left + w / 2 + way * w * 0.42, top + h + 20]], fill);
  const dots = (cx: number, cy: number, fill: string): string =>
    repeat(3, (i) => circle(cx - 20 + i * 20, cy, 6, fill));
  const shift = random.between(-8, 8);
  return bubble(x - 86, y - 84 + shift, 122, 72, palette.pop, -1) +
    dots(x - 25, y - 48 + shift, palette.light) +
    bubble(x - 34, y + 10 - shift, 118, 68, palette.deep, 1) +
      dots(x + 25, y + 44 - shift, palette.pop);
}

function stripes({ random, palette, y }: Scene): string {
  const fills = [palette.pop, palette.light, palette.mid] as const;
  return repeat(11, (i) => {
    const top = y - 130 + i * 26;
    return path(`M-10 ${top} q27 -22 55 0 t55 0 t55 0 t55 0 V${top + 26} q-27 -22 -55 0 t-55 0 t-55 0 t-55 0Z`,
      { fill: fills[i % 3] ?? palette.pop });
  }) + circle(random.between(70, 130), y, 44, palette.deep) +
    repeat(2, (i) => circle(88 + i * 24, y - 8, 5, palette.light));
}

export const comedy: Motif = (scene) =>
  scene.random.pick([grin, bounce, confetti, gentleman, bubbles, stripes] as const)(scene);

function record({ random, palette, x, y }: Scene): string {
  const grooves = repeat(6, (i) => ring(x, y, 42 + i * 8, palette.mid, 1.3));
  const bars = repeat(12, (i) => {
    const h = 18 + 52 * Math.abs(Math.sin(i * 0.9 + random.between(0, 0.6)));
    return rectangle(6 + i * 16, y + 128 - h, 10, h + 80, i % 3 === 1 ? palette.pop : palette.light,
      { opacity: 0.9 });
  });
  return bars + circle(x, y, 88, palette.deep) + grooves + circle(x, y, 32, palette.pop) +
    circle(x, y, 5, palette.light) +
    line([x + 78, y - 92], [x + 46, y + 16], palette.light, 5, { 'stroke-linecap': 'round' });
}

function stage({ random, palette, x, y }: Scene): string {
  const cone = (from: number, opacity: number): string =>
    polygon([[from - 5, y - 130], [from + 5, y - 130],
    [x + 52, y + 76], [x - 52, y + 76]], palette.light, { opacity });
  return cone(40, 0.28) + cone(160, 0.28) + cone(100 + random.between(-20, 20), 0.34) +
    rectangle(0, y + 76, WIDTH, HEIGHT, palette.deep) + ellipse(x, y + 78, 56, 11, palette.pop) +
    walker(x, y + 80, 84, palette.deep);
}

export const musical: Motif = (scene) => scene.random.chance(0.6) ? record(scene) : stage(scene);

function balloons({ random, palette, y }: Scene): string {
  const colours = [palette.pop, palette.light, palette.mid] as const;
  const all = repeat(5, (i) => {
    const x = 40 + i * 30 + random.between(-8, 8);
    const top = y - 40 + random.between(-34, 30);
    return line([x, top], [100, y + 92], palette.deep, 1.1, { opacity: 0.7 }) +
      path(`M${x} ${top + 27} C${x - 26} ${top + 6} ${x - 20} ${top - 25} ${x} ${top - 25} ` +
        `S${x + 26} ${top + 6} ${x} ${top + 27}Z`, { fill: colours[i % 3] ?? palette.pop });
  });
  return all + path(`M0 ${y + 88} Q50 ${y + 50} 110 ${y + 84} T200 ${y + 72} V300 H0Z`,
    { fill: palette.mid }) +
    path(`M0 ${y + 112} Q70 ${y + 74} 130 ${y + 100} T200 ${y + 96} V300 H0Z`,
      { fill: palette.deep });
}

function kite({ random, palette, y }: Scene): string {
  const [x, top] = [random.between(104, 136), y - 48];
  const cloud = (cx: number, cy: number, r: number): string => circle(cx, cy, r, palette.light) +
    circle(cx - r, cy + r * 0.35, r * 0.66, palette.light) +
      circle(cx + r, cy + r * 0.35, r * 0.72, palette.light);
  return cloud(46, y - 60, 18) + cloud(154, y + 18, 22) +
    path(`M${x} ${top + 62} Q${x - 60} ${y + 40} ${x - 30} ${y + 70} T30 ${y + 110}`,
      { fill: 'none',
      stroke: palette.deep, 'stroke-width': 1.8 }) +
    polygon([[x, top - 52], [x + 38, top], [x, top + 64], [x - 38, top]], palette.pop) +
    polygon([[x, top - 52], [x + 38, top], [x, top]], palette.mid) +
    polygon([[x, top + 64], [x - 38, top], [x, top]], palette.deep) +
    path(`M0 ${y + 92} Q80 ${y + 62} 200 ${y + 96} V320 H0Z`, { fill: palette.mid });
}

export const children: Motif = (scene) => scene.random.chance(0.6) ? balloons(scene) : kite(scene);

/** Quarter circles on a grid, turned by chance. */
function tiles({ random, palette, y }: Scene): string {
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
}

/** A crowd of round creatures that look at one another. */
function creatures({ random, palette, y }: Scene): string {
  const fills = [palette.pop, palette.mid, palette.deep, palette.light] as const;
  const creature = (x: number, w: number, h: number, fill: string): string => {
    const top = y + 96 - h;
    const white = fill === palette.light ? palette.deep : '#ffffff';
    const eyes = random.whole(1, 2);
    const look = random.between(-2.5, 2.5);
    return path(`M${x - w / 2} 320 V${top + w / 2} A${w / 2} ${w / 2} 0 0 1 ${x + w / 2} ${top + w / 2} V320Z`, { fill }) +
      repeat(eyes, (i) => {
        const ex = x + (eyes === 1 ? 0 : (i - 0.5) * w * 0.44);
        return circle(ex, top + w * 0.46, w * 0.16, white) +
          circle(ex + look, top + w * 0.46, w * 0.075,
          fill === palette.light ? '#ffffff' : '#191521');
      });
  };
  return repeat(5, (i) => creature(16 + i * 42, random.between(46, 62), random.between(90, 190),
    fills[i % 4] ?? palette.pop)) +
    repeat(3, (i) => creature(44 + i * 58, random.between(44, 60), random.between(44, 84),
      fills[(i + 2) % 4] ?? palette.pop));
}

export const animation: Motif = (scene) => scene.random.chance(0.5) ? tiles(scene) : creatures(scene);
