/** Lists: from the options of a page to the arguments of the engine, and back to items. */
import type { Catalogue } from './catalogue.js';
import type { RankedItems, RecommendArguments, ShelfNumbers } from './engine_calls.js';
import { compileCaps, compileFilter, FILTER_KEYS } from './filter.js';
import { PLAIN_LIST } from './engine.js';
import { checkArray, checkKeys, checkOneOf, checkOptions, integer, number } from './options.js';
import type { Item, ListOptions, Recommendation, Shelf } from './types.js';

const LIST = { diversity: number(0, 0, 1), popularity: number(0, -1, 1) };
const FIELDS = ['title', 'attributes'] as const;

export const length = integer(10, 1);
const LIST_KEYS = [...Object.keys(LIST), ...FILTER_KEYS, 'caps', 'with'];

/** Checks that an option may have, by name. */
type Checks = Parameters<typeof checkOptions>[1];

/** The options of a verb that makes lists, checked. */
export interface CheckedList<C extends Checks> {
  readonly checked: { readonly [Key in keyof C]: ReturnType<C[Key]> };
  readonly fields: readonly (typeof FIELDS)[number][];
  /** Null if no item can pass the filter. */
  readonly list: RecommendArguments | null;
}

/**
 * Checks the options of a verb: those in `checks`, one of which is the length of a list, those of
 * every list, and `more`.
 * @throws {TsugiError} invalid_argument
 */
export function checkList<C extends Checks>(
  catalogue: Catalogue,
  verb: string,
  options: ListOptions | undefined,
  checks: C,
  ...more: string[]
): CheckedList<C> {
  const keys = [...Object.keys(checks), ...LIST_KEYS, ...more];
  const given = checkKeys(verb, options, keys);
  const checked = checkOptions(given, checks);
  const fields = checkArray('with', given.with ?? [], 'names');
  for (const field of fields) checkOneOf('with', field, FIELDS);
  const caps = compileCaps(catalogue, given.caps);
  const shifts = checkOptions(given, LIST);
  const filter = compileFilter(catalogue, given);
  const { k = checked['perRow'] } = checked;
  const list = { ...PLAIN_LIST, ...shifts, ...caps, k: Math.min(k as number, catalogue.end) };
  return { checked, fields, list: filter && { ...list, filter } };
}

/** Returns the items of a list, each with the fields that were asked for. */
export function describeList(
  catalogue: Catalogue,
  { items, scores }: RankedItems,
  fields: CheckedList<Checks>['fields'],
): Recommendation[] {
  return items.map((index, place) => {
    const shown = fields.length > 0 ? catalogue.shownItem(index) : ({} as Item);
    const answer: Record<string, unknown> = { item: catalogue.id(index), score: scores[place] };
    for (const field of fields) if (field in shown) answer[field] = shown[field];
    return answer as never;
  });
}

/** In the order of TSUGI_SHELF_... in tsugi.h. */
const KINDS = ['for you', 'popular', 'more like', 'attribute', 'new', 'off the beaten track'];

export function describeShelf(
  catalogue: Catalogue,
  { kind, subject, ...list }: ShelfNumbers,
  fields: CheckedList<Checks>['fields'],
): Shelf {
  const name = KINDS[kind]!;
  let title = name[0]!.toUpperCase() + name.slice(1);
  const reason: Record<string, string> = { kind: name };
  if (kind === 2) {
    const { id, title: named } = catalogue.shownItem(subject);
    reason['item'] = id;
    title += ` ${named || id}`;
  } else if (kind === 3) {
    [reason['field'], title] = catalogue.attributeName(subject);
    reason['value'] = title;
  }
  return { title, reason: reason as never, items: describeList(catalogue, list, fields) };
}
