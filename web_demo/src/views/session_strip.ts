/** What the visitor has watched, newest first. Each film can be taken back. */
import { drawCover } from '../cover/cover.js';
import type { State, Store, Watched } from '../store.js';
import type { Visit } from '../visit.js';
import { fragment, icon, make, slot, spoken } from './dom.js';
import { playMoves, recordPlaces } from './flip.js';

function createChip({ film, isDisliked }: Watched, onRemove: () => void): HTMLLIElement {
  const words = `Take back ${film.title}${isDisliked === true ? ', not for you' : ''}`;
  const button = make('button', { class: 'chip-cover', type: 'button', title: words,
    on: { click: onRemove } },
    make('span', { class: 'cover' }, fragment(drawCover(film))),
    make('span', { class: 'chip-cover__cross' }, icon('close')), spoken(words));
  return make('li', { class: 'strip__film', 'data-film': film.id, 'data-disliked': isDisliked === true }, button);
}

function placeholders(): HTMLElement[] {
  return [1, 2, 3, 4].map((order) =>
    make('li', { class: `strip__gap strip__gap--${order}`, 'aria-hidden': 'true' }));
}

/** Covers drawn; the note beside the heading counts all films. */
const SHOWN = 40;

export function mountSessionStrip(store: Store, visit: Visit): void {
  const list = slot('strip');
  const shelf = slot('shelf');
  const undo = slot('undo') as HTMLButtonElement;
  const clear = slot('clear') as HTMLButtonElement;
  const note = slot('strip-note');
  undo.prepend(icon('undo'));
  undo.addEventListener('click', () => void visit.undo());
  clear.addEventListener('click', () => void visit.clear());

  const draw = ({ watched }: State): void => {
    const places = recordPlaces(shelf, list);
    const focused = [...list.children].findIndex((chip) => chip.contains(document.activeElement));
    const chips = watched.slice(-SHOWN).reverse().map((entry) =>
      createChip(entry, () => void visit.remove(entry.film)));
    list.replaceChildren(...(chips.length > 0 ? chips : placeholders()));
    const count = `${watched.length.toLocaleString('en')} ${watched.length === 1 ? 'film' : 'films'}`;
    note.textContent = watched.length === 0 ? ''
      : watched.length > SHOWN ? `${count}, the last ${SHOWN} shown` : count;
    if (focused >= 0) {
      const next = chips[Math.min(focused, chips.length - 1)]?.querySelector('button') ?? undo;
      next.focus({ preventScroll: true });
    }
    playMoves(list, places);
    list.scrollTo({ left: 0, behavior: 'instant' });
  };

  const drawButtons = (state: State): void => {
    // aria-disabled keeps the focus where it is; a disabled button would lose it.
    undo.setAttribute('aria-disabled', String(!state.canUndo));
    clear.setAttribute('aria-disabled', String(state.watched.length + state.added.length === 0));
  };

  store.subscribe((state, before) => {
    if (state.watched !== before.watched) draw(state);
    drawButtons(state);
  });
  draw(store.state);
  drawButtons(store.state);
}
