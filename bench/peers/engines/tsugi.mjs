// tsugi through its npm package, as a page uses it.
export async function start({ Recommender, model, wasm, history, k }) {
  const recommender = await Recommender.load(model, wasm === undefined ? {} : { wasm });
  const idOf = (index) => String(index); // bench models go by numbers
  const session = recommender.session();
  let pushed = 0;
  const restart = () => {
    session.rollback(pushed);
    pushed = history.length;
    session.push(history.map(idOf));
  };
  const list = (options) => {
    if (pushed === 0) restart();
    return session.recommend(options);
  };
  return {
    build: recommender.info.build,
    /** The whole window anew, and the best k of everything. */
    forward() {
      restart();
      return list({ k, seen: 'keep' });
    },
    /** One more event on a session whose window is full. */
    event(index) {
      if (pushed === 0 || pushed >= 4 * history.length) restart();
      session.push(idOf(index));
      ++pushed;
      return list({ k });
    },
    list,
    items: (answer) => answer.map(({ item }) => Number(item)),
    scores: (answer) => answer.map(({ score }) => score),
  };
}
