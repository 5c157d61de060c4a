// Prints the best known items of a log as a JSON list of ids, most events first:
//   node popular.mjs EVENTS.csv [--column movieId] [--count 300]
// The first shelf of a new visitor and the order of search results use it.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: {
  column: { type: 'string', default: 'movieId' }, count: { type: 'string', default: '300' } } });

function fail(message) {
  process.stderr.write(`web_demo/popular.mjs: ${message}\n`);
  process.exit(1);
}

const unquoted = (cell) => cell.replace(/^"(.*)"$/, '$1');
const [file] = positionals;
if (file === undefined) fail('expected the path of a CSV log');
const counts = new Map();
let at = -1;
for await (const line of createInterface({ input: createReadStream(file) })) {
  const cells = line.split(',').map(unquoted);
  if (at < 0) {
    at = cells.indexOf(values.column);
    if (at < 0) fail(`${file}:1: no column ${values.column} among ${cells.join(', ')}. Try: --column NAME`);
  } else if (cells[at] !== undefined && cells[at] !== '') {
    counts.set(cells[at], (counts.get(cells[at]) ?? 0) + 1);
  }
}
const best = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  .slice(0, Number(values.count));
process.stdout.write(`${JSON.stringify(best.map(([id]) => id))}\n`);
