/** The arguments and results of engine.ts: numbers and strings, no pointers. */
import type { Call } from './heap.js';

/** 'push' for tsugi_session_push, 'describe' for tsugi_recommender_describe. */
export type Verb = Call extends infer Name
  ? Name extends `tsugi_${'session' | 'recommender'}_${infer Own}`
    ? Own
    : never
  : never;

/** Of a session, or of the model (0). */
export type VerbCall = [session: number, name: Verb, ...args: number[]];

/** Which items a list may hold, as indices of items and attributes. */
export interface FilterArguments {
  readonly seen: number;
  readonly exclude: readonly number[];
  /** Undefined: all items. */
  readonly allow: readonly number[] | undefined;
  /** Clauses as in tsugi.h. */
  readonly predicate: readonly number[];
}

export interface RecommendArguments {
  readonly filter: FilterArguments;
  readonly k: number;
  readonly capAttributes: readonly number[];
  readonly cap: number;
  readonly diversity: number;
  readonly popularity: number;
  /** As in tsugi.h. */
  readonly ranking: number;
  readonly query: string;
}

export interface ContinueArguments {
  readonly n: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

export interface ImagineArguments {
  readonly n: number;
  /** As in tsugi.h. */
  readonly rating: number;
  readonly steps: number;
  readonly guidance: number;
  readonly seed: number;
  /** Indices of attributes. */
  readonly avoid: readonly number[];
}

export interface RankedItems {
  readonly items: number[];
  readonly scores: number[];
}

/** tsugi_shelf; subject is 2^32 - 1 where there is none. */
export interface ShelfNumbers extends RankedItems {
  readonly kind: number;
  readonly subject: number;
}

export interface IntentNumbers {
  /** One per label, one family after the other. */
  readonly probabilities: number[];
  /** One per family. */
  readonly weights: number[];
}

/** tsugi_reason of an item. event and family are 2^32 - 1 if there is none. */
export type Reason = [
  event: number,
  eventItem: number,
  eventShare: number,
  family: number,
  familyEffect: number,
];

/** A list of strings in the engine's memory. Each string is decoded when it is read. */
export interface StringTable {
  readonly count: number;
  at(index: number): string;
}

/**
 * An event. seconds: unix time, 0 = unknown. action: 1 + index in Table.ACTION_NAMES, 0 = unknown,
 * or DISLIKE. value: NaN = unknown.
 */
export type EventNumbers = readonly [item: number, seconds: number, action: number, value: number];

/** "genres=Drama" -> ["genres", "Drama"]. */
export function splitName(name: string): [string, string] {
  const equals = name.indexOf('=');
  return [name.slice(0, equals), name.slice(equals + 1)];
}

/** The strings of a table. */
export const allOf = ({ count, at }: StringTable): string[] =>
  Array.from({ length: count }, (_, index) => at(index));
