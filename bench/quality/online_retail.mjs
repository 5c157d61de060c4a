// Makes importable files of the UCI Online Retail log (InvoiceUnix CustomerID Quantity UnitPrice Country Description):
//   node bench/quality/online_retail.mjs --events events.tsv.gz --out FOLDER
//   ./dev tsugi import --format events --events FOLDER/events.tsv --items FOLDER/items.jsonl --value-column quantity
//     --tie-order shuffled --out retail
// Kept are lines with a customer, a quantity and a price above 0 and a description, which is the item; the lines of a
// basket share a time, so their order is drawn at import.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const { values } = parseArgs({ options: { events: { type: 'string' }, out: { type: 'string' } } });
if (values.events === undefined || values.out === undefined) {
  process.stderr.write('usage: node bench/quality/online_retail.mjs --events FILE.tsv.gz --out FOLDER\n');
  process.exit(2);
}
const [header, ...lines] = gunzipSync(readFileSync(values.events)).toString('utf8').split('\n');
const columns = header.split('\t');
const place = (name) => {
  const at = columns.indexOf(name);
  if (at < 0) throw new Error(`${values.events}: no column ${name}, found ${columns.join(', ')}`);
  return at;
};
const [time, user, quantity, price, item] =
  ['InvoiceUnix', 'CustomerID', 'Quantity', 'UnitPrice', 'Description'].map(place);

const rows = ['user\titem\ttime\tquantity'];
const items = new Set();
for (const line of lines) {
  const cells = line.split('\t');
  const title = cells[item]?.trim();
  if (!title || !cells[user] || !(Number(cells[quantity]) > 0) || !(Number(cells[price]) > 0)) continue;
  rows.push([cells[user], title, cells[time], cells[quantity]].join('\t'));
  items.add(title);
}
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, 'events.tsv'), `${rows.join('\n')}\n`);
writeFileSync(join(values.out, 'items.jsonl'),
  [...items].map((title) => `${JSON.stringify({ id: title, title })}\n`).join(''));
process.stdout.write(`${rows.length - 1} lines, ${items.size} items in ${values.out}\n`);
