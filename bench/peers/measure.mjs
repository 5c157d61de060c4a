// Timing that Node and the page share.
const now = () => performance.now();

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Milliseconds per call of each named work, all in turn so that a busy moment meets all alike.
 * Calls are timed in groups of about `groupMs`, because a page's clock is coarse.
 * @param {Record<string, () => unknown>} works may return promises
 */
export async function alternate(works, { rounds = 25, groupMs = 10, settleMs = 15000 } = {}) {
  const times = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
  // Engines of megabytes are still being optimised in the background for seconds after they started.
  for (const settled = now() + settleMs; now() < settled; ) {
    for (const work of Object.values(works)) await work();
  }
  for (let round = 0; round < rounds; ++round) {
    for (const [name, work] of Object.entries(works)) {
      let calls = 0;
      const start = now();
      do {
        await work();
        ++calls;
      } while (now() - start < groupMs);
      times[name].push((now() - start) / calls);
    }
  }
  return times;
}

/** The same list, and scores that agree? Of the first `k`, those in both; the largest difference of scores. */
export function agreement(ours, theirs) {
  const shared = theirs.items.filter((item) => ours.items.includes(item)).length / ours.items.length;
  const largest = Math.max(...ours.scores.map(Math.abs));
  const difference = Math.max(
    ...theirs.items.map((item, at) => {
      const place = ours.items.indexOf(item);
      return place < 0 ? 0 : Math.abs(theirs.scores[at] - ours.scores[place]);
    }),
  );
  return { shared, difference: difference / largest };
}
