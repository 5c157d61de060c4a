/** A dialog that shows how the model writes a film: four codes, and the films that begin alike. */
import { codesOf, relativesOf, type Catalogue, type Film, type Relative } from '../catalogue.js';
import { drawCover } from '../cover/cover.js';
import { fragment, make, slot, spoken } from './dom.js';
import { facts } from './film_card.js';

const LIMIT = 12;
const LEVELS = ['kind', 'family', 'branch', 'film'];

function codeChips(film: Film, shared: number): HTMLElement {
  return make('span', { class: 'codes' }, ...codesOf(film.semanticId).map((code, level) =>
    make('span', { class: level < shared ? 'code code--shared' : 'code', 'data-level': level, text: code })));
}

function relativeRow({ film, shared }: Relative): HTMLLIElement {
  return make('li', { class: 'relative' },
    make('span', { class: 'cover cover--tiny' }, fragment(drawCover(film))),
    make('span', { class: 'option__text' },
      make('span', { class: 'option__title', text: film.title }),
      make('span', { class: 'option__facts', text: facts(film) })),
    spoken(`, ${shared} of 4 codes in common`), codeChips(film, shared));
}

/** Opens the dialog for a film. */
export function openTokens(film: Film, catalogue: Catalogue): void {
  const dialog = slot('tokens') as HTMLDialogElement;
  slot('tokens-title').textContent = film.title;
  slot('tokens-codes').replaceChildren(...codesOf(film.semanticId).map((code, level) =>
    make('li', { class: 'token' }, make('b', { class: 'code', 'data-level': level, text: code }),
      make('span', { class: 'token__level', text: LEVELS[level] ?? '' }))));
  const relatives = relativesOf(film, catalogue.films, LIMIT);
  slot('tokens-note').textContent = relatives.length === 0 ? 'No other film begins alike.'
    : 'The model reads and writes a film as these four codes. Films that begin alike are alike to it:';
  slot('tokens-relatives').replaceChildren(...relatives.map(relativeRow));
  dialog.showModal();
}

/** Closes by the button, by Escape, or by a click outside it. */
export function mountTokens(): void {
  const dialog = slot('tokens') as HTMLDialogElement;
  slot('tokens-close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
}
