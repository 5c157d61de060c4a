/** The types of the public interface: every entry exports all that this file exports. */

/** A class of the host, as its own type: projects without the DOM library lack some of them. */
type Global<Name extends string> = typeof globalThis extends {
  readonly [N in Name]: { readonly prototype: infer Instance };
}
  ? Instance
  : never;
type WasmModule = typeof globalThis extends {
  readonly WebAssembly: { readonly Module: { readonly prototype: infer Instance } };
}
  ? Instance
  : never;

/** An event of a visitor. A bare string stands for an event with that item and nothing else. */
export interface SessionEvent {
  /** The id of the item, as in the log that the model was trained on. */
  readonly item: string;
  /**
   * The time of the event: unix milliseconds (`Date.now()`), of the years 1 to 9999, or a Date. Omit
   * it if unknown. Seconds are an error.
   */
  readonly time?: number | Date | undefined;
  /**
   * The kind of action, as in the log, e.g. `'view'`. Actions that are not in the log are unknown.
   */
  readonly action?: string | undefined;
  /** The number in the log's value column, usually seconds; at least 0. */
  readonly duration?: number | undefined;
  /**
   * `'dislike'`: the item is not for this visitor. No list holds it from now on, and items like it
   * fall in every list, until the event is rolled back or another event of the item follows.
   */
  readonly feedback?: 'dislike' | undefined;
}

/** The outcome of Session.push(). */
export interface PushResult {
  /** Number of events appended. */
  readonly accepted: number;
  /** Ids that the model does not know, in their order; these events were skipped. */
  readonly unknown: readonly string[];
  /** Number of events that the session now holds. */
  readonly events: number;
}

/** An item of the catalogue. */
export interface Item {
  readonly id: string;
  /** Missing if the model has no titles. */
  readonly title?: string;
  /** Values by field: `{ genres: ['Drama', 'Comedy'], year: ['1995'] }`. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /**
   * Four codes of two hexadecimal digits each, the coarsest first: `'07c80309'`. Similar items
   * share a prefix. Missing if the model has no semantic ids.
   */
  readonly semanticId?: string;
}

type NewValue = string | number | null | undefined;
type NewValues = NewValue | readonly NewValue[];

/** Numbers of 32 bits; more digits are rounded. */
type Vector = readonly number[] | Float32Array | Float64Array;

/**
 * An item for model.addItems(): `{ id: 'new-1', title: 'Night Train', attributes: { genres:
 * ['Drama'] } }`.
 */
export interface NewItem {
  readonly id: string;
  readonly title?: string | null | undefined;
  /**
   * Attributes by field, as the items of the model have them. The model learns nothing from fields
   * and values that it does not know, but filters do. Null, undefined and '' say nothing.
   */
  readonly attributes?: Readonly<Record<string, NewValues>> | null | undefined;
  /**
   * What other models made of the item, by the names of `model.info.modalities`: `{ image: new
   * Float32Array(512) }`. They have to be the models whose vectors were in training; the scale of a
   * vector does not matter. Null and undefined: the item has no such vector.
   */
  readonly vectors?: Readonly<Record<string, Vector | null | undefined>> | null | undefined;
}

/** One item of a list. */
export interface Recommendation {
  /** The id of the item. */
  readonly item: string;
  /** A logit; higher is better. Scores of different lists cannot be compared. */
  readonly score: number;
  /** Present with the option `explain`, unless the session holds no event but dislikes. */
  readonly why?: Reason;
  /** Present with the option `with`: what item() says of the item. */
  readonly title?: string;
  readonly attributes?: Item['attributes'];
}

/** A row of items on a page. */
export interface Shelf {
  /** In English, e.g. 'More like Heat'; `reason` is there to make another of. */
  readonly title: string;
  readonly reason:
    | { readonly kind: 'for you' | 'popular' | 'new' | 'off the beaten track' }
    | { readonly kind: 'more like'; readonly item: string }
    | { readonly kind: 'attribute'; readonly field: string; readonly value: string };
  readonly items: readonly Recommendation[];
}

/**
 * Why an item is recommended:
 * `{ item: 'B00123', event: 4, share: 0.6, intent: { family: 'topic', label: 'Drama', effect: 1.2 }
 * }`.
 */
export interface Reason {
  /**
   * The item of the event that sets this one apart: that raises its score most above the others' of
   * the list.
   */
  readonly item: string;
  /** The number of that event in the session; 0 = the first. */
  readonly event: number;
  /** Its share of everything that does so, 0 .. 1; 0 if nothing sets the item apart. */
  readonly share: number;
  /** The intent family that raises the score most, by `effect`, and its most probable label. */
  readonly intent?: { readonly family: string; readonly label: string; readonly effect: number };
}

