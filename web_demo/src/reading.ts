/** One sentence about what the visitor seems to be here for, from the intents that the model predicts. */
import type { IntentRead } from './store.js';

/** A second topic is named if it is nearly as likely as the first. */
const NEARLY = 0.6;

const ACTIONS = new Map([
  ['continue', 'more of the same kind'],
  ['return', 'a kind you watched before'],
  ['discover', 'a kind you have not watched yet'],
]);

/** "You seem to be in the mood for Drama or Comedy, and for a kind you watched before."; '' = nothing to say */
export function intentSentence(intents: readonly IntentRead[]): string {
  const labelsOf = (name: string) => intents.find(({ family }) => family === name)?.labels ?? [];
  const topics = labelsOf('topic');
  const named = topics.slice(0, 2).filter(({ probability }) => probability >= NEARLY * topics[0]!.probability)
    .map(({ label }) => label);
  const action = ACTIONS.get(labelsOf('action')[0]?.label ?? '');
  const wishes = [
    ...(named.length > 0 ? [`in the mood for ${named.join(' or ')}`] : []),
    ...(action !== undefined ? [named.length > 0 ? `for ${action}` : `here for ${action}`] : []),
  ];
  return wishes.length === 0 ? '' : `You seem to be ${wishes.join(', and ')}.`;
}
