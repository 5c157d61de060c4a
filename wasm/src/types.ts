/** The types of the public interface. */

/** An event as the page saw it. A bare string is an item without a time. */
export interface SessionEvent {
  /** The item's id, as in the log that the model was trained on. */
  readonly item: string;
  /** When it happened: unix milliseconds (`Date.now()`) or a Date. Leave it out if unknown. */
  readonly time?: number | Date | undefined;
  /** What was done, in the log's words: `'view'`. One that training did not see counts as unknown. */
  readonly action?: string | undefined;
  /** Seconds, or whatever else the log's value column measures; at least 0. */
  readonly duration?: number | undefined;
}

export interface PushResult {
  /** Events taken. */
  readonly accepted: number;
  /** Ids that the model does not know, in the order given; they were skipped. */
  readonly unknown: readonly string[];
  /** Events that the session now holds. */
  readonly events: number;
}

export interface Item {
  readonly id: string;
  /** Missing if the model holds no titles. */
  readonly title?: string;
  /** Values by field: `{ genres: ['Drama', 'Comedy'], year: ['1995'] }`. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /**
   * Four codes, the coarsest first, two hexadecimal digits each: `'07c80309'`. Items that begin alike
   * are alike. Missing if the model has no semantic ids.
   */
  readonly semanticId?: string;
}

/** An item for model.addItems(): `{ id: 'new-1', title: 'Night Train', attributes: { genres: ['Drama'] } }`. */
export interface NewItem {
  readonly id: string;
  readonly title?: string | undefined;
  /** As items of the model have them; fields and values that training did not see say nothing. */
  readonly attributes?:
    | Readonly<Record<string, string | number | readonly (string | number)[]>>
    | undefined;
}

export interface Recommendation {
  /** The item's id. */
  readonly item: string;
  /** Logit, higher is better; comparable within one list. */
  readonly score: number;
  /** With the option `explain`, unless the session is empty. */
  readonly why?: Reason;
}

/**
 * What speaks for an item:
 * `{ item: 'B00123', event: 4, share: 0.6, intent: { family: 'topic', label: 'Drama', effect: 1.2 } }`.
 */
export interface Reason {
  /** The event that speaks most for it: its item, and its place in the session, 0 = the first. */
  readonly item: string;
  readonly event: number;
  /** Its part of everything that speaks for the item, 0 .. 1. */
  readonly share: number;
  /** The family of intents that raises the score most, by `effect`, and its likeliest label. */
  readonly intent?: { readonly family: string; readonly label: string; readonly effect: number };
}

export interface IntentLabel {
  readonly label: string;
  /** That the next event has it; those of a family sum to 1. */
  readonly probability: number;
}

/**
 * What the model takes the visitor to be here for:
 * `{ action: [{ label: 'discover', probability: 0.7 }, ...], topic: [...], weights: { action: 0.4, ... } }`.
 * Labels are sorted, the likeliest first. No families for an empty session.
 */
export type Intent = {
  /** How much each family counts for the list, sum 1. */
  readonly weights: Readonly<Record<string, number>>;
} & {
  readonly [family: string]: readonly IntentLabel[] | Readonly<Record<string, number>>;
};

/** One value, any of several, or an inclusive range of numbers. */
export type Condition =
  | string
  | number
  | readonly (string | number)[]
  | { readonly min?: number | undefined; readonly max?: number | undefined };

/**
 * Conditions on attributes that must all hold:
 * `{ genres: ['Drama', 'Comedy'], year: { min: 1990, max: 1999 }, not: { genres: 'Horror' } }`.
 * Under `not`, an item that meets any of the conditions is left out.
 */
export type AttributeFilter = {
  readonly [field: string]: Condition | { readonly [field: string]: Condition } | undefined;
} & { readonly not?: { readonly [field: string]: Condition } | undefined };

/** Conditions of which any may hold: `{ genres: ['Horror', 'War'], year: { max: 1950 } }`. */
export type AttributeConditions = { readonly [field: string]: Condition | undefined };

export interface FilterOptions {
  /** Ids never to return. */
  readonly exclude?: readonly string[] | undefined;
  /** Only these ids. */
  readonly allow?: readonly string[] | undefined;
  /** Conditions on attributes, or a function that is asked once per item (not in the worker). */
  readonly filter?: AttributeFilter | ((item: Item) => boolean) | undefined;
  /** Items of the session: as the model was trained (default), left out, or kept. */
  readonly seen?: 'default' | 'filter' | 'keep' | undefined;
}

