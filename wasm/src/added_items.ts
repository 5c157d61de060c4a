/** Adds items to a model or a session, and removes them. */
import type { Catalogue } from './catalogue.js';
import type { Engine } from './engine.js';
import { invalid } from './errors.js';
import {
  checkArray,
  checkId,
  checkIds,
  checkKeys,
  checkNumber,
  checkObject,
  checkString,
  wrong,
  isWellFormed,
} from './options.js';
import type { ModelInfo, NewItem } from './types.js';

const KEYS = ['id', 'title', 'attributes', 'vectors'];

/** @throws {TsugiError} invalid_argument: no string, or UTF-8 cannot hold it */
function checkText(where: string, value: unknown): string {
  const text = checkString(where, value);
  if (isWellFormed(text)) return text;
  throw invalid(`${where}: it holds half of a character. Try: text.toWellFormed()`);
}

/** Returns the values of an attribute as text; those that say nothing are left out. */
function valuesOf(where: string, values: unknown): string[] {
  return [values].flat().flatMap((value: unknown) => {
    if (value === undefined || value === null || value === '') return [];
    if (typeof value === 'string' || Number.isFinite(value)) return [String(value)];
    throw wrong(where, value, 'strings or numbers');
  });
}

/** Writes attributes as lines "field=value", the form that the engine reads. */
function linesOf(where: string, attributes: object): string {
  checkObject(where, attributes);
  let lines = '';
  for (const [field, values] of Object.entries(attributes)) {
    if (field.includes('=')) throw invalid(`${where}: '${field}': a field holds no '='`);
    for (const value of valuesOf(`${where}: ${field}`, values)) {
      const line = `${field}=${value}`;
      if (field === '' || line.includes('\n')) {
        throw wrong(where, line, 'a field and a value on one line');
      }
      lines += `${line}\n`;
    }
  }
  return checkText(where, lines);
}

/** Writes the vectors one after the other in the order of the model, NaN for those that are missing. */
function vectorsOf(
  where: string,
  vectors: NewItem['vectors'],
  modalities: ModelInfo['modalities'],
): number[] {
  if (vectors === undefined || vectors === null) return [];
  const names = modalities.map(({ name }) => name);
  const given = checkKeys(where, vectors, names, 'vector');
  return modalities.flatMap(({ name, width }) => {
    const own = `${where}: ${name}`;
    const vector = given[name];
    if (vector === undefined || vector === null) return Array<number>(width).fill(NaN);
    const numbers = checkArray(own, vector as readonly number[], 'numbers');
    if (numbers.length !== width) throw wrong(own, numbers.length, `${width} numbers`);
    // Beyond it, numbers of 32 bits are infinite.
    return numbers.map((number) => checkNumber(own, number, -3.4e38, 3.4e38));
  });
}

/**
 * Adds all items for a session, or everybody (0); none if one of them is refused, by whatever.
 * @throws {TsugiError}
 */
export function addItems(
  engine: Engine,
  catalogue: Catalogue,
  session: number,
  items: readonly NewItem[],
): void {
  const ids = new Set<string>();
  const checked = checkArray('items', items, 'items').map((item) => {
    const { id: given, title, attributes, vectors } = checkKeys('addItems', item, KEYS);
    const id = checkText('id', checkId('id', given));
    
    if (ids.has(id)) throw invalid(`${id}: twice in this list`);
    ids.add(id);
    const name = checkText(`${id}: title`, title ?? '');
    const lines = linesOf(`${id}: attributes`, attributes ?? {});
    const numbers = vectorsOf(`${id}: vectors`, vectors, catalogue.modalities);
    return [id, name, lines, numbers] as const;
  });
  // The page's own code has run: what follows sees one state.
  engine.assertOpen();
  const added: number[] = [];
  try {
    for (const item of checked) added.push(engine.addItem(session, ...item));
  } catch (cause) {
    if (engine.isOpen) for (const item of added) engine.removeItem(session, item);
    throw cause;
  }
}

/**
 * Removes all items, or none if one of them is refused.
 * @throws {TsugiError} invalid_argument: an item was not added here
 */
export function removeItems(
  engine: Engine,
  catalogue: Catalogue,
  session: number,
  ids: readonly string[],
): void {
  const checked = checkIds('ids', ids);
  engine.assertOpen();
  const places = new Set(
    checked.map((id) => {
      const item = catalogue.find(id);
      const isOwn = session === 0 || engine.findItem(0, id) !== item;
      if (catalogue.isAdded(item) && isOwn) return item;
      throw invalid(`${id}: expected the id of an added item`);
    }),
  );
  for (const item of places) engine.removeItem(session, item);
}
