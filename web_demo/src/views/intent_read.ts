/** What the visitor seems to be here for, as the model reads it; it changes with every click. */
import type { IntentRead, Store } from '../store.js';
import { make, slot } from './dom.js';

/** Labels shown of a family. */
const SHOWN = 3;

const NAMES: Readonly<Record<string, string>> = {
  action: 'Here to',
  topic: 'In the mood for',
  kind: 'Kind',
  age: 'How old',
};

function drawFamily({ family, weight, labels }: IntentRead): HTMLElement {
  const rows = labels.slice(0, SHOWN).map(({ label, probability }) => {
    const bar = make('i', { class: 'read__bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', probability.toFixed(3));
    return make('li', { class: 'read__row' }, bar, make('span', { text: label }),
      make('b', { text: `${Math.round(100 * probability)}%` }));
  });
  const name = NAMES[family] ?? family;
  const counts = `${Math.round(100 * weight)}% of the weight`;
  return make('div', { class: 'read__family' },
    make('p', { class: 'read__name' }, make('span', { text: name }),
      make('small', { text: counts })),
    make('ul', { class: 'read__rows', 'aria-label': name }, ...rows));
}

export function mountIntentRead(store: Store): void {
  const section = slot('read');
  const families = slot('read-families');
  store.subscribe((state, before) => {
    if (state.shelf === before.shelf) return;
    const { intents } = state.shelf;
    section.hidden = intents.length === 0;
    families.replaceChildren(...intents.map(drawFamily));
  });
}
