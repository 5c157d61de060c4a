/** What the page shows, in one value; views subscribe and redraw the part that is theirs. */
import type { Film } from './catalogue.js';
import type { NewFilm } from './engine.js';
import type { Move } from './shelves.js';

export interface Watched {
  readonly film: Film;
  /** Unix milliseconds. */
  readonly time: number;
  /** The film is not for the visitor. */
  readonly isDisliked?: boolean;
}

export interface Filters {
  /** A film needs one of these; empty = any. */
  readonly genres: readonly string[];
  /** A film must have none of these. */
  readonly without: readonly string[];
  /** Inclusive; null = any year. */
  readonly years: { readonly min: number; readonly max: number } | null;
}

/** Why the shelf is as it is. */
export type Reason =
  | { readonly kind:
      'start' | 'returned' | 'cleared' | 'undone' | 'filtered' | 'surprise' | 'memory' | 'added' | 'asked' }
  | { readonly kind: 'watched' | 'disliked' | 'removed'; readonly film: Film };

/** One family of what the visitor seems to be here for. */
export interface IntentRead {
  readonly family: string;
  /** How much it counts for the list; those of all families sum to 1. */
  readonly weight: number;
  /** Likeliest first. */
  readonly labels: readonly { readonly label: string; readonly probability: number }[];
}

export interface Shelf {
  readonly films: readonly Film[];
  /** What happened to each film since the shelf before, in the order of `films`. */
  readonly moves: readonly Move[];
  /** The watched film that speaks most for each, where one does. */
  readonly because: readonly (Film | undefined)[];
  /** Empty without a model that predicts intents, and for a visitor who watched nothing. */
  readonly intents: readonly IntentRead[];
  /** False if no film fits the words that were asked for, whatever the filters. */
  readonly understood: boolean;
  readonly reason: Reason;
}

export interface State {
  /** Oldest first. */
  readonly watched: readonly Watched[];
  /** Films that the visitor added, in that order. */
  readonly added: readonly NewFilm[];
  readonly filters: Filters;
  /** What the visitor asks for in words; may be empty. */
  readonly asking: string;
  /** 0 = by score alone .. 1. */
  readonly surprise: number;
  /** How many of the last films the shelf looks back on; 0 = all. */
  readonly memory: number;
  readonly shelf: Shelf;
  readonly canUndo: boolean;
  /** Milliseconds of the last answers, newest last. */
  readonly answers: readonly number[];
}

export const NO_FILTERS: Filters = { genres: [], without: [], years: null };

export const INITIAL_STATE: State = {
  watched: [],
  added: [],
  filters: NO_FILTERS,
  asking: '',
  surprise: 0,
  memory: 0,
  shelf: { films: [], moves: [], because: [], intents: [], understood: true,
    reason: { kind: 'start' } },
  canUndo: false,
  answers: [],
};

export type Listener = (state: State, before: State) => void;

export interface Store {
  readonly state: State;
  update(change: Partial<State>): void;
  /** Calls `listener` after every change. */
  subscribe(listener: Listener): void;
}

export function createStore(initial: State = INITIAL_STATE): Store {
  let state = initial;
  const listeners: Listener[] = [];
  return {
    get state() {
      return state;
    },
    update(change) {
      const before = state;
      state = { ...state, ...change };
      for (const listener of listeners) listener(state, before);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
