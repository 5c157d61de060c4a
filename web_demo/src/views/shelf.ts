/** The shelf: a ranked grid of films that re-ranks in front of the visitor's eyes. */
import type { Catalogue, Film } from '../catalogue.js';
import type { Shelf, Store } from '../store.js';
import type { Visit } from '../visit.js';
import { make, slot } from './dom.js';
import { createCard, markBecause, markMove } from './film_card.js';
import { NOTHING_FITS, NOT_UNDERSTOOD } from './summary.js';
import { openTokens } from './tokens.js';
import { playMoves, recordPlaces } from './flip.js';

/** The card next to `index` in the direction of an arrow key, by position on the screen. */
function neighbour(cards: readonly HTMLElement[], index: number,
  key: string): HTMLElement | undefined {
  if (key === 'ArrowRight') return cards[index + 1];
  if (key === 'ArrowLeft') return cards[index - 1];
  if (key === 'Home') return cards[0];
  if (key === 'End') return cards[cards.length - 1];
  const here = cards[index]?.getBoundingClientRect();
  if (here === undefined || (key !== 'ArrowDown' && key !== 'ArrowUp')) return undefined;
  const middle = here.left + here.width / 2;
  const rows = cards.filter((card) => {
    const { top, bottom } = card.getBoundingClientRect();
    return key === 'ArrowDown' ? top > here.top + 8 && top >= here.bottom - 8
      : bottom <= here.top + 8;
  });
  const distance = (card: HTMLElement): number => {
    const box = card.getBoundingClientRect();
    return Math.abs(box.left + box.width / 2 - middle) + 3 * Math.abs(box.top - here.top);
  };
  return rows.sort((a, b) => distance(a) - distance(b))[0];
}

function onArrow(list: HTMLElement, event: KeyboardEvent): void {
  const cards = [...list.querySelectorAll<HTMLElement>('.card')];
  const index = cards.findIndex((card) => card.contains(document.activeElement));
  const target = index < 0 ? undefined : neighbour(cards, index, event.key);
  if (target === undefined) return;
  event.preventDefault();
  target.querySelector('button')?.focus();
}

function emptyShelf(visit: Visit, { understood }: Shelf): HTMLElement {
  return make('div', { class: 'empty' },
    make('p', { class: 'empty__title', text: understood ? NOTHING_FITS : NOT_UNDERSTOOD }),
    make('p', { text: understood ? 'Choose more genres or a wider span of decades.'
      : 'Ask with a title, a genre, or what the film should be about.' }),
    make('button', { class: 'button', type: 'button', text: 'Show all films',
      on: { click: () => void visit.resetFilters() } }));
}

export function mountShelf(catalogue: Catalogue, store: Store, visit: Visit): void {
  const list = slot('shelf');
  const strip = slot('strip');
  const empty = slot('shelf-empty');
  const cards = new Map<string, HTMLLIElement>();

  const cardOf = (film: Film): HTMLLIElement => {
    let card = cards.get(film.id);
    if (card === undefined) {
      card = createCard(film, {
        watch: (chosen) => void visit.watch(chosen),
        dislike: (chosen) => void visit.dislike(chosen),
        look: (chosen) => openTokens(chosen, catalogue),
      });
      cards.set(film.id, card);
    }
    return card;
  };

  let rankings = 0;
  const draw = (shelf: Shelf): void => {
    const places = recordPlaces(strip, list);
    const focused = [...list.children].findIndex((card) => card.contains(document.activeElement));
    const shown = shelf.films.map((film, index) => {
      const card = cardOf(film);
      markMove(card, shelf.moves[index] ?? { kind: 'same' });
      markBecause(card, film, shelf.because[index]);
      return card;
    });
    list.replaceChildren(...shown);
    empty.replaceChildren(...(shown.length === 0 ? [emptyShelf(visit, shelf)] : []));
    // The chosen film has left: whoever works by keyboard stays at the same place of the shelf.
    if (focused >= 0) shown[Math.min(focused, shown.length - 1)]?.querySelector('button')
      ?.focus({ preventScroll: true });
    playMoves(list, places);
    // How often the shelf was ranked: tests wait for it.
    document.body.dataset['ranked'] = String(++rankings);
  };

  list.addEventListener('keydown', (event) => onArrow(list, event));
  store.subscribe((state, before) => {
    if (state.shelf !== before.shelf) draw(state.shelf);
  });
}
