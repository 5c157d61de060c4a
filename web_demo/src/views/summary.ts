/** What the page says of the shelf: a headline, its genres, and what the visitor seems to be here for. */
import { genreInk } from '../cover/palette.js';
import { describeMoves, genreShares, intentSentence } from '../shelves.js';
import type { IntentRead, Shelf, State, Store } from '../store.js';
import { make, slot } from './dom.js';

/** Two lines; the second is set in colour. */
type Headline = readonly [first: string, second: string];

const WELCOME: Headline = ['Pick a film', 'you love'];

/** Letters of the second line that fit at full size; longer titles are set smaller. */
const ROOM = 24;

function headline(state: State): Headline {
  const { reason } = state.shelf;
  const count = state.watched.length;
  const newest = state.watched[count - 1]?.film.title ?? '';
  switch (reason.kind) {
    case 'watched': return ['Because you watched', reason.film.title];
    case 'disliked': return ['Nothing like', reason.film.title];
    case 'removed': return count > 0 ? ['Without', reason.film.title] : WELCOME;
    case 'asked':
      if (state.asking !== '') return ['You asked for', `\u201c${state.asking}\u201d`];
      return count > 0 ? ['After', newest] : WELCOME;
    case 'undone':
    case 'returned':
    case 'filtered':
    case 'surprise':
    case 'memory':
    case 'added':
      return count > 0 ? ['After', newest] : WELCOME;
    default: return WELCOME;
  }
}

export const NOTHING_FITS = 'No film fits these filters.';
export const NOT_UNDERSTOOD = 'No film fits these words.';

function subline(shelf: Shelf, watchedCount: number): string {
  if (shelf.films.length === 0) return shelf.understood ? NOTHING_FITS : NOT_UNDERSTOOD;
  if (watchedCount === 0 && shelf.reason.kind !== 'asked') {
    return 'The shelf learns from every click. It happens here, on your device.';
  }
  if (shelf.reason.kind === 'returned') return 'Welcome back. Your shelf is as you left it.';
  const moves = describeMoves(shelf.moves);
  return `${moves.charAt(0).toUpperCase()}${moves.slice(1)}.`;
}

/** Milliseconds that the toast stays. */
const TOAST = 4000;

/** Says it at the foot of the screen too if the headline is out of sight. Screen readers have the announcer. */
function showToast(text: string): void {
  const toast = slot('toast');
  if (slot('headline').getBoundingClientRect().bottom > 0) return;
  toast.textContent = text;
  toast.hidden = false;
  setTimeout(() => {
    if (toast.textContent === text) toast.hidden = true;
  }, TOAST);
}

/** The page's headline: one sentence that says what just happened, in words. */
function mountLede(store: Store): void {
  const title = slot('headline');
  const line = slot('subline');
  const announcer = slot('announcer');
  store.subscribe((state, before) => {
    if (state.shelf === before.shelf) return;
    const [start, end] = headline(state);
    const second = make('em', { text: end });
    second.style.setProperty('--fit', Math.max(0.45, Math.min(1, ROOM / end.length)).toFixed(2));
    title.replaceChildren(`${start} `, second);
    const text = subline(state.shelf, state.watched.length);
    line.textContent = text;
    showToast(`${start} ${end}: ${text}`);
    const first = state.shelf.films[0];
    announcer.textContent = first === undefined ? text
      : `${start} ${end}. ${text} First on the shelf: ${first.title}.`;
  });
}

/** Genres shown by name. */
const SHOWN_GENRES = 6;

interface Part {
  readonly bar: HTMLElement;
  readonly label: HTMLElement;
}

function createPart(genre: string): Part {
  const ink = genreInk(genre);
  const bar = make('span', { class: 'mix__part' });
  bar.style.setProperty('--ink', ink);
  const dot = make('span', { class: 'mix__dot' });
  dot.style.setProperty('--ink', ink);
  return { bar, label: make('li', { class: 'mix__label' }, dot, `${genre} `, make('b')) };
}

/** A bar of the genres on the shelf: it leans towards the visitor's taste with every click. */
function mountGenreMix(store: Store): void {
  const bar = slot('mix-bar');
  const labels = slot('mix-labels');
  const parts = new Map<string, Part>();
  store.subscribe((state, before) => {
    if (state.shelf === before.shelf) return;
    const shares = genreShares(state.shelf.films).slice(0, SHOWN_GENRES);
    for (const { genre } of shares) {
      if (parts.has(genre)) continue;
      const part = createPart(genre);
      parts.set(genre, part);
      bar.append(part.bar);
    }
    for (const [genre, part] of parts) {
      const share = shares.find((entry) => entry.genre === genre)?.share ?? 0;
      part.bar.style.setProperty('flex-grow', share.toFixed(4));
      const number = part.label.querySelector('b');
      if (number !== null) number.textContent = `${Math.round(share * 100)}%`;
    }
    const rest = shares.length === 0 ? 0 : 1 - shares.reduce((sum, { share }) => sum + share, 0);
    labels.replaceChildren(...shares.flatMap(({ genre }) => parts.get(genre)?.label ?? []),
      ...(rest >= 0.005 ? [make('li', { class: 'mix__label' }, 'Other ',
        make('b', { text: `${Math.round(rest * 100)}%` }))] : []));
  });
}

/** Labels shown of a family. */
const SHOWN_LABELS = 3;

const FAMILY_NAMES = new Map(Object.entries({
  action: 'Here to',
  topic: 'In the mood for',
  kind: 'Kind',
  age: 'Age when watched',
}));

function drawFamily({ family, weight, labels }: IntentRead): HTMLElement {
  const rows = labels.slice(0, SHOWN_LABELS).map(({ label, probability }) => {
    const bar = make('i', { class: 'read__bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', probability.toFixed(3));
    return make('li', { class: 'read__row' }, bar, make('span', { text: label }),
      make('b', { text: `${Math.round(100 * probability)}%` }));
  });
  const name = FAMILY_NAMES.get(family) ?? family;
  const counts = `${Math.round(100 * weight)}% of the weight`;
  return make('div', { class: 'read__family' },
    make('p', { class: 'read__name' }, make('span', { text: name }),
      make('small', { text: counts })),
    make('ul', { class: 'read__rows', 'aria-label': name }, ...rows));
}

/** What the visitor seems to be here for, as the model reads it. */
function mountIntentRead(store: Store): void {
  const section = slot('read');
  const families = slot('read-families');
  const sentence = slot('read-sentence');
  store.subscribe((state, before) => {
    if (state.shelf === before.shelf) return;
    const { intents } = state.shelf;
    section.hidden = intents.length === 0;
    sentence.textContent = intentSentence(intents);
    families.replaceChildren(...intents.map(drawFamily));
  });
}

export function mountSummary(store: Store): void {
  mountLede(store);
  mountGenreMix(store);
  mountIntentRead(store);
}
