/** Asks for films in words; says how it took them. */
import { readAsking } from '../asking.js';
import type { Catalogue } from '../catalogue.js';
import type { Store } from '../store.js';
import type { Visit } from '../visit.js';
import { make, slot } from './dom.js';

const IDEAS = ['like these but older', 'space war', 'love in Paris', 'from the 80s, no horror'];
const PAUSE = 180;

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
