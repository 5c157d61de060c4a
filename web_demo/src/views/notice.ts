/** Instead of the shelf: loading, or what went wrong and what to do. */
import { forgetCopies } from '../offline.js';
import { make, slot } from './dom.js';

interface Problem {
  readonly title: string;
  /** One sentence for everybody. */
  readonly explanation: string;
  /** What to do, each a sentence or a command. */
  readonly remedies: readonly (string | { readonly command: string })[];
  /** The engine's own words, for whoever looks deeper. */
  readonly detail: string;
}

interface CodedError {
  readonly code?: string;
  readonly message: string;
}

const asError = (error: unknown): CodedError =>
  error instanceof Error ? error as Error & CodedError : { message: String(error) };

const BUILD = { command: './dev demo' } as const;

/** No model was there when the page was built. */
export const NO_MODEL: Problem = {
  title: 'There is no model file yet',
  explanation: 'This page was built before a model was trained.',
  remedies: ['Train one and build the page again:', BUILD],
  detail: 'build.json names no model.',
};

/** Nothing came for half a minute. */
export const STALLED: Problem = {
  title: 'The server stopped sending',
  explanation: 'A part of this page did not arrive.',
  remedies: ['Check that the server still runs, then try again.', BUILD],
  detail: 'No byte came for 30 seconds.',
};

/** What went wrong, as something that a visitor can act on. */
function explainFailure(error: unknown): Problem {
  const { code, message } = asError(error);
  const detail = code === undefined ? message : `${code}: ${message}`;
  switch (code) {
    case 'not_a_model':
    case 'corrupt_model':
    case 'integrity_mismatch':
      return {
        title: 'The model file is damaged',
        explanation: 'What arrived is not the file that this page was built with, so it was not used.',
        remedies: ['Try again: the copy on this device is thrown away and fetched anew.',
          'If that does not help, make the file again:', BUILD],
        detail,
      };
    case 'version_too_new':
      return {
        title: 'The model is newer than this page',
        explanation: 'The file was written by a newer tsugi than the engine in this page.',
        remedies: ['Build the page again with that version:', BUILD],
        detail,
      };
    case 'fetch_failed':
      return {
        title: 'The model could not be fetched',
        explanation: 'The server did not answer, or has no such file.',
        remedies: ['Check that the server still runs, then try again.', BUILD],
        detail,
      };
    case 'wrong_answer':
      return {
        title: 'The server sent something else',
        explanation: 'What arrived is not a file of this page: perhaps a sign-in page of the network.',
        remedies: ['Sign in to the network, or build and serve the page again:', BUILD],
        detail,
      };
    case 'out_of_memory':
      return {
        title: 'There is not enough memory',
        explanation: 'The browser refused the memory that the model needs.',
        remedies: ['Close other tabs, then try again.'],
        detail,
      };
    case 'worker_failed':
    case 'engine_trapped':
      return {
        title: 'The engine stopped',
        explanation: 'Its worker ended. What you watched is still remembered on this device.',
        remedies: ['Reload the page to start it again.'],
        detail,
      };
    case 'unsupported':
      return {
        title: 'This browser is too old',
        explanation: 'The engine needs WebAssembly with SIMD.',
        remedies: ['Try a current version of Chrome, Firefox, Safari or Edge.'],
        detail,
      };
    default:
      return {
        title: 'The page met a defect',
        explanation: 'What you watched is still remembered on this device.',
        remedies: ['Try again. If it comes back, please report the words below.'],
        detail,
      };
  }
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

export const showFailure = (error: unknown): void => showProblem(explainFailure(error));