export interface RecommendOptions extends FilterOptions {
  /** Items wanted; 10. Fewer come back when the filters leave fewer. */
  readonly k?: number | undefined;
  /** At most `max` items of the list may share a value of the field. */
  readonly caps?: { readonly field: string; readonly max: number } | undefined;
  /** 0 (by score alone, the default) .. 1 (as different as possible). */
  readonly diversity?: number | undefined;
  /** Adds `why` to each item; costs about as much as the list again. */
  readonly explain?: boolean | undefined;
  /**
   * What ranks: the item table (default), semantic ids `generated` code by code or predicted in
   * `parallel`, or table and generated `fused`, the default with a query. All but the first need a
   * model with "semantic" among its capabilities and take neither caps nor diversity. A generated
   * list holds at most 64 items.
   */
  readonly ranking?: 'table' | 'generated' | 'parallel' | 'fused' | undefined;
  /** Words that items should fit, for all but the item table's lists; see `search`. */
  readonly query?: string | undefined;
}

export interface ContinueOptions extends FilterOptions {
  /** Events to generate; 5. */
  readonly n?: number | undefined;
  /** 0 = always the best, 1 = as the model believes (default), more = bolder. */
  readonly temperature?: number | undefined;
  /** Draw among the likeliest items that together hold this probability; 1. */
  readonly topP?: number | undefined;
  /** The same seed draws the same items; 1. */
  readonly seed?: number | undefined;
}

export interface ImagineOptions {
  /** How the visitor would rate what is imagined; `like`. */
  readonly rating?: 'like' | 'dislike' | 'none' | undefined;
  /** Concepts wanted, 1 to 64; 4. */
  readonly n?: number | undefined;
  /** Of denoising, 1 to 1000; 20. */
  readonly steps?: number | undefined;
  /** 0 = for nobody in particular, 1 = as learnt, to 100 = further; 3. */
  readonly guidance?: number | undefined;
  /** The same seed imagines the same; 1. */
  readonly seed?: number | undefined;
  /** No concept carries an attribute that meets any of these; fewer may come back then. */
  readonly avoid?: AttributeConditions | undefined;
}

/** An item that no catalogue holds. */
export interface Concept {
  /** Invented; empty if the model writes no titles. */
  readonly title: string;
  /** Those more likely than not and each field's likeliest, most likely first. */
  readonly attributes: readonly {
    readonly field: string;
    readonly value: string;
    readonly probability: number;
  }[];
  /** The real items nearest to it, nearest first. */
  readonly nearest: readonly { readonly item: string; readonly cosine: number }[];
  /** 1 - the cosine of the nearest. */
  readonly novelty: number;
}

export interface Progress {
  readonly phase: 'engine' | 'model' | 'ready';
  /** Bytes. */
  readonly loaded: number;
  /** Bytes; undefined while the server does not say. */
  readonly total: number | undefined;
}

export type ModelSource =
  string | URL | Response | ArrayBuffer | Uint8Array | Blob | ReadableStream<Uint8Array>;

export type WasmSource = string | URL | Response | ArrayBuffer | Uint8Array | WebAssembly.Module;

export interface LoadOptions {
  /** Stops the loading in any phase; the promise rejects with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** `sha256-...` (also sha384, sha512) of the model file, as in HTML's integrity attribute. */
  readonly integrity?: string | undefined;
  /**
   * Keeps the model in the browser's Cache API: true, or the cache's name. With `integrity` a kept
   * copy is used without asking the server; without, only when the server cannot be reached. Never
   * an error if it is full.
   */
  readonly cache?: boolean | string | undefined;
  /** Refuses a model that would need more engine memory than this. */
  readonly memoryLimitBytes?: number | undefined;
  /**
   * The engine's WebAssembly file where a bundler cannot place it: one for all, or one per build.
   */
  readonly wasm?:
    | WasmSource
    | { readonly simd128?: WasmSource | undefined; readonly relaxed?: WasmSource | undefined }
    | undefined;
}

export interface ModelInfo {
  /** The version of the engine. */
  readonly version: string;
  /** Which WebAssembly file runs; `custom` if it was given without a name. */
  readonly build: 'simd128' | 'relaxed' | 'custom';
  /** The code path of the kernels. */
  readonly engine: string;
  readonly threads: 1;
  readonly items: number;
  /** Events that a prediction looks back on, per layer. */
  readonly window: number;
  readonly width: number;
  readonly layers: number;
  readonly formatVersion: number;
  readonly modelBytes: number;
  /** The engine's memory after loading, model included. */
  readonly memoryBytes: number;
  /** How the file was made: data hash, config, seed, metrics. */
  readonly provenance: unknown;
}
