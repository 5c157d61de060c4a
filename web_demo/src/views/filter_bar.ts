/** Genre chips, the span of decades and the surprise slider. */
import type { Catalogue } from '../catalogue.js';
import type { Filters, Store } from '../store.js';
import type { Visit } from '../visit.js';
import { make, slot } from './dom.js';

const DECADE = 10;

function mountGenres(catalogue: Catalogue, store: Store, visit: Visit): void {
  const box = slot('genres');
  box.hidden = catalogue.genres.length === 0;
  const all = make('button', { class: 'chip', type: 'button', text: 'All' });
  const chips = new Map(catalogue.genres.filter((genre) => genre !== 'IMAX').map((genre) =>
    [genre, make('button', { class: 'chip', type: 'button', text: genre })] as const));
  const draw = ({ genres }: Filters): void => {
    all.setAttribute('aria-pressed', String(genres.length === 0));
    for (const [genre, chip] of chips) {
      chip.setAttribute('aria-pressed', String(genres.includes(genre)));
    }
  };
  all.addEventListener('click', () => void visit.filter({ ...store.state.filters, genres: [] }));
  for (const [genre, chip] of chips) {
    chip.addEventListener('click', () => {
      const { filters } = store.state;
      const genres = filters.genres.includes(genre)
        ? filters.genres.filter((name) => name !== genre) : [...filters.genres, genre];
      void visit.filter({ ...filters, genres });
    });
  }
  box.append(all, ...chips.values());
  draw(store.state.filters);
  store.subscribe((state, before) => {
    if (state.filters !== before.filters) draw(state.filters);
  });
}

function mountDecades(catalogue: Catalogue, store: Store, visit: Visit): void {
  const from = slot('year-from') as HTMLInputElement;
  const to = slot('year-to') as HTMLInputElement;
  const shown = slot('years-shown');
  const track = slot('years-track');
  const low = Math.floor((catalogue.years?.min ?? 0) / DECADE) * DECADE;
  const high = Math.floor((catalogue.years?.max ?? 0) / DECADE) * DECADE;
  slot('years').hidden = low === high; // nothing to choose
  if (low === high) return;
  const draw = ({ years }: Filters): void => {
    const first = years?.min ?? low;
    const last = years === null ? high : Math.floor(years.max / DECADE) * DECADE;
    from.value = String(first);
    to.value = String(last);
    from.setAttribute('aria-valuetext', `from the ${first}s`);
    to.setAttribute('aria-valuetext', `to the ${last}s`);
    shown.textContent = years === null ? 'Any decade'
      : first === last ? `${first}s` : `${first}s \u2013 ${last}s`;
    track.style.setProperty('--from', String((first - low) / (high - low)));
    track.style.setProperty('--to', String((last - low) / (high - low)));
  };
  for (const input of [from, to]) {
    input.min = String(low);
    input.max = String(high);
    input.step = String(DECADE);
    input.disabled = false;
    input.addEventListener('input', () => {
      // The thumb that moves pushes the other one along.
      const moved = Number(input.value);
      const first = input === from ? moved : Math.min(Number(from.value), moved);
      const last = input === to ? moved : Math.max(Number(to.value), moved);
      const years = first === low && last === high ? null : { min: first, max: last + DECADE - 1 };
      void visit.filter({ ...store.state.filters, years });
    });
  }
  draw(store.state.filters);
  store.subscribe((state, before) => {
    if (state.filters !== before.filters) draw(state.filters);
  });
}

function mountSurprise(store: Store, visit: Visit): void {
  const slider = slot('surprise') as HTMLInputElement;
  const shown = slot('surprise-shown');
  const names = ['Close to taste', 'A bit different', 'Mixed', 'Far and wide'];
  const draw = (amount: number): void => {
    slider.value = String(Math.round(amount * 100));
    const name = names[Math.min(3, Math.floor(amount * 4))] ?? '';
    shown.textContent = name;
    slider.setAttribute('aria-valuetext', name);
    slider.style.setProperty('--to', String(amount));
  };
  slider.disabled = false;
  slider.addEventListener('input', () => void visit.surprise(Number(slider.value) / 100));
  draw(store.state.surprise);
  store.subscribe((state, before) => {
    if (state.surprise !== before.surprise) draw(state.surprise);
  });
}

/** How far the shelf looks back: at the slider's right end on everything. */
function mountMemory(store: Store, visit: Visit): void {
  const slider = slot('memory') as HTMLInputElement;
  const shown = slot('memory-shown');
  const all = Number(slider.max);
  const draw = (count: number): void => {
    const name = count === 0 ? 'All you watched' : count === 1 ? 'The last film' : `Last ${count} films`;
    slider.value = String(count === 0 ? all : count);
    shown.textContent = name;
    slider.setAttribute('aria-valuetext', name);
  };
  slider.disabled = false;
  slider.addEventListener('input', () => {
    const count = Number(slider.value);
    void visit.remember(count === all ? 0 : count);
  });
  draw(store.state.memory);
  store.subscribe((state, before) => {
    if (state.memory !== before.memory) draw(state.memory);
  });
}

/** On a narrow screen questions and filters are folded away, so that films come first. */
function mountToggle(): void {
  const toggle = slot('wishes-toggle');
  const wishes = slot('wishes');
  toggle.addEventListener('click', () => {
    toggle.setAttribute('aria-expanded', String(wishes.classList.toggle('is-open')));
  });
}

export function mountFilterBar(catalogue: Catalogue, store: Store, visit: Visit): void {
  mountToggle();
  mountGenres(catalogue, store, visit);
  mountDecades(catalogue, store, visit);
  mountSurprise(store, visit);
  mountMemory(store, visit);
}
