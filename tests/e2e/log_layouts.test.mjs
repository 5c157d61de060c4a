// Logs as people publish them: each layout is imported by the one command that stands here, and the
// sequences are compared with those that the log was written from.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';

const { TSUGI } = process.env;
const root = mkdtempSync(join(tmpdir(), 'tsugi-layouts-'));
after(() => rmSync(root, { recursive: true, force: true }));

// Who did what, oldest first: four users, six items. Rows are written newest first or mixed, so that
// only the times give the order.
const ITEMS = ['101', '102', '103', '104', '105', '106'];
const EVENTS = ['u1', 'u2', 'u3', 'u4'].flatMap((user, u) =>
  ITEMS.map((_, i) => ({
    user,
    item: ITEMS[(i * (u % 2 ? 5 : 1) + u) % 6],
    time: 1_700_000_000 + 86_400 * i + 61 * u,
    kind: i % 3 ? 'view' : 'buy',
  })),
);
const SEQUENCES = ['u1', 'u2', 'u3', 'u4']
  .map((user) =>
    EVENTS.filter((event) => event.user === user)
      .map(({ item }) => item)
      .join(' '),
  )
  .sort();
const NEWEST_FIRST = [...EVENTS].sort((a, b) => b.time - a.time);
const TITLES = {
  101: 'Café, the film',
  102: 'Winter; train',
  103: '"Quoted"',
  104: 'A',
  105: 'B',
  106: 'C',
};

const iso = (time) => new Date(1000 * time).toISOString();
const rows = (write, events = NEWEST_FIRST) => events.map(write).join('\n') + '\n';
const sessions = () =>
  ['u1', 'u2', 'u3', 'u4'].map((user) => EVENTS.filter((event) => event.user === user));

