/** One film on the shelf: a button that says "I have seen this". */
import type { Film } from '../catalogue.js';
import { drawCover } from '../cover/cover.js';
import { telling } from '../cover/palette.js';
import { genreInCommon, type Move } from '../shelves.js';
import { fragment, icon, make, spoken } from './dom.js';

/** "1979 . Horror, Sci-Fi": the year and the two genres that say most. */
export const facts = (film: Film): string =>
  [film.year > 0 ? String(film.year) : '', telling(film.genres).slice(0, 2).join(', ')]
    .filter((part) => part !== '').join(' \u00b7 ');

/** What a card can be asked for. */
export interface CardActions {
  readonly watch: (film: Film) => void;
  readonly dislike: (film: Film) => void;
  /** Opens how the model writes the film; no button for films without codes. */
  readonly look: (film: Film) => void;
}

/** A film in a row: its cover and title. */
export const createRowCard = (film: Film, watch: (film: Film) => void): HTMLLIElement =>
  make('li', { class: 'row-card', 'data-film': film.id },
    make('button', { class: 'card__button', type: 'button', on: { click: () => watch(film) } },
      make('span', { class: 'cover' }, fragment(drawCover(film))),
      make('span', { class: 'row-card__title', text: film.title })));

export function createCard(film: Film, { watch, dislike, look }: CardActions): HTMLLIElement {
  const hint = make('span', { class: 'card__hint', 'aria-hidden': 'true' }, icon('check'),
    'Seen it');
  const button = make('button', { class: 'card__button', type: 'button',
    on: { click: () => watch(film) } },
    make('span', { class: 'cover' }, fragment(drawCover(film)), hint),
    make('span', { class: 'card__title', text: film.title }), spoken(', '),
    make('span', { class: 'card__facts', text: facts(film) }),
    make('span', { class: 'card__because' }),
    make('span', { class: 'card__move' }));
  const no = make('button', { class: 'card__no', type: 'button', 'aria-label': `Not for me: ${film.title}`,
    title: 'Not for me', on: { click: () => dislike(film) } }, icon('close'));
  const codes = make('button', { class: 'card__look', type: 'button', text: '#',
    'aria-label': `How the model writes ${film.title}`, title: 'How the model writes it',
    on: { click: () => look(film) } });
  return make('li', { class: 'card', 'data-film': film.id },
    button, no, ...(film.semanticId === '' ? [] : [codes]));
}

const SHOWN: Readonly<Record<Move['kind'], (by: number) => [short: string, long: string]>> = {
  new: () => ['New', ', new on the shelf'],
  up: (by) => [`\u2191 ${by}`, `, up ${by}`],
  down: (by) => [`\u2193 ${by}`, `, down ${by}`],
  same: () => ['', ''],
};

/** Marks the card with what happened to its film. */
export function markMove(card: HTMLLIElement, move: Move): void {
  card.dataset['move'] = move.kind;
  const [short, long] = SHOWN[move.kind]('by' in move ? move.by : 0);
  card.querySelector('.card__move')?.replaceChildren(
    ...(short === '' ? [] : [make('span', { 'aria-hidden': 'true', text: short }), spoken(long)]));
}

/** "Horror, like Alien" or "because of Alien": the watched film that sets this one apart. */
export function markBecause(card: HTMLLIElement, film: Film, cause: Film | undefined): void {
  const genre = cause && genreInCommon(film, cause);
  card.querySelector('.card__because')?.replaceChildren(
    ...(cause === undefined ? [] : [spoken(', '), genre ? `${genre}, like ` : 'because of ',
      make('b', { text: cause.title })]));
}
