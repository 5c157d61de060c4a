/** Small building blocks of the views. */

type Child = Node | string;

export interface Props {
  readonly class?: string;
  readonly text?: string;
  readonly on?: Readonly<Record<string, (event: never) => void>>;
  readonly [attribute: string]: unknown;
}

/** Makes an element. `true` sets an empty attribute; `false` and `undefined` set none. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {},
  ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === 'text') element.textContent = String(value);
    else if (name === 'on') {
      for (const [event, handler] of Object.entries(props.on ?? {})) {
        element.addEventListener(event, handler as EventListener);
      }
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children);
  return element;
}

/** The element of index.html that a view fills. */
export function slot(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no element with the id ${id}`);
  return element;
}

/**
 * The page's security policy asks for Trusted Types: Chromium and Safari refuse markup and addresses of
 * scripts that no policy named in index.html has seen. Firefox has none yet, and does without.
 */
interface TrustedTypes {
  createPolicy<Rules>(name: string, rules: Rules): Rules;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };

const OWN_MARKUP = { createHTML: (markup: string): string => markup };

/** For markup that this page's own code made. */
const ownMarkup = trustedTypes?.createPolicy('covers', OWN_MARKUP) ?? OWN_MARKUP;

/** Lets workers start from this page's own origin alone. Call it once. */
export function allowOwnWorkers(): void {
  trustedTypes?.createPolicy('default', {
    createScriptURL: (url: string): string | undefined =>
      new URL(url, document.baseURI).origin === location.origin ? url : undefined,
  });
}

/** Parses trusted markup made by this page's own code (covers, icons). */
export function fragment(markup: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = ownMarkup.createHTML(markup);
  return template.content;
}

/** Text that only screen readers get. */
export const spoken = (text: string): HTMLElement =>
  make('span', { class: 'visually-hidden', text });

const STROKES: Readonly<Record<string, string>> = {
  undo: 'M8 5 4 9l4 4M4 9h9a5 5 0 0 1 0 10h-3',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM16.5 16.5 21 21',
  shield: 'M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6ZM9 12l2.2 2.2L15.5 10',
  check: 'M5 12.5 10 17.5 19.5 7',
};

export const icon = (name: keyof typeof STROKES & string): DocumentFragment => fragment(
  `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" ` +
  `stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">` +
  `<path d="${STROKES[name] ?? ''}"/></svg>`);