/** A label of an intent family. */
export interface IntentLabel {
  readonly label: string;
  /** The probability that the next event has the label; those of a family sum to 1. */
  readonly probability: number;
}

/**
 * The predicted intents of the visitor:
 * `{ action: [{ label: 'discover', probability: 0.7 }, ...], topic: [...], weights: { action: 0.4,
 * ... } }`. Labels are sorted, the most probable first. An empty session has no families.
 */
export type Intent = {
  readonly [family: string]: readonly IntentLabel[];
} & {
  /** How much each family counts for the ranking; they sum to 1. */
  readonly weights: Readonly<Record<string, number>>;
};

/**
 * One value, any of several, or an inclusive range of numbers. Numbers are compared as numbers, so
 * 1990 also meets '1990.0'; strings are compared letter by letter.
 */
export type Condition =
  | string
  | number
  | readonly (string | number)[]
  | { readonly min?: number | undefined; readonly max?: number | undefined };

/**
 * Conditions on attributes, which must all hold:
 * `{ genres: ['Drama', 'Comedy'], year: { min: 1990, max: 1999 }, not: { genres: 'Horror' } }`.
 * An item that meets any of the conditions under `not` is left out.
 */
export type AttributeFilter = {
  readonly [field: string]: Condition | (AttributeConditions & NoRange) | undefined;
} & { readonly not?: AttributeConditions | undefined };

/** Tells the conditions under `not` from a range that is misspelt. */
type NoRange = {
  readonly [Key in 'min' | 'max' | 'from' | 'to' | 'gt' | 'gte' | 'lt' | 'lte']?: never;
};

/** Conditions of which any may hold: `{ genres: ['Horror', 'War'], year: { max: 1950 } }`. */
export type AttributeConditions = { readonly [field: string]: Condition | undefined };

/** Which items a list may hold. */
export interface FilterOptions {
  /** Ids of items that must not be returned. */
  readonly exclude?: readonly string[] | undefined;
  /** Ids of the only items that may be returned. */
  readonly allow?: readonly string[] | undefined;
  /**
   * Conditions on attributes, or a function that is called once per item (not in the worker). A
   * condition that no item meets leaves nothing; one that looks like a slip of the pen is an error.
   */
  readonly filter?: AttributeFilter | ((item: Item) => boolean) | undefined;
  /** Whether to leave out items of the session: as the model's default, yes, or no; `default`. */
  readonly seen?: 'default' | 'filter' | 'keep' | undefined;
}

/** What all lists have in common. Comments give the default last. */
export interface ListOptions extends FilterOptions {
  /**
   * From -1, towards the long tail, to 1, towards popular items: popularity times ln(1 + training
   * events of the item) is added to each score. Needs "item_counts" among the capabilities; 0.
   */
  readonly popularity?: number | undefined;
  /** What each item of the list brings along; []. */
  readonly with?: readonly ('title' | 'attributes')[] | undefined;
  /** At most `max` items of the list may have the same value of the field. */
  readonly caps?: { readonly field: string; readonly max: number } | undefined;
  /** From 0, ranks by score alone, to 1, as different as possible; 0. */
  readonly diversity?: number | undefined;
}

/** Options of Recommender.similar(). */
export interface SimilarOptions extends Omit<ListOptions, 'seen'> {
  /** Length of the list. It is shorter if the filters leave fewer items; 10. */
  readonly k?: number | undefined;
}

/** Options of Session.shelves(). */
export interface ShelfOptions extends ListOptions {
  /** Most rows, 1 to 100; 6. */
  readonly rows?: number | undefined;
  /** Most items of a row, 1 to 1000; 12. */
  readonly perRow?: number | undefined;
}

/** Options of Session.recommend(). Comments give the default last. */
export interface RecommendOptions extends ListOptions {
  /** Length of the list. It is shorter if the filters leave fewer items; 10. */
  readonly k?: number | undefined;
  /**
   * Adds `why` to each item, which takes about as long as the list itself. 'exact' leaves out each of
   * the last 32 events in turn, and true estimates that; false.
   */
  readonly explain?: boolean | 'exact' | undefined;
  /**
   * How to rank: by the item table, by semantic ids `generated` code by code or predicted in
   * `parallel`, or by the table and generated items `fused`: these three need a model with "semantic"
   * among its capabilities. By `words`: how well items fit the query; needs "search". A generated list
   * holds at most 64 items; `table`, or `words` with a query.
   */
  readonly ranking?: 'table' | 'generated' | 'parallel' | 'fused' | 'words' | undefined;
  /** Words that the items should match. Not for the ranking `table`; see `search`. */
  readonly query?: string | undefined;
}