/** [name, files, arguments of import, --sql]. `@` stands for the folder of the layout. */
const LAYOUTS = [
  [
    'commas, seconds',
    { 'log.csv': 'user_id,item_id,timestamp\n' + rows((e) => `${e.user},${e.item},${e.time}`) },
    '--events @log.csv',
  ],
  [
    'tabs, gzip',
    {
      'log.tsv.gz': gzipSync(
        'user_id\titem_id\ttimestamp\n' + rows((e) => `${e.user}\t${e.item}\t${e.time}`),
      ),
    },
    '--events @log.tsv.gz',
  ],
  [
    'double colons, no heading (MovieLens)',
    { 'ratings.dat': rows((e) => `${e.user}::${e.item}::5::${e.time}`) },
    '--events @ratings.dat --no-header --user-column 1 --item-column 2 --time-column 4',
  ],
  [
    'typed headings (RecBole)',
    {
      'log.inter':
        'user_id:token\titem_id:token\ttimestamp:float\n' +
        rows((e) => `${e.user}\t${e.item}\t${e.time}.0`),
    },
    '--events @log.inter',
  ],
  [
    'runs of blanks',
    { 'log.txt': rows((e) => `${e.user}   ${e.item}  ${e.time}`) },
    '--events @log.txt --no-header --user-column 1 --item-column 2 --time-column 3',
  ],
  [
    'semicolons and Latin-1',
    {
      'log.csv': Buffer.from(
        'user;item;time;titre\n' + rows((e) => `${e.user};${e.item};${e.time};caf\xe9`),
        'latin1',
      ),
    },
    '--events @log.csv',
  ],
  [
    'JSON lines of reviews (Amazon)',
    {
      'reviews.jsonl': rows((e) =>
        JSON.stringify({ reviewerID: e.user, asin: e.item, overall: 5, unixReviewTime: e.time }),
      ),
    },
    '--events @reviews.jsonl --user-column reviewerID --item-column asin --time-column unixReviewTime',
  ],
  [
    'numbers as ids, NaN, keys that come late',
    {
      'log.jsonl': rows(
        (e, i) =>
          `{"user":"${e.user}","item":${e.item}.0,"time":${e.time}${i > 3 ? ',"price":NaN,"late":1' : ''}}`,
      ),
    },
    '--events @log.jsonl',
  ],
  [
    '"2023-11-14 22:13:20 UTC" (BigQuery)',
    {
      'log.csv':
        'event_time,event_type,product_id,user_id\n' +
        rows(
          (e) => `${iso(e.time).slice(0, 19).replace('T', ' ')} UTC,${e.kind},${e.item},${e.user}`,
        ),
    },
    '--events @log.csv --action-column event_type',
  ],
  [
    'milliseconds, newest first',
    { 'log.csv': 'user,item,Timestamp_ms\n' + rows((e) => `${e.user},${e.item},${e.time}123`) },
    '--events @log.csv',
  ],
  [
    'dates of an American export',
    {
      'log.csv':
        'CustomerID,StockCode,InvoiceDate\n' +
        rows((e) => {
          const [y, m, d] = iso(e.time).slice(0, 10).split('-');
          return `${e.user},${e.item},${m}/${d}/${y} ${iso(e.time).slice(11, 16)}`;
        }),
    },
    '--events @log.csv --user-column CustomerID --item-column StockCode --time-column InvoiceDate',
  ],
  [
    'fourteen digits',
    {
      'log.csv':
        'user,item,time\n' +
        rows((e) => `${e.user},${e.item},${iso(e.time).replace(/\D/g, '').slice(0, 14)}`),
    },
    '--events @log.csv',
  ],
  [
    'Windows line ends, byte order mark, quotes',
    {
      'log.csv':
        '\ufeff"user","item","time"\r\n' +
        rows((e) => `"${e.user}","${e.item}","${e.time}"`).replaceAll('\n', '\r\n'),
    },
    '--events @log.csv',
  ],
  [
    'comments and a count in front',
    {
      'log.txt': `% who what when\n# made by hand\n${rows((e) => `${e.user}\t${e.item}\t${e.time}`)}`,
    },
    '--events @log.txt --no-header --user-column 1 --item-column 2 --time-column 3',
  ],
  [
    'several parts, one with another heading order',
    {
      'part-1.csv':
        'user,item,time\n' + rows((e) => `${e.user},${e.item},${e.time}`, NEWEST_FIRST.slice(0, 9)),
      'part-2.csv':
        'time,user,item\n' + rows((e) => `${e.time},${e.user},${e.item}`, NEWEST_FIRST.slice(9)),
    },
    '--events @part-*.csv',
  ],
  [
    'a sequence a line',
    {
      'sequences.txt':
        sessions()
          .map((s) => [s[0].user, ...s.map(({ item }) => item)].join(' '))
          .join('\n') + '\n',
    },
    '--events @sequences.txt --format sequences',
  ],
  [
    'a session a line, without users',
    {
      'sessions.txt':
        sessions()
          .map((s) => s.map(({ item }) => item).join(' '))
          .join('\n') + '\n',
    },
    '--events @sessions.txt --format sessions',
  ],
  [
    'a session a row, events nested',
    {
      'sessions.jsonl':
        sessions()
          .map((s) =>
            JSON.stringify({
              user: s[0].user,
              events: s.map(({ item, time }) => ({ item, time })),
            }),
          )
          .join('\n') + '\n',
    },
    '',
    "SELECT user, e.item AS item, e.time AS time FROM (SELECT user, unnest(events) AS e FROM read_json('@sessions.jsonl'))",
  ],
  [
    'a history in one cell',
    {
      'histories.csv':
        'user,history\n' +
        sessions()
          .map((s) => `${s[0].user},"${s.map(({ item }) => item).join(' ')}"`)
          .join('\n') +
        '\n',
    },
    '--time-column none --order-column place',
    "SELECT user, unnest(string_split(history::VARCHAR, ' ')) AS item, generate_subscripts(string_split(history::VARCHAR, ' '), 1) AS place FROM '@histories.csv'",
  ],
  [
    'a place in the session breaks ties',
    {
      'log.csv':
        'user,item,date,place\n' +
        rows((e, i) => `${e.user},${e.item},2023-11-14,${EVENTS.indexOf(e)}`),
    },
    '--events @log.csv --time-column date --order-column place',
  ],
  [
    'items beside the log, ids as 101.0',
    {
      'log.csv': 'user,item,time\n' + rows((e) => `${e.user},${e.item},${e.time}`),
      'items.csv':
        'item,title,genres\n' +
        ITEMS.map((id) => `${id}.0,"${TITLES[id].replaceAll('"', '""')}","Drama, War"`).join('\n') +
        '\n',
    },
    '--events @log.csv --items @items.csv',
  ],
];

