/** A bar of the genres on the shelf: it leans towards the visitor's taste with every click. */
import { GENRE_INK } from '../cover/palette.js';
import { genreShares } from '../moves.js';
import type { Store } from '../store.js';
import { make, slot } from './dom.js';

const SHOWN = 6;

interface Part {
  readonly bar: HTMLElement;
  readonly label: HTMLElement;
}

function createPart(genre: string): Part {
  const ink = GENRE_INK[genre] ?? '#8b8478';
  const bar = make('span', { class: 'mix__part' });
  bar.style.setProperty('--ink', ink);
  const dot = make('span', { class: 'mix__dot' });
  dot.style.setProperty('--ink', ink);
  return { bar, label: make('li', { class: 'mix__label' }, dot, `${genre} `, make('b')) };
}

export function mountGenreMix(store: Store): void {
  const bar = slot('mix-bar');
  const labels = slot('mix-labels');
  const parts = new Map<string, Part>();
  store.subscribe((state, before) => {
    if (state.shelf === before.shelf) return;
    const shares = genreShares(state.shelf.films).slice(0, SHOWN);
    for (const { genre } of shares) {
      if (parts.has(genre)) continue;
      const part = createPart(genre);
      parts.set(genre, part);
      bar.append(part.bar);
    }
    for (const [genre, part] of parts) {
      const share = shares.find((entry) => entry.genre === genre)?.share ?? 0;
      part.bar.style.setProperty('flex-grow', share.toFixed(4));
      const number = part.label.querySelector('b');
      if (number !== null) number.textContent = `${Math.round(share * 100)}%`;
    }
    const rest = shares.length === 0 ? 0 : 1 - shares.reduce((sum, { share }) => sum + share, 0);
    labels.replaceChildren(...shares.flatMap(({ genre }) => parts.get(genre)?.label ?? []),
      ...(rest >= 0.005 ? [make('li', { class: 'mix__label' }, 'Other ',
        make('b', { text: `${Math.round(rest * 100)}%` }))] : []));
  });
}
