/** Instead of the shelf: loading, or what went wrong and what to do. */
import { forgetCopies } from '../offline.js';
import { make, slot } from './dom.js';

export interface Problem {
  readonly title: string;
  /** One sentence for everybody. */
  readonly explanation: string;
  /** What to do, each a sentence or a command. */
  readonly remedies: readonly (string | { readonly command: string })[];
  /** The engine's own words, for whoever looks deeper. */
  readonly detail: string;
}

export function showProgress(loaded: number, total: number): void {
  const bar = slot('loading-bar') as HTMLProgressElement;
  if (total > 0) {
    bar.max = total;
    bar.value = Math.min(loaded, total);
  }
}

export function hideLoading(): void {
  slot('loading').hidden = true;
}

export function showProblem(problem: Problem): void {
  hideLoading();
  document.body.classList.add('has-problem');
  const box = slot('problem');
  box.hidden = false;
  box.replaceChildren(
    make('h1', { class: 'problem__title', text: problem.title, tabindex: '-1' }),
    make('p', { text: problem.explanation }),
    make('ul', { class: 'problem__remedies' }, ...problem.remedies.map((remedy) => make('li', {},
      typeof remedy === 'string' ? remedy : make('code', { text: remedy.command })))),
    make('button', { class: 'button', type: 'button', text: 'Try again',
      on: { click: () => void forgetCopies().finally(() => location.reload()) } }),
    make('details', {}, make('summary', { text: 'What the engine said' }),
      make('p', { class: 'problem__detail', text: problem.detail })));
  box.querySelector('h1')?.focus();
}
