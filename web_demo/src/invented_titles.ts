/** Which titles of imagined films are worth showing: better none than a bad one. */
import { fold } from './catalogue.js';

/** A title that stops at one of these stopped too early. */
const OPEN_ENDS = new Set(('a an the and or but of in on at to for from by with without episode part chapter volume vol ' +
  'no mr mrs dr st le la les der die das el il').split(' '));

function reads(title: string): boolean {
  const words = fold(title).split(' ');
  const pairs = words.filter((word, at) => word === words[at + 1]);
  const opened = [...title].reduce((depth, letter) => depth + Number(letter === '(') - Number(letter === ')'), 0);
  return (title.match(/\p{L}/gu)?.length ?? 0) >= 3 && /^[\p{L}\p{N}("'\u00a1\u00bf]/u.test(title) &&
    /[\p{L}\p{N})!?."']$/u.test(title) && !OPEN_ENDS.has(words.at(-1) ?? '') && pairs.length === 0 && opened === 0;
}

/** For each title itself, or '' where it does not read like one, names a real film, or repeats another. */
export function worthShowing(titles: readonly string[], isReal: (title: string) => boolean): string[] {
  const shown = new Set<string>();
  return titles.map((title) => {
    const name = fold(title);
    if (!reads(title) || shown.has(name) || isReal(name)) return '';
    shown.add(name);
    return title;
  });
}
