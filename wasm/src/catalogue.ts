/**
 * The names of a model: ids, titles and attributes of items, actions and intents. Reads them from
 * the engine on request.
 */
import { Table, type Engine } from './engine.js';
import { allOf, splitName, type StringTable } from './engine_calls.js';
import { Intents } from './intents.js';
import { checkInteger, checkString, isWellFormed, tryOneOf } from './options.js';
import { invalid } from './errors.js';
import type { Item, ModelInfo } from './types.js';

/** The most ids and items that each cache holds, and the longest id: a few megabytes. */
const REMEMBERED = 1 << 16;
const REMEMBERED_LENGTH = 256;

/** The index of a value that only added items have. */
export const UNKNOWN = -1;

/** An added item and its attributes: fields with their values. */
export interface AddedItem {
  readonly item: number;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** What one session, or a caller of the model, sees: the model's items and some that were added. */
export class Catalogue {
  /** Items of the model's file. */
  readonly count: number;
  readonly modalities: ModelInfo['modalities'];
  readonly intents: Intents;
  readonly ids: StringTable;
  readonly actions = new Map<string | undefined, number>();
  /** The attributes of the model: fields, their values, the index of each. */
  readonly fields = new Map<string, Map<string, number>>();
  /**
   * Caches, because reading ten ids from the engine can take longer than ranking a small catalogue.
   */
  readonly knownIds = new Map<number, string>();
  readonly shownItems = new Map<number, Item>();
  /** The session that sees; 0 = items for everybody alone. */
  readonly viewer: number = 0;
  seenAdded: readonly AddedItem[] = [];
  /** Engine.itemChanges when seenAdded was read. */
  readAt = -1;

  constructor(
    readonly engine: Engine,
    { items, modalities }: Pick<ModelInfo, 'items' | 'modalities'>,
  ) {
    this.count = items;
    this.modalities = modalities;
    this.intents = new Intents(engine);
    this.ids = engine.strings(Table.ITEM_IDS);
    const actions = allOf(engine.strings(Table.ACTION_NAMES));
    actions.forEach((name, index) => this.actions.set(name, index + 1));
    allOf(engine.strings(Table.ATTRIBUTE_NAMES)).forEach((name, index) => {
      const [field, value] = splitName(name);
      const values = this.fields.get(field) ?? new Map<string, number>();
      this.fields.set(field, values.set(value, index));
    });
  }

  /** What a session sees. It shares all that the file says. */
  seenBy(viewer: number): Catalogue {
    return Object.assign(Object.create(this) as Catalogue, { viewer, readAt: -1 });
  }

  /** Every item_index is below it. */
  get end(): number {
    return this.engine.itemCount();
  }

  /** Returns the item_index of every item that is seen. */
  indices(): number[] {
    return [...Array(this.count).keys(), ...this.added().map(({ item }) => item)];
  }

  /** Returns the item_index of an id, -1 if it is not seen. */
  find(id: string): number {
    return isWellFormed(id) ? this.engine.findItem(this.viewer, id) : -1;
  }

  isAdded(item: number): boolean {
    return item >= this.count;
  }

  /** Returns 1 + the index of an action, 0 if the model does not know the action. */
  action(name: string | undefined): number {
    return this.actions.get(name) ?? 0;
  }

  /** Returns the name of an action, undefined if it is unknown. */
  actionName(action: number): string | undefined {
    return [...this.actions].find(([, number]) => number === action)?.[0];
  }

  /** Returns the field and the value of an attribute. */
  attributeName(index: number): readonly [field: string, value: string] {
    return splitName(this.engine.strings(Table.ATTRIBUTE_NAMES).at(index));
  }

  /** Returns the item_index of every id that is seen. */
  findAll(ids: readonly string[]): number[] {
    return ids.map((id) => this.find(id)).filter((item) => item >= 0);
  }

  /** Returns the id of an item; in a model without ids, its number. */
  id(item: number): string {
    const known = this.knownIds.get(item);
    if (known !== undefined) return known;
    if (this.isAdded(item)) return this.item(item).id;
    const id = this.ids.count > 0 ? this.ids.at(item) : String(item);
    remember(this.knownIds, item, id, id);
    return id;
  }

  item(index: number): Item {
    return JSON.parse(this.engine.item(index)) as Item;
  }

  /** Returns an item that stays as it is, which a filter of the page may see in every call. */
  shownItem(index: number): Item {
    const known = this.shownItems.get(index);
    if (known) return known;
    const frozen = (_: string, value: unknown): unknown => Object.freeze(value);
    const item = JSON.parse(this.engine.item(index), frozen) as Item;
    // The place of an added item may serve another one later.
    if (index < this.count) remember(this.shownItems, index, item, item.id);
    return item;
  }

  /** Returns `count` items from place `start` on, fewer at the end of the catalogue. */
  items(start = 0, count?: number): Item[] {
    const first = checkInteger('start', start, 0);
    const length = count === undefined ? Infinity : checkInteger('count', count, 0);
    return this.indices()
      .slice(first, first + length)
      .map((index) => this.item(index));
  }

  /** Returns the attributes of an item that the model knows, by index. */
  knownAttributes(item: number): readonly number[] {
    return [...this.valuesOf(item)].flatMap(([field, values]) =>
      values.flatMap((value) => this.fields.get(field)?.get(value) ?? []),
    );
  }

  /** Whether there is an item at a place, and it is seen. */
  sees(item: number): boolean {
    if (!this.isAdded(item)) return true;
    const id = this.id(item);
    // The place of an item that is gone has no id; that of a stranger's item is not found.
    return id !== '' && this.find(id) === item;
  }

  /** Returns the added items that are seen. */
  added(): readonly AddedItem[] {
    if (this.readAt === this.engine.itemChanges) return this.seenAdded;
    const added: AddedItem[] = [];
    for (let item = this.count; item < this.end; ++item) {
      if (this.sees(item)) added.push({ item, values: this.valuesOf(item) });
    }
    this.readAt = this.engine.itemChanges;
    return (this.seenAdded = added);
  }

  /** Returns the added items whose attributes the engine does not know completely. */
  strangers(): readonly AddedItem[] {
    return this.added().filter(({ values }) =>
      [...values].some(([field, own]) => own.some((value) => !this.fields.get(field)?.has(value))),
    );
  }

  /**
   * Returns the values of a field and the index of each; UNKNOWN if the model does not have it.
   * @throws {TsugiError} invalid_argument: no item has the field
   */
  valuesOfField(where: string, field: string): ReadonlyMap<string, number> {
    const own = this.fields.get(checkString(where, field, 'the name of an attribute'));
    const strangers = this.strangers();
    const values = new Map(own);
    for (const stranger of strangers) {
      for (const value of stranger.values.get(field) ?? []) {
        if (!values.has(value)) values.set(value, UNKNOWN);
      }
    }
    if (values.size > 0) return values;
    const added = strangers.flatMap((stranger) => [...stranger.values.keys()]);
    const known = [...new Set([...this.fields.keys(), ...added])];
    throw invalid(`${where}: no attribute '${field}'.${tryOneOf(known)}`);
  }

  /** Returns the attributes of an item: fields with their values. */
  valuesOf(item: number): AddedItem['values'] {
    return new Map(Object.entries(this.item(item).attributes));
  }
}

/** Caches a value, unless its id is very long. A full cache starts afresh. */
function remember<K, V>(known: Map<K, V>, key: K, value: V, id: string): void {
  if (id.length > REMEMBERED_LENGTH) return;
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, value);
}
