/** What engine.ts is asked with and answers with: numbers and strings, no pointers. */

/** What leaves items out of a list; indices of items and attributes. */
export interface FilterArguments {
  readonly seen: number;
  readonly exclude: readonly number[];
  /** Undefined = all. */
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

export interface IntentNumbers {
  /** Of every label, family by family. */
  readonly probabilities: number[];
  /** Of every family. */
  readonly weights: number[];
}

/** Why an item has its score; of no family the model has: 2^32 - 1. */
export type Reason = [
  event: number,
  eventItem: number,
  eventShare: number,
  family: number,
  familyEffect: number,
];

/** A list of strings in the model's memory, decoded one at a time. */
export interface StringTable {
  readonly count: number;
  at(index: number): string;
}

/** Events, all columns as long. */
export interface EventColumns {
  readonly items: number[];
  /** Unix seconds, 0 = unknown. */
  readonly times: number[];
  /** 1 + place in Table.ACTION_NAMES, 0 = unknown. */
  readonly actions: number[];
  /** NaN = unknown. */
  readonly values: number[];
}
