/** Rows below the shelf: films like the last ones, topics of the visitor, the long tail. */
import type { Film } from '../catalogue.js';
import { ROWS } from '../engine.js';
import type { Store } from '../store.js';
import type { FilmRow, Visit } from '../visit.js';
import { make, slot } from './dom.js';
import { createRowCard } from './film_card.js';

/** Rows wait for a pause, so that they do not slow down a click that follows at once. */
const PAUSE_MS = 150;

/** The call that made the row, as a developer would write it. */
function codeOf({ reason }: FilmRow, place: number): string {
  return `const page = session.shelves(${JSON.stringify(ROWS).replaceAll('"', '').replaceAll(/[:,]/g, '$& ')});\n` +
    `page[${place}].reason; // ${JSON.stringify(reason)}`;
}

function createRow(row: FilmRow, place: number, watch: (film: Film) => void): HTMLElement {
  const id = `row-${place}`;
  return make('section', { class: 'rows__row', 'aria-labelledby': id },
    make('div', { class: 'rows__head' },
      make('h3', { class: 'rows__title', id, text: row.title }),
      make('details', { class: 'rows__code' }, make('summary', { text: 'Code' }),
        make('pre', {}, make('code', { text: codeOf(row, place) })))),
    make('ol', { class: 'rows__films' }, ...row.films.map((film) => createRowCard(film, watch))));
}

export function mountRows(store: Store, visit: Visit): void {
  const section = slot('rows');
  const list = slot('rows-list');
  const watch = (film: Film): void => void visit.watch(film);
  let newest = 0;
  const draw = async (): Promise<void> => {
    const asked = ++newest;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (asked !== newest) return;
    const rows = await visit.rows();
    if (asked !== newest) return; // another shelf has come since
    section.hidden = rows.length === 0;
    list.replaceChildren(...rows.map((row, place) => createRow(row, place, watch)));
    document.body.dataset['rows'] = String(asked);
  };
  store.subscribe((state, before) => {
    if (state.shelf !== before.shelf) void draw();
  });
}
