/** The page's headline: one sentence that says what just happened, in words. */
import { describeMoves } from '../moves.js';
import type { Shelf, State, Store } from '../store.js';
import { make, slot } from './dom.js';

/** Two lines; the second is set in colour. */
type Headline = readonly [first: string, second: string];

const WELCOME: Headline = ['Pick a film', 'you love'];

/** Letters of the second line that fit at full size; longer titles are set smaller. */
const ROOM = 24;

export function headline(state: State): Headline {
  const { reason } = state.shelf;
  const count = state.watched.length;
  const newest = state.watched[count - 1]?.film.title ?? '';
  switch (reason.kind) {
    case 'watched': return ['Because you watched', reason.film.title];
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

export function subline(shelf: Shelf, watchedCount: number): string {
  if (shelf.films.length === 0) return shelf.understood ? NOTHING_FITS : NOT_UNDERSTOOD;
  if (watchedCount === 0 && shelf.reason.kind !== 'asked') {
    return 'The shelf learns from every click. It happens here, on your device.';
  }
  if (shelf.reason.kind === 'returned') return 'Welcome back. Your shelf is as you left it.';
  const moves = describeMoves(shelf.moves);
  return `${moves.charAt(0).toUpperCase()}${moves.slice(1)}.`;
}

export function mountLede(store: Store): void {
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
    const first = state.shelf.films[0];
    announcer.textContent = first === undefined ? text
      : `${start} ${end}. ${text} First on the shelf: ${first.title}.`;
  });
}