/** Reads the sequences of a data set as texts of ids, and its titles by id. */
function readDataset(folder) {
  const bytes = (name) => readFileSync(join(folder, name));
  const u64 = (name) => [...new BigUint64Array(new Uint8Array(bytes(name)).buffer)].map(Number);
  const u32 = (name) => [...new Uint32Array(new Uint8Array(bytes(name)).buffer)];
  const strings = (prefix) => {
    const offsets = u64(`${prefix}.offsets`);
    const text = bytes(`${prefix}.text`);
    return offsets.slice(1).map((end, i) => text.subarray(offsets[i], end).toString());
  };
  const [offsets, items, ids] = [u64('offsets.u64'), u32('items.u32'), strings('item_ids')];
  const sequences = offsets.slice(1).map((end, s) =>
    items
      .slice(offsets[s], end)
      .map((item) => ids[item])
      .join(' '),
  );
  return { sequences: sequences.sort(), ids, titles: strings('item_titles') };
}

function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

function tsugi(...args) {
  const { status, stdout, stderr } = spawnSync(TSUGI, args, { encoding: 'utf8' });
  assert.equal(status, 0, `tsugi ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

for (const [index, [name, files, flags, sql]] of LAYOUTS.entries()) {
  test(name, () => {
    const folder = join(root, String(index));
    write(folder, files);
    const args = [...flags.split(' ').filter(Boolean), ...(sql ? ['--sql', sql] : [])];
    const placed = args.map((text) => text.replaceAll('@', `${folder}/`));
    tsugi('import', ...placed, '--min-count', '1', '--out', join(folder, 'data'));
    const { sequences, ids, titles } = readDataset(join(folder, 'data'));
    assert.deepEqual(sequences, SEQUENCES);
    if (args.includes('--items')) {
      assert.deepEqual(Object.fromEntries(ids.map((id, i) => [id, titles[i]])), TITLES);
    }
  });
}

// The log stands for the items too, as public logs often do: what it says of customers stays out.
for (const [form, file, write_row] of [
  [
    'CSV',
    'log.csv',
    (fields, i) =>
      (i === 0 ? Object.keys(fields).join(',') + '\n' : '') + Object.values(fields).join(','),
  ],
  [
    'tabs',
    'log.tsv',
    (fields, i) =>
      (i === 0 ? Object.keys(fields).join('\t') + '\n' : '') + Object.values(fields).join('\t'),
  ],
  ['JSON lines', 'log.jsonl', (fields) => JSON.stringify(fields)],
]) {
  test(`nothing of the events reaches the model file: ${form}`, () => {
    const folder = join(root, file);
    const text = rows((e, i) =>
      write_row(
        {
          user_id: `MARK-user-${e.user}`,
          item_id: e.item,
          timestamp: e.time,
          title: `Film ${e.item}`,
          age: `MARK-age-${e.user}`,
          invoice: `MARK-invoice-${i}`,
          session: `MARK-session-${i % 5}`,
        },
        i,
      ),
    );
    write(folder, { [file]: text });
    const at = (name) => join(folder, name);
    tsugi(
      'import',
      '--events',
      at(file),
      '--items',
      at(file),
      '--min-count',
      '1',
      '--out',
      at('data'),
    );
    tsugi(
      'train',
      '--data',
      at('data'),
      '--out',
      at('run'),
      '--set',
      'width=8',
      '--set',
      'max_epochs=1',
      '--set',
      'item_tower.enabled=on',
    );
    tsugi('export', '--run', at('run'), '--out', at('model.tsugi'));
    const model = readFileSync(at('model.tsugi'));
    assert.ok(model.includes('Film 101'), 'titles are there');
    assert.ok(!model.includes('MARK'));
  });
}
