/** Adds items to a model. */
import type { Catalogue } from './catalogue.js';
import type { Engine } from './engine.js';
import { invalid } from './errors.js';
import { checkId, checkKeys, describeValue } from './options.js';
import type { NewItem } from './types.js';

/** Writes attributes as lines "field=value", the form that the engine reads. */
function linesOf(where: string, attributes: NewItem['attributes']): string {
  let lines = '';
  for (const [field, values] of Object.entries(attributes ?? {})) {
    for (const value of [values].flat()) {
      const line = `${field}=${value}`;
      if (/^=|\n/.test(line)) {
        throw invalid(`${where}: ${describeValue(line)}, expected a field and a value on one line`);
      }
      lines += `${line}\n`;
    }
  }
  return lines;
}

/**
 * Adds all items, or none if one of them is invalid. An error of the engine itself, e.g. no memory,
 * leaves the items before it added. @throws {TsugiError}
 */
export function addItems(engine: Engine, catalogue: Catalogue, items: readonly NewItem[]): void {
  const ids = new Set<string>();
  const checked = items.map((item) => {
    const { id, title = '', attributes } = checkKeys('addItems', item, ['id', 'title', 'attributes']);
    const where = `addItems: ${checkId('addItems: id', id)}`;
    if (ids.has(id!) || catalogue.find(id!) >= 0) {
      throw invalid(`${where}: already in the catalogue; give the new item another id`);
    }
    ids.add(id!);
    return [id!, checkId(`${where}: title`, title), linesOf(where, attributes)] as const;
  });
  try {
    for (const item of checked) engine.addItem(...item);
  } finally {
    catalogue.takeInAdded();
  }
}
