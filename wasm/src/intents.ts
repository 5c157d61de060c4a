/** Gives the numbers of predicted intents their names. */
import { Table, type Engine } from './engine.js';
import { splitName, type IntentNumbers } from './engine_calls.js';
import type { Intent, IntentLabel } from './types.js';

interface Family {
  readonly name: string;
  readonly labels: string[];
}

export class Intents {
  readonly #families: Family[] = [];

  constructor(engine: Engine) {
    const names = engine.strings(Table.INTENT_LABELS);
    for (let index = 0; index < names.count; ++index) {
      const [family, label] = splitName(names.at(index));
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
      label: (intent[name] as readonly IntentLabel[])[0]!.label,
    }));
  }

  /**
   * Returns the labels of each family, the most probable first, and the weights of the families.
   */
  describe({ probabilities, weights }: IntentNumbers): Intent {
    const intent: Record<string, unknown> = {};
    const named: Record<string, number> = {};
    if (weights.length === 0) return { weights: named } as Intent; // an empty session
    let first = 0;
    this.#families.forEach(({ name, labels }, family) => {
      const list = labels.map(
        (label, place): IntentLabel => ({ label, probability: probabilities[first + place]! }),
      );
      first += labels.length;
      intent[name] = list.sort((a, b) => b.probability - a.probability);
      named[name] = weights[family]!;
    });
    intent['weights'] = named;
    return intent as unknown as Intent;
  }
}
