/** A form that adds a film which the model has never seen, and says where it then stands. */
import { fold, type Catalogue } from '../catalogue.js';
import type { NewFilm } from '../engine.js';
import type { Store } from '../store.js';
import type { Visit } from '../visit.js';
import { icon, make, slot } from './dom.js';
import { showFailure } from './notice.js';

function readForm(title: HTMLInputElement, year: HTMLInputElement, genres: HTMLElement): NewFilm {
  const chosen = [...genres.querySelectorAll<HTMLInputElement>('input:checked')];
  const name = title.value.trim();
  return {
    id: `own-${fold(name).replaceAll(' ', '-')}-${year.value}`,
    title: name,
    year: Number(year.value) || 0,
    genres: chosen.map((box) => box.value),
  };
}

function verdict(title: string, place: number, of: number, hasTaste: boolean): string {
  if (!hasTaste) return `\u201c${title}\u201d is in the catalogue. Click films you love to see who it is for.`;
  return `\u201c${title}\u201d is in the catalogue: for you it is number ${place.toLocaleString('en')} ` +
    `of ${of.toLocaleString('en')}.`;
}

export function mountAddFilm(catalogue: Catalogue, store: Store, visit: Visit,
  canAdd: boolean): void {
  const section = slot('add');
  section.hidden = !canAdd;
  if (!canAdd) return;
  const [title, year, genres, answer] = [slot('add-title') as HTMLInputElement,
    slot('add-year') as HTMLInputElement, slot('add-genres'), slot('add-answer')];
  genres.append(...catalogue.genres.filter((genre) => genre !== 'IMAX').map((genre) =>
    make('label', { class: 'tick' }, make('input', { type: 'checkbox', value: genre }),
      make('span', { text: genre }))));
  slot('add-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const film = readForm(title, year, genres);
    if (film.title === '') return;
    if (catalogue.find(film.id) !== undefined) {
      answer.textContent = `\u201c${film.title}\u201d is there already.`;
      return;
    }
    visit.add(film).then((added) => {
      answer.textContent = added === undefined ? 'The engine cannot read this title.'
        : verdict(film.title, added.place, added.of, store.state.watched.length > 0);
    }, showFailure);
  });
  const drawOwn = (added: readonly NewFilm[]): void => {
    slot('add-own').replaceChildren(...added.flatMap(({ id }) => catalogue.find(id) ?? []).map((film) =>
      make('li', {}, make('button', { class: 'chip', type: 'button', text: film.title,
        title: `Take ${film.title} out of the catalogue`,
        on: { click: () => {
          answer.textContent = `\u201c${film.title}\u201d is gone.`;
          void visit.removeAdded(film);
        } } }, icon('close')))));
  };
  store.subscribe((state, before) => {
    // The catalogue takes a film in before the shelf of that moment.
    if (state.added !== before.added || state.shelf !== before.shelf) drawOwn(state.added);
  });
}
