/** Finds a film by its title, and asks for films in words. */
import { readAsking } from '../asking.js';
import type { Catalogue, Film } from '../catalogue.js';
import { drawCover } from '../cover/cover.js';
import type { Engine } from '../engine.js';
import type { Store } from '../store.js';
import type { Visit } from '../visit.js';
import { fragment, icon, make, slot } from './dom.js';
import { facts } from './film_card.js';

const LIMIT = 7;

function createOption(film: Film, index: number, isWatched: boolean): HTMLLIElement {
  return make('li', { class: 'option', role: 'option', id: `search-option-${index}`,
    'aria-selected': 'false' },
    make('span', { class: 'cover cover--tiny' }, fragment(drawCover(film))),
    make('span', { class: 'option__text' },
      make('span', { class: 'option__title', text: film.title }),
      make('span', { class: 'option__facts', text: `${facts(film)}${isWatched ? ' \u00b7 watched' : ''}` })));
}

/** Finds a film by title: a combobox in the ARIA authoring pattern, with the keyboard alone. */
export class SearchBox {
  readonly #input = slot('search') as HTMLInputElement;
  readonly #list = slot('search-list');
  readonly #status = slot('search-status');
  #films: readonly Film[] = [];
  #active = -1;

  constructor(private readonly catalogue: Catalogue, private readonly store: Store,
    private readonly visit: Visit, private readonly engine: Engine) {
    slot('search-icon').append(icon('search'));
    this.#input.disabled = false;
    this.#input.addEventListener('input', () => void this.#search());
    this.#input.addEventListener('focus', () => void this.#search());
    this.#input.addEventListener('blur', () => this.#close());
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    // pointerdown comes before blur: the choice must not close the list first.
    this.#list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.#list.addEventListener('click', (event) => {
      const option = (event.target as Element).closest('[role=option]');
      this.#choose([...this.#list.children].indexOf(option as Element));
    });
    document.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
        event.preventDefault();
        this.#input.focus();
        this.#input.select();
      }
    });
  }

  async #search(): Promise<void> {
    const text = this.#input.value;
    const films = this.catalogue.search(text, LIMIT);
    if (films.length > 0 || text.trim() === '') {
      this.#show(films, films.length === 0 ? '' : `${films.length} films found`, false);
      return;
    }
    // A typing error, perhaps: the engine reads past those.
    const ids = this.engine.canSearch ? await this.engine.find(text, LIMIT).catch(() => []) : [];
    if (text !== this.#input.value || document.activeElement !== this.#input) return;
    const near = ids.flatMap((id) => this.catalogue.find(id) ?? []);
    this.#show(near, near.length === 0 ? 'No film has this title.' : 'No film has this title. Near it:', true);
  }

  /** Whoever sees the films needs no count of them, so only `isNote` shows the status to the eye. */
  #show(films: readonly Film[], status: string, isNote: boolean): void {
    this.#films = films;
    const watched = new Set(this.store.state.watched.map((entry) => entry.film.id));
    this.#list.replaceChildren(...films.map((film, index) =>
      createOption(film, index, watched.has(film.id))));
    const isOpen = films.length > 0;
    this.#list.hidden = !isOpen;
    this.#input.setAttribute('aria-expanded', String(isOpen));
    this.#status.textContent = status;
    this.#status.classList.toggle('visually-hidden', !isNote);
    this.#activate(isOpen ? 0 : -1);
  }

  #close(): void {
    this.#list.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#activate(-1);
    this.#status.textContent = '';
    this.#status.classList.add('visually-hidden');
  }

  #activate(index: number): void {
    this.#active = index;
    [...this.#list.children].forEach((option, i) =>
      option.setAttribute('aria-selected', String(i === index)));
    if (index < 0) this.#input.removeAttribute('aria-activedescendant');
    else this.#input.setAttribute('aria-activedescendant', `search-option-${index}`);
    this.#list.children[index]?.scrollIntoView({ block: 'nearest' });
  }

  #onKey(event: KeyboardEvent): void {
    const count = this.#list.hidden ? 0 : this.#films.length;
    if (event.key === 'Escape') {
      this.#input.value = '';
      this.#close();
    } else if (event.key === 'ArrowDown' && count > 0) {
      this.#activate((this.#active + 1) % count);
    } else if (event.key === 'ArrowUp' && count > 0) {
      this.#activate((this.#active + count - 1) % count);
    } else if (event.key === 'Enter' && count > 0) {
      this.#choose(this.#active);
    } else {
      return;
    }
    event.preventDefault();
  }

  #choose(index: number): void {
    const film = this.#films[index];
    if (film === undefined) return;
    this.#input.value = '';
    this.#close();
    void this.visit.watch(film);
  }
}

const IDEAS = ['like these but older', 'space war', 'love in Paris', 'from the 80s, no horror'];
/** Milliseconds without a key, after which the question is asked. */
const PAUSE = 180;

/** Asks for films in words; says how it took them. */
export function mountAskBox(catalogue: Catalogue, store: Store, visit: Visit, canSearch: boolean): void {
  if (!canSearch) return;
  slot('ask').hidden = false;
  const input = slot('ask-words') as HTMLInputElement;
  const taken = slot('ask-taken');
  const ask = (text: string): void => {
    if (text !== store.state.asking) void visit.ask(text);
  };
  let pause: ReturnType<typeof setTimeout> | undefined;
  input.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => ask(input.value), PAUSE);
  });
  slot('ask').addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(pause);
    ask(input.value);
  });
  const ideas = IDEAS.map((idea) => make('button', { class: 'chip', type: 'button', text: idea,
    on: { click: () => ask(idea) } }));
  const clear = make('button', { class: 'chip', type: 'button', text: 'Clear',
    on: { click: () => { ask(''); input.focus(); } } });
  slot('ask-ideas').append(...ideas, clear);
  const draw = (): void => {
    const { asking, watched } = store.state;
    if (input.value !== asking) input.value = asking;
    clear.hidden = asking === '';
    for (const [at, chip] of ideas.entries()) chip.setAttribute('aria-pressed', String(IDEAS[at] === asking));
    taken.textContent = readAsking(asking, watched, catalogue).taken.join(' \u00b7 ');
  };
  draw();
  store.subscribe((state, before) => {
    if (state.asking !== before.asking || state.watched !== before.watched) draw();
  });
}
