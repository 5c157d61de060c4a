/**
 * The names of a model: ids, titles and attributes of items, actions and intents. Reads them from
 * the engine on request.
 */
import { AddedText, Table, type Engine } from './engine.js';
import { splitName, type StringTable } from './engine_calls.js';
import { Intents } from './intents.js';
import { checkInteger, checkString, isWellFormed, tryOneOf } from './options.js';
import { invalid } from './errors.js';
import type { Item, ModelInfo } from './types.js';

/** The most ids and items that each cache holds, and the longest id: a few megabytes. */
const REMEMBERED = 1 << 16;
const REMEMBERED_LENGTH = 256;

/** The index of a value that only added items have. */
export const UNKNOWN = -1;

/** The values of an item by field; not an object, because a field may be named __proto__. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** An added item and its attributes. */
export interface AddedItem {
  readonly item: number;
  readonly values: Values;
}

type ModelFacts = Pick<ModelInfo, 'items' | 'modalities'>;

/** What the model's file names. One for all sessions. */
class Names {
  readonly intents: Intents;
  readonly ids: StringTable;
  readonly titles: StringTable;
  readonly semanticIds: StringTable;
  readonly actions = new Map<string | undefined, number>();
  /** The attributes of the model: fields, their values, the index of each. */
  readonly fields = new Map<string, Map<string, number>>();
  /**
   * Caches, because reading ten ids from the engine can take longer than ranking a small catalogue.
   */
  readonly knownIds = new Map<number, string>();
  readonly knownItems = new Map<string, number>();
  readonly shownItems = new Map<number, Item>();
  readonly #names: [field: string, value: string][] = [];
  readonly #attributesOf: ((item: number) => Uint32Array) | undefined;

