/**
 * The names of a model: ids, titles and attributes of items, actions and intents. Reads them from
 * the engine on request.
 */
import { splitName, Table, type Engine, type StringTable } from './engine.js';
import { Intents } from './intents.js';
import { checkInteger, tryOneOf } from './options.js';
import { invalid } from './errors.js';
import type { Item } from './types.js';

/** The most ids and items that each cache holds: a few megabytes. */
const REMEMBERED = 1 << 16;

/** An attribute "field=value" of the model. */
export interface Attribute {
  readonly value: string;
  /** Its index in TSUGI_ATTRIBUTE_NAMES. */
  readonly index: number;
}

export class Catalogue {
  /** Number of items of the model, without added ones. */
  readonly #own: number;
  /** Ids, titles and attribute lines of the added items. */
  #added!: StringTable[];
  readonly intents: Intents;
  readonly #engine: Engine;
  readonly #ids: StringTable;
  readonly #titles: StringTable;
  readonly #names: [field: string, value: string][] = [];
  readonly #attributesOf: ((item: number) => Uint32Array) | undefined;
  /**
   * Caches, because reading ten ids from the engine can take longer than ranking a small catalogue.
   */
  readonly #knownIds = new Map<number, string>();
  readonly #knownItems = new Map<string, number>();
  readonly #fields = new Map<string, Attribute[]>();
  readonly #actions = new Map<string | undefined, number>();

  constructor(engine: Engine, count: number) {
    this.#engine = engine;
    this.#own = count;
    this.takeInAdded();
    this.intents = new Intents(engine);
    this.#ids = engine.strings(Table.ITEM_IDS);
    this.#titles = engine.strings(Table.ITEM_TITLES);
    const actions = engine.strings(Table.ACTION_NAMES);
    for (let index = 0; index < actions.count; ++index) this.#actions.set(actions.at(index), index + 1);
    this.#attributesOf = engine.attributes();
    if (this.#attributesOf === undefined) return;
    const names = engine.strings(Table.ATTRIBUTE_NAMES);
    for (let index = 0; index < names.count; ++index) {
      const [field, value] = splitName(names.at(index));
      this.#names.push([field, value]);
      const attributes = this.#fields.get(field) ?? [];
      this.#fields.set(field, attributes);
      attributes.push({ value, index });
    }
  }

  get count(): number {
    return this.#own + this.#added[0]!.count;
  }

  /** Must be called whenever items may have been added to the engine. */
  takeInAdded(): void {
    this.#knownItems.clear(); // ids that were unknown may be known now
    this.#added = [Table.ADDED_IDS, Table.ADDED_TITLES, Table.ADDED_ATTRIBUTES].map((table) =>
      this.#engine.strings(table),
    );
  }

  /** Returns the item_index of an id, -1 if the model does not know the id. */
  find(id: string): number {
    return recall(this.#knownItems, id, () => this.#engine.findItem(id));
  }

  /** Returns 1 + the index of an action, 0 if the model does not know the action. */
  action(name: string | undefined): number {
    return this.#actions.get(name) ?? 0;
  }

  /** Returns the item_index of every id that the model knows. */
  findAll(ids: readonly string[]): number[] {
    return ids.map((id) => this.find(id)).filter((item) => item >= 0);
  }

  /** Returns the id of an item; in a model without ids, its number. */
  id(item: number): string {
    return recall(this.#knownIds, item, () => this.#idOf(item));
  }

  #idOf(item: number): string {
    if (item >= this.#own) return this.#added[0]!.at(item - this.#own);
    return this.#ids.count > 0 ? this.#ids.at(item) : String(item);
  }

  item(index: number): Item {
    const added = index - this.#own;
    const names =
      added < 0
        ? [...(this.#attributesOf?.(index) ?? [])].map((attribute) => this.#names[attribute]!)
        : this.#added[2]!.at(added).split('\n').slice(0, -1).map(splitName);
    const byField = new Map<string, string[]>(); // not an object: a field may be named __proto__
    for (const [field, value] of names) byField.set(field, [...(byField.get(field) ?? []), value]);
    const attributes = Object.fromEntries(byField);
    const titles = added < 0 ? this.#titles : this.#added[1]!;
    const title = titles.count > 0 && { title: titles.at(added < 0 ? index : added) };
    const codes = this.#engine.strings(Table.SEMANTIC_IDS);
    const semanticId = codes.count > 0 && { semanticId: codes.at(index) };
    return { id: this.#idOf(index), ...title, attributes, ...semanticId };
  }

  /** Returns `count` items from item_index `start` on, fewer at the end of the catalogue. */
  items(start = 0, count = this.count): Item[] {
    const first = Math.min(checkInteger('items: start', start, 0), this.count);
    const last = Math.min(first + checkInteger('items: count', count, 0), this.count);
    return Array.from({ length: last - first }, (_, offset) => this.item(first + offset));
  }

  /** @throws {TsugiError} invalid_argument: no item has the field */
  attributesOfField(where: string, field: string): readonly Attribute[] {
    const attributes = this.#fields.get(field);
    if (attributes !== undefined) return attributes;
    const known = [...this.#fields.keys()];
    const remedy = known.length > 0 ? tryOneOf(known) : ' The model has no attributes.';
    throw invalid(`${where}: no attribute '${field}'.${remedy}`);
  }
}

/** Returns the cached value of a key, or makes and caches it. A full cache starts afresh. */
function recall<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, value);
  return value;
}
