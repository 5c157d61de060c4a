/**
 * The names of a model: ids, titles and attributes of items, actions and intents. Reads them from
 * the engine on request.
 */
import { splitName, Table, type Engine, type StringTable } from './engine.js';
import { Intents } from './intents.js';
import { checkInteger, checkString, isWellFormed, tryOneOf } from './options.js';
import { invalid } from './errors.js';
import type { Item } from './types.js';

/** The most ids and items that each cache holds, and the longest id: a few megabytes. */
const REMEMBERED = 1 << 16;
const REMEMBERED_LENGTH = 256;

/** The values of an item by field; not an object, because a field may be named __proto__. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** An added item with values that the model does not know, so that the engine ignores them. */
export interface Stranger {
  readonly item: number;
  readonly values: Values;
}

export class Catalogue {
  /** Number of items of the model, without added ones. */
  readonly own: number;
  readonly intents: Intents;
  readonly #engine: Engine;
  readonly #ids: StringTable;
  readonly #titles: StringTable;
  readonly #names: [field: string, value: string][] = [];
  readonly #attributesOf: ((item: number) => Uint32Array) | undefined;
  /** The tables that adding items moves: added ids, titles, attribute lines, semantic ids. */
  #moving!: StringTable[];
  /**
   * Caches, because reading ten ids from the engine can take longer than ranking a small catalogue.
   */
  readonly #knownIds = new Map<number, string>();
  readonly #knownItems = new Map<string, number>();
  readonly #shownItems = new Map<number, Item>();
  /** The attributes of the model: fields, their values, the index of each. */
  readonly #fields = new Map<string, Map<string, number>>();
  readonly #actions = new Map<string | undefined, number>();
  /** Fields and values that only added items have. */
  readonly #strangeValues = new Map<string, Set<string>>();
  readonly #strangers: Stranger[] = [];
  /** The number of added items among which strangers were looked for. */
  #read = 0;

  constructor(engine: Engine, count: number) {
    this.#engine = engine;
    this.own = count;
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
      const values = this.#fields.get(field) ?? new Map<string, number>();
      this.#fields.set(field, values.set(value, index));
    }
  }

  get count(): number {
    return this.own + this.#moving[0]!.count;
  }

  /** Must be called whenever items may have been added to the engine, also after an error. */
  takeInAdded(): void {
    this.#moving = [
      Table.ADDED_IDS,
      Table.ADDED_TITLES,
      Table.ADDED_ATTRIBUTES,
      Table.SEMANTIC_IDS,
    ].map((table) => this.#engine.strings(table));
  }

  /** Returns the item_index of an id, -1 if the model does not know the id. */
  find(id: string): number {
    const known = this.#knownItems.get(id);
    if (known !== undefined) return known;
    const item = isWellFormed(id) ? this.#engine.findItem(id) : -1;
    // Under the engine's own string: that of the caller may be a part of a page of text.
    if (item >= 0) remember(this.#knownItems, this.id(item), item, id);
    return item;
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
    const known = this.#knownIds.get(item);
    if (known !== undefined) return known;
    const id =
      item >= this.own
        ? this.#moving[0]!.at(item - this.own)
        : this.#ids.count > 0
          ? this.#ids.at(item)
          : String(item);
    remember(this.#knownIds, item, id, id);
    return id;
  }

  item(index: number): Item {
    const added = index - this.own;
    const attributes = Object.fromEntries(
      added < 0
        ? byField([...(this.#attributesOf?.(index) ?? [])].map((name) => this.#names[name]!))
        : this.#valuesOf(added),
    );
    const titles = added < 0 ? this.#titles : this.#moving[1]!;
    const title = titles.count > 0 && { title: titles.at(added < 0 ? index : added) };
    const codes = this.#moving[3]!;
    const semanticId = codes.count > 0 && { semanticId: codes.at(index) };
    return { id: this.id(index), ...title, attributes, ...semanticId };
  }

  /** Returns an item that stays as it is, which a filter of the page may see in every call. */
  shownItem(index: number): Item {
    const known = this.#shownItems.get(index);
    if (known !== undefined) return known;
    const item = this.item(index);
    for (const values of Object.values(item.attributes)) Object.freeze(values);
    Object.freeze(item.attributes);
    remember(this.#shownItems, index, Object.freeze(item), item.id);
    return item;
  }

  /** Returns `count` items from item_index `start` on, fewer at the end of the catalogue. */
  items(start = 0, count = this.count): Item[] {
    const first = Math.min(checkInteger('items: start', start, 0), this.count);
    const last = Math.min(first + checkInteger('items: count', count, 0), this.count);
    return Array.from({ length: last - first }, (_, offset) => this.item(first + offset));
  }

  /** Returns the attributes of an item that the model knows, by index. */
  knownAttributes(item: number): readonly number[] {
    if (item < this.own) return [...(this.#attributesOf?.(item) ?? [])];
    return [...this.#valuesOf(item - this.own)].flatMap(([field, values]) =>
      values.flatMap((value) => this.#fields.get(field)?.get(value) ?? []),
    );
  }

  /** Returns the added items whose attributes the engine does not know completely. */
  strangers(): readonly Stranger[] {
    for (const { count } = this.#moving[2]!; this.#read < count; ++this.#read) {
      const values = this.#valuesOf(this.#read);
      let isStrange = false;
      for (const [field, own] of values) {
        for (const value of own) {
          if (this.#fields.get(field)?.has(value) === true) continue;
          isStrange = true;
          const known = this.#strangeValues.get(field) ?? new Set<string>();
          this.#strangeValues.set(field, known.add(value));
        }
      }
      if (isStrange) this.#strangers.push({ item: this.own + this.#read, values });
    }
    return this.#strangers;
  }

  /**
   * Returns the values of a field and their indices among the attributes of the model; those that
   * only added items have are not among them.
   * @throws {TsugiError} invalid_argument: no item has the field
   */
  valuesOfField(where: string, field: string): ReadonlyMap<string, number> {
    const values = this.#fields.get(checkString(where, field, 'the name of an attribute'));
    if (values !== undefined) return values;
    this.strangers();
    if (this.#strangeValues.has(field)) return new Map();
    const known = [...this.#fields.keys(), ...this.#strangeValues.keys()];
    const remedy = known.length > 0 ? tryOneOf(known) : ' The model has no attributes.';
    throw invalid(`${where}: no attribute '${field}'.${remedy}`);
  }

  /** Returns all values of a field, also those that only added items have. */
  namesOfField(where: string, field: string): string[] {
    const own = this.valuesOfField(where, field);
    this.strangers();
    return [...own.keys(), ...(this.#strangeValues.get(field) ?? [])];
  }

  #valuesOf(added: number): Values {
    return byField(this.#moving[2]!.at(added).split('\n').slice(0, -1).map(splitName));
  }
}

function byField(names: readonly [field: string, value: string][]): Values {
  const values = new Map<string, string[]>();
  for (const [field, value] of names) {
    const known = values.get(field);
    if (known === undefined) values.set(field, [value]);
    else known.push(value);
  }
  return values;
}

/** Caches a value, unless its id is very long. A full cache starts afresh. */
function remember<K, V>(known: Map<K, V>, key: K, value: V, id: string): void {
  if (id.length > REMEMBERED_LENGTH) return;
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, value);
}