/** Options of Session.continue(). Comments give the default last. */
export interface ContinueOptions extends FilterOptions {
  /** Number of items to generate; 5. */
  readonly n?: number | undefined;
  /** 0 always takes the best item, 1 draws by the model's probabilities, more is bolder; 1. */
  readonly temperature?: number | undefined;
  /** Draws from the most probable items that together have this probability; 1. */
  readonly topP?: number | undefined;
  /** Equal seeds draw equal items; 1. */
  readonly seed?: number | undefined;
}

/** Options of Session.imagine(). Comments give the default last. */
export interface ImagineOptions {
  /** The rating that the visitor would give the imagined items; `like`. */
  readonly rating?: 'like' | 'dislike' | 'none' | undefined;
  /** Number of concepts, 1 to 64; 4. */
  readonly n?: number | undefined;
  /** Denoising steps, 1 to 1000; 20. */
  readonly steps?: number | undefined;
  /** 0 ignores the session, 1 follows it as in training, up to 100 exaggerates it; 3. */
  readonly guidance?: number | undefined;
  /** Equal seeds imagine equal concepts; 1. */
  readonly seed?: number | undefined;
  /** Concepts with an attribute that meets any of these are left out; fewer than n may be found. */
  readonly avoid?: AttributeConditions | undefined;
}

/** An imagined item, which no catalogue holds. */
export interface Concept {
  /** An invented title; empty if the model writes no titles. */
  readonly title: string;
  /**
   * All attributes with a probability above 1/2 and the most probable one of each field, sorted.
   */
  readonly attributes: readonly {
    readonly field: string;
    readonly value: string;
    readonly probability: number;
  }[];
  /** The nearest real items, nearest first. */
  readonly nearest: readonly { readonly item: string; readonly cosine: number }[];
  /** 1 - cosine of the nearest item. */
  readonly novelty: number;
}

/** The progress of a load. */
export interface Progress {
  readonly phase: 'engine' | 'model' | 'ready';
  /** Bytes received so far. */
  readonly loaded: number;
  /** Bytes of the model file; undefined until its first bytes tell. */
  readonly total: number | undefined;
}

/** Where the bytes of a model come from. */
export type ModelSource =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Global<'URL'>
  | Global<'Response'>
  | Global<'Blob'>
  | Global<'ReadableStream'>;

/** Where the WebAssembly file of the engine comes from. */
export type WasmSource =
  string | ArrayBuffer | ArrayBufferView | Global<'URL'> | Global<'Response'> | WasmModule;

/** Options of Recommender.load(). */
export interface LoadOptions {
  /** Stops the load in any phase; the promise is rejected with code `aborted`. */
  readonly signal?: Global<'AbortSignal'> | null | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * The hash of the model file, `sha256-...`, sha384 or sha512, as in HTML's integrity attribute.
   * Several may be given, one of which must match.
   */
  readonly integrity?: string | undefined;
  /**
   * Keeps the model in the browser's Cache API, under the name given or a default one (true). With
   * `integrity` the kept copy is used without asking the server, from whatever address it came.
   * Without it, a kept copy is used only if the server cannot be reached (no answer, HTTP 502 to
   * 504) or sends something that is no whole model. The four newest models under a name are kept. A
   * full cache is never an error.
   */
  readonly cache?: boolean | string | undefined;
  /** Refuses a model that would need more memory than this for the engine. */
  readonly memoryLimitBytes?: number | undefined;
  /**
   * The WebAssembly file of the engine, if the bundler cannot find it: one file, or one per build.
   */
  readonly wasm?:
    | WasmSource
    | { readonly simd128?: WasmSource | undefined; readonly relaxed?: WasmSource | undefined }
    | undefined;
}

/** Facts about a loaded model. */
export interface ModelInfo {
  /** The version of the engine. */
  readonly version: string;
  /** The WebAssembly file in use; `custom` if the option `wasm` named a single file. */
  readonly build: 'simd128' | 'relaxed' | 'custom';
  /** The code path of the kernels. */
  readonly engine: string;
  readonly threads: 1;
  /** Number of items of the model. */
  readonly items: number;
  /** Number of events that each layer looks back on. */
  readonly window: number;
  readonly width: number;
  readonly layers: number;
  /** The vectors that an added item may bring: their names, and how many numbers each has. */
  readonly modalities: readonly { readonly name: string; readonly width: number }[];
  readonly formatVersion: number;
  readonly modelBytes: number;
  /** The memory of the engine after loading, with the model. */
  readonly memoryBytes: number;
  /** How the model was made: data hash, configuration, seed, metrics. */
  readonly provenance: unknown;
}
