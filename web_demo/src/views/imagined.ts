/** Films that nobody made, imagined from what the visitor watched; every card says so. */
import { worthShowing, type Catalogue, type Film } from '../catalogue.js';
import { drawCover } from '../cover/cover.js';
import type { Engine, ImaginedFilm, Wish } from '../engine.js';
import type { Store } from '../store.js';
import { lookBack } from '../visit.js';
import { fragment, make, slot } from './dom.js';
import { facts } from './film_card.js';
import { showFailure } from './notice.js';

const SHOWN = 6;

/** The slider's places; the third is what the model is made for. */
const BOLDNESS = [
  { guidance: 1, words: 'As people choose' },
  { guidance: 2, words: 'Near to taste' },
  { guidance: 3, words: 'To your taste' },
  { guidance: 6, words: 'Bold' },
  { guidance: 12, words: 'Wild' },
];

/** `title` is what of the invented title is worth showing; '' = nothing. */
function drawConcept(made: ImaginedFilm, title: string, place: number, catalogue: Catalogue): HTMLElement {
  const film: Film = { id: `imagined-${place}-${made.title}`, title, fullTitle: title, year: made.year, genres: made.genres, semanticId: '' };
  const near = catalogue.find(made.nearest);
  const alike = `${Math.round(100 * Math.max(0, made.likeness))}% like `;
  return make('li', { class: 'dream__card' },
    make('span', { class: 'cover' }, fragment(drawCover(film))),
    make('span', { class: 'dream__badge', text: 'Imagined' }),
    make('span', { class: 'card__title', text: title === '' ? 'Untitled' : title }),
    make('span', { class: 'card__facts', text: facts(film) }),
    make('span', { class: 'dream__near' },
      ...(near === undefined ? [] : [alike, make('b', { text: near.title })])));
}

/** Asks only the newest question: an older answer that comes late is not shown. */
class Dreams {
  #wish: Wish = { rating: 'like', guidance: 3, seed: 1, n: SHOWN };
  #asked = 0;

  constructor(private readonly catalogue: Catalogue, private readonly store: Store,
    private readonly engine: Engine) {}

  async change(change: Partial<Wish>): Promise<void> {
    this.#wish = { ...this.#wish, ...change };
    const { watched, memory } = this.store.state;
    slot('dream').hidden = watched.length === 0;
    if (watched.length === 0) return;
    const question = ++this.#asked;
    try {
      const films = await this.engine.imagine(lookBack(watched, memory), this.#wish);
      if (question !== this.#asked) return;
      const titles = worthShowing(films.map(({ title }) => title),
        (title) => this.catalogue.named(title) !== undefined);
      slot('dream-shelf').replaceChildren(...films.map((made, place) =>
        drawConcept(made, titles[place] ?? '', place, this.catalogue)));
    } catch (error) {
      showFailure(error);
    }
  }

  again(): Promise<void> {
    return this.change({ seed: this.#wish.seed + 1 });
  }
}

export function mountImagined(catalogue: Catalogue, store: Store, engine: Engine): void {
  if (!engine.canImagine) return;
  const dreams = new Dreams(catalogue, store, engine);
  const choices = { like: slot('dream-like'), dislike: slot('dream-dislike') };
  for (const [rating, button] of Object.entries(choices)) {
    button.addEventListener('click', () => {
      for (const [other, one] of Object.entries(choices)) {
        one.setAttribute('aria-pressed', String(other === rating));
      }
      void dreams.change({ rating: rating as Wish['rating'] });
    });
  }
  const boldness = slot('dream-boldness') as HTMLInputElement;
  boldness.addEventListener('input', () => {
    const { guidance, words } = BOLDNESS[Number(boldness.value)] ?? BOLDNESS[2]!;
    slot('dream-shown').textContent = words;
    void dreams.change({ guidance });
  });
  slot('dream-again').addEventListener('click', () => void dreams.again());
  store.subscribe((state, before) => {
    if (state.shelf !== before.shelf) void dreams.change({});
  });
}
