/** Adds items to a model or a session, and removes them. */
import type { Catalogue } from './catalogue.js';
import type { Engine } from './engine.js';
import { invalid } from './errors.js';
import {
  checkArray,
  checkId,
  checkKeys,
  checkString,
  EXAMPLE,
  wrong,
  isWellFormed,
  kindOf,
} from './options.js';
import type { NewItem } from './types.js';

const KEYS = ['id', 'title', 'attributes'];

/** @throws {TsugiError} invalid_argument: UTF-8 cannot hold the text */
function checkText(where: string, text: string): string {
  if (isWellFormed(text)) return text;
  throw invalid(`${where}: it holds half of a character. Try: text.toWellFormed()`);
}

/** Returns the values of an attribute as text; those that say nothing are left out. */
function valuesOf(where: string, values: unknown): string[] {
  const list = Array.isArray(values) ? [...(values as readonly unknown[])] : [values];
  return list.flatMap((value) => {
    if (value === undefined || value === null || value === '') return [];
    if (typeof value === 'string' || Number.isFinite(value)) return [String(value)];
    throw wrong(where, value, 'strings or numbers');
  });
}

/** Writes attributes as lines "field=value", the form that the engine reads. */
function linesOf(where: string, attributes: unknown): string {
  if (attributes === undefined || attributes === null) return '';
  if (kindOf(attributes) !== 'Object') {
    throw wrong(`${where}: attributes`, attributes, EXAMPLE);
  }
  let lines = '';
  for (const [field, values] of Object.entries(attributes as object)) {
    if (field.includes('='))
      throw invalid(`${where}: attributes: '${field}': a field holds no '='`);
    for (const value of valuesOf(`${where}: attributes: ${field}`, values)) {
      const line = `${field}=${value}`;
      if (field === '' || line.includes('\n')) {
        throw wrong(where, line, 'a field and a value on one line');
      }
      lines += `${line}\n`;
    }
  }
  return checkText(`${where}: attributes`, lines);
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
  const checked = checkArray('addItems', items, 'items').map((item) => {
    const { id: given, title, attributes } = checkKeys('addItems', item, KEYS);
    const id = checkText('addItems: id', checkId('addItems: id', given));
    const where = `addItems: ${id}`;
    if (ids.has(id)) throw invalid(`${where}: twice in this list`);
    ids.add(id);
    const name = checkText(`${where}: title`, checkString(`${where}: title`, title ?? ''));
    return [id, name, linesOf(where, attributes)] as const;
  });
  // The page's own code has run: what follows sees one state.
  engine.assertOpen();
  for (const [id] of checked) {
    if (catalogue.find(id) < 0) continue;
    throw invalid(`addItems: ${id}: already in the catalogue. Try: another id`);
  }
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
  const checked = checkArray('removeItems', ids, 'ids').map((id) => checkId('removeItems: id', id));
  engine.assertOpen();
  const places = new Set(
    checked.map((id) => {
      const item = catalogue.find(id);
      const isOwn = session === 0 || engine.findItem(0, id) !== item;
      if (catalogue.isAdded(item) && isOwn) return item;
      throw invalid(`removeItems: ${id}: expected the id of an added item`);
    }),
  );
  for (const item of places) engine.removeItem(session, item);
}
