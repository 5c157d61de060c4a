// Makes an event log of Wikispeedia's paths, in which every session's true intent is known: the
// article that its player was asked to find. The target is never an item of the log; each event's action
// is the target's subject, so that the `action` family of intents is the player's true one.
//
//   ./dev run node bench/quality/wikispeedia.mjs WIKISPEEDIA_FOLDER OUT_FOLDER
//   ./dev tsugi import --format events --events OUT/events.csv --items OUT/items.csv --action-column intent \
//       --min-count 1 --split-time TIME --out data        (it prints the line with the time)
//
// Sessions are the users; a step back is an event on the article gone back to. Only a session's start and
// duration are recorded: events stand at equal distances between. Paths of fewer than 3 events and those
// whose target has no subject are left out; the target as last event of a finished path is cut off.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const [folder, out] = process.argv.slice(2);
if (!folder || !out) {
  console.error('wikispeedia: WIKISPEEDIA_FOLDER OUT_FOLDER');
  process.exit(2);
}
const rows = (name) =>
  gunzipSync(readFileSync(join(folder, name))).toString('utf8').trimEnd().split('\n').slice(1).map((line) => line.split('\t'));
const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

const subjects = new Map(); // article -> its subjects, the first is the main one
for (const [article, category] of rows('categories.tsv.gz')) {
  const subject = category.split('.')[1].replaceAll('_', ' ');
  subjects.set(article, [...(subjects.get(article) ?? []), subject]);
}

/** The articles as they were looked at, "<" being a step back along the path. */
function visited(path) {
  const trail = [], seen = [];
  for (const step of path.split(';')) {
    if (step === '<') trail.pop();
    else trail.push(step);
    if (trail.length > 0) seen.push(trail.at(-1));
  }
  return seen;
}

const events = ['user_id,item_id,timestamp,intent'];
const articles = new Set();
const starts = [];
let session = 0;
for (const [, start, duration, , target, path] of rows('sessions.tsv.gz')) {
  const steps = visited(path).filter((article) => article !== target);
  const intent = subjects.get(target)?.[0];
  if (steps.length < 3 || intent === undefined) continue;
  ++session;
  starts.push(Number(start));
  for (const [at, article] of steps.entries()) {
    articles.add(article);
    const time = Number(start) + Math.round((Number(duration) * at) / steps.length);
    events.push(`s${session},${quoted(article)},${time},${quoted(intent)}`);
  }
}
const items = ['item_id,title,subject'];
for (const article of articles) {
  const subject = [...new Set(subjects.get(article) ?? [])].join('|');
  items.push([article, article.replaceAll('_', ' '), subject].map(quoted).join(','));
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'events.csv'), `${events.join('\n')}\n`);
writeFileSync(join(out, 'items.csv'), `${items.join('\n')}\n`);
const split = starts.sort((a, b) => a - b)[Math.floor(starts.length * 0.9)];
console.log(`${session} sessions, ${events.length - 1} events, ${articles.size} articles; for the newest tenth of the sessions:`);
console.log(`./dev tsugi import --format events --events ${join(out, 'events.csv')} --items ${join(out, 'items.csv')} \\
  --action-column intent --min-count 1 --split-time ${split} --out ${join(out, 'data')}`);
