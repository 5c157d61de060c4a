/** Gives the numbers of predicted intents their names. */
import { Table, type Engine } from './engine.js';
import { allOf, splitName, type IntentNumbers } from './engine_calls.js';
import type { Intent, IntentLabel } from './types.js';

interface Family {
  readonly name: string;
  readonly labels: string[];
}

export class Intents {
  readonly #families: Family[] = [];

  constructor(engine: Engine) {
    for (const name of allOf(engine.strings(Table.INTENT_LABELS))) {
      const [family, label] = splitName(name);
      if (this.#families.at(-1)?.name !== family) this.#families.push({ name: family, labels: [] });
      this.#families.at(-1)!.labels.push(label);
    }
  }

  /** Returns the most probable label of each family. Does not call `read` without families. */
  firstLabels(read: () => IntentNumbers): { family: string; label: string }[] {
    if (this.#families.length === 0) return [];
    const intent = this.describe(read());
    return this.#families.map(({ name }) => ({
      family: name,
      label: (intent[name] as readonly IntentLabel[] | undefined)?.[0]?.label ?? '',
    }));
  }

  /**
   * Returns the labels of each family, the most probable first, and the weights of the families.
   */
  describe({ probabilities, weights }: IntentNumbers): Intent {
    const named: Record<string, number> = {};
    const intent: Record<string, unknown> = { weights: named };
    let next = 0;
    if (weights.length === 0) return intent as never; // an empty session
    this.#families.forEach(({ name, labels }, family) => {
      intent[name] = labels
        .map((label): IntentLabel => ({ label, probability: probabilities[next++]! }))
        .sort((a, b) => b.probability - a.probability);
      named[name] = weights[family]!;
    });
    return intent as never;
  }
}