  constructor(
    engine: Engine,
    readonly count: number,
    readonly modalities: ModelInfo['modalities'],
  ) {
    this.intents = new Intents(engine);
    this.ids = engine.strings(Table.ITEM_IDS);
    this.titles = engine.strings(Table.ITEM_TITLES);
    this.semanticIds = engine.strings(Table.SEMANTIC_IDS);
    const actions = engine.strings(Table.ACTION_NAMES);
    for (let index = 0; index < actions.count; ++index)
      this.actions.set(actions.at(index), index + 1);
    this.#attributesOf = engine.attributes();
    if (!this.#attributesOf) return;
    const names = engine.strings(Table.ATTRIBUTE_NAMES);
    for (let index = 0; index < names.count; ++index) {
      const [field, value] = splitName(names.at(index));
      this.#names.push([field, value]);
      const values = this.fields.get(field) ?? new Map<string, number>();
      this.fields.set(field, values.set(value, index));
    }
  }

  id(item: number): string {
    const known = this.knownIds.get(item);
    if (known !== undefined) return known;
    const id = this.ids.count > 0 ? this.ids.at(item) : String(item);
    remember(this.knownIds, item, id, id);
    return id;
  }

  attributes(item: number): readonly number[] {
    return [...(this.#attributesOf?.(item) ?? [])];
  }

  values(item: number): Values {
    return byField(this.attributes(item).map((name) => this.#names[name]!));
  }
}

/** What one session, or a caller of the model, sees: the model's items and some that were added. */
export class Catalogue {
  readonly #engine: Engine;
  readonly #names: Names;
  /** The session that sees; 0 = items for everybody alone. */
  readonly #session: number;
  #added: readonly AddedItem[] = [];
  /** Engine.itemChanges when #added was read. */
  #readAt = -1;

  private constructor(engine: Engine, names: Names, session: number) {
    this.#engine = engine;
    this.#names = names;
    this.#session = session;
  }

  /** Of the model's file. */
  static of(engine: Engine, { items, modalities }: ModelFacts): Catalogue {
    return new Catalogue(engine, new Names(engine, items, modalities), 0);
  }

  seenBy(session: number): Catalogue {
    return new Catalogue(this.#engine, this.#names, session);
  }

  get intents(): Intents {
    return this.#names.intents;
  }

  get modalities(): ModelInfo['modalities'] {
    return this.#names.modalities;
  }

  /** Every item_index is below it. */
  get end(): number {
    return this.#engine.itemCount();
  }

  /** Returns the item_index of every item that is seen. */
  indices(): number[] {
    return [...Array(this.#names.count).keys(), ...this.added().map(({ item }) => item)];
  }

  /** Returns the item_index of an id, -1 if it is not seen. */
  find(id: string): number {
    const known = this.#names.knownItems.get(id);
    if (known !== undefined) return known;
    const item = isWellFormed(id) ? this.#engine.findItem(this.#session, id) : -1;
    // Under the engine's own string: that of the caller may be a part of a page of text.
    if (item >= 0 && item < this.#names.count) {
      remember(this.#names.knownItems, this.id(item), item, id);
    }
    return item;
  }

  isAdded(item: number): boolean {
    return item >= this.#names.count;
  }

  /** Returns 1 + the index of an action, 0 if the model does not know the action. */
  action(name: string | undefined): number {
    return this.#names.actions.get(name) ?? 0;
  }

  /** Returns the item_index of every id that is seen. */
  findAll(ids: readonly string[]): number[] {
    return ids.map((id) => this.find(id)).filter((item) => item >= 0);
  }

  /** Returns the id of an item; in a model without ids, its number. */
  id(item: number): string {
    if (item < this.#names.count) return this.#names.id(item);
    return this.#engine.addedText(item, AddedText.ID);
  }

  item(index: number): Item {
    const isAdded = index >= this.#names.count;
    const { titles, semanticIds } = this.#names;
    const text = (table: StringTable, which: AddedText): string =>
      isAdded ? this.#engine.addedText(index, which) : table.at(index);
    return {
      id: this.id(index),
      ...((isAdded || titles.count > 0) && { title: text(titles, AddedText.TITLE) }),
      attributes: Object.fromEntries(this.#valuesOf(index)) as Item['attributes'],
      ...(semanticIds.count > 0 && { semanticId: text(semanticIds, AddedText.SEMANTIC_ID) }),
    };
  }

  /** Returns an item that stays as it is, which a filter of the page may see in every call. */
  shownItem(index: number): Item {
    const known = this.#names.shownItems.get(index);
    if (known) return known;
    const item = this.item(index);
    for (const values of Object.values(item.attributes)) Object.freeze(values);
    Object.freeze(item.attributes);
    Object.freeze(item);
    // The place of an added item may serve another one later.
    if (index < this.#names.count) remember(this.#names.shownItems, index, item, item.id);
    return item;
  }

  /** Returns `count` items from place `start` on, fewer at the end of the catalogue. */
  items(start = 0, count?: number): Item[] {
    const first = checkInteger('items: start', start, 0);
    const length = count === undefined ? Infinity : checkInteger('items: count', count, 0);
    return this.indices()
      .slice(first, first + length)
      .map((index) => this.item(index));
  }

  /** Returns the attributes of an item that the model knows, by index. */
  knownAttributes(item: number): readonly number[] {
    if (item < this.#names.count) return this.#names.attributes(item);
    return [...this.#valuesOf(item)].flatMap(([field, values]) =>
      values.flatMap((value) => this.#names.fields.get(field)?.get(value) ?? []),
    );
  }

  /** Whether there is an item at a place, and it is seen. */
  sees(item: number): boolean {
    if (item < this.#names.count) return true;
    const id = this.id(item);
    // The place of an item that is gone has no id; that of a stranger's item is not found.
    return id !== '' && this.find(id) === item;
  }

  /** Returns the added items that are seen. */
  added(): readonly AddedItem[] {
    if (this.#readAt === this.#engine.itemChanges) return this.#added;
    const added: AddedItem[] = [];
    for (let item = this.#names.count; item < this.end; ++item) {
      if (this.sees(item)) added.push({ item, values: this.#valuesOf(item) });
    }
    this.#readAt = this.#engine.itemChanges;
    return (this.#added = added);
  }

  /** Returns the added items whose attributes the engine does not know completely. */
  strangers(): readonly AddedItem[] {
    return this.added().filter(({ values }) =>
      [...values].some(([field, own]) => own.some((value) => !this.#knows(field, value))),
    );
  }

  /**
   * Returns the values of a field and the index of each; UNKNOWN if the model does not have it.
   * @throws {TsugiError} invalid_argument: no item has the field
   */
  valuesOfField(where: string, field: string): ReadonlyMap<string, number> {
    const own = this.#names.fields.get(checkString(where, field, 'the name of an attribute'));
    const strangers = this.strangers();
    const values = new Map(own);
    for (const stranger of strangers) {
      for (const value of stranger.values.get(field) ?? []) {
        if (!values.has(value)) values.set(value, UNKNOWN);
      }
    }
    if (values.size > 0) return values;
    const added = strangers.flatMap((stranger) => [...stranger.values.keys()]);
    const known = [...new Set([...this.#names.fields.keys(), ...added])];
    throw invalid(`${where}: no attribute '${field}'.${tryOneOf(known)}`);
  }

  #knows(field: string, value: string): boolean {
    return this.#names.fields.get(field)?.has(value) === true;
  }

  #valuesOf(item: number): Values {
    if (item < this.#names.count) return this.#names.values(item);
    const lines = this.#engine.addedText(item, AddedText.ATTRIBUTES);
    return byField(lines.split('\n').slice(0, -1).map(splitName));
  }
}

function byField(names: readonly [field: string, value: string][]): Values {
  const values = new Map<string, string[]>();
  for (const [field, value] of names) {
    const known = values.get(field);
    if (!known) values.set(field, [value]);
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
