/**
 * Moves elements from where they were to where they are (first, last, invert, play). With
 * prefers-reduced-motion nothing moves: things are simply in their new place.
 */

export type Places = ReadonlyMap<string, DOMRect>;

const EASE = 'cubic-bezier(.22, .9, .24, 1)';

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Where every [data-film] element under `roots` is now; a later root wins. */
export function recordPlaces(...roots: readonly Element[]): Places {
  const places = new Map<string, DOMRect>();
  for (const root of roots) {
    for (const element of root.querySelectorAll<HTMLElement>('[data-film]')) {
      places.set(element.dataset['film'] ?? '', element.getBoundingClientRect());
    }
  }
  return places;
}

/** Plays one element from `from` to its present place. */
export function travel(element: HTMLElement, from: DOMRect, duration = 620): void {
  const to = element.getBoundingClientRect();
  const dx = from.left - to.left;
  const dy = from.top - to.top;
  const scale = to.width > 0 ? from.width / to.width : 1;
  if (isStill() || (Math.abs(dx) < 1 && Math.abs(dy) < 1 && Math.abs(scale - 1) < 0.01)) return;
  element.animate([
    { transformOrigin: '0 0', transform: `translate(${dx}px, ${dy}px) scale(${scale})` },
    { transformOrigin: '0 0', transform: 'none' },
  ], { duration, easing: EASE });
}

/** An element that was not there before: it rises, a little later than its neighbours. */
export function appear(element: HTMLElement, order: number): void {
  if (isStill()) return;
  element.animate([
    { opacity: 0, transform: 'translateY(18px) scale(.94)' },
    { opacity: 1, transform: 'none' },
  ], { duration: 480, delay: 90 + order * 32, easing: EASE, fill: 'backwards' });
}

/** Plays every child of `list`: known films travel, new ones appear. */
export function playMoves(list: Element, before: Places): void {
  let order = 0;
  for (const element of list.querySelectorAll<HTMLElement>('[data-film]')) {
    const from = before.get(element.dataset['film'] ?? '');
    if (from === undefined) appear(element, order++);
    else travel(element, from);
  }
}
