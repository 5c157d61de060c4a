// tsugi through its npm package, as a page uses it.
export async function start({ Recommender, model, wasm, history, k }) {
  const recommender = await Recommender.load(model, wasm === undefined ? {} : { wasm });
  const ids = recommender.items().map(({ id }) => id);
  const session = recommender.session();
  const list = (options) => session.recommend(options);
  let pushed = 0;
  const restart = () => {
    session.rollback(pushed);
    pushed = history.length;
    session.push(history.map((index) => ids[index]));
  };
  restart();
  return {
    build: recommender.info.build,
    /** The whole window anew, and the best k of everything. */
    forward() {
      restart();
      return list({ k, seen: 'keep' });
    },
    /** One more event on a session that has the window behind it. */
    event(index) {
      if (pushed >= 4 * history.length) restart();
      session.push(ids[index]);
      ++pushed;
      return list({ k });
    },
    list,
    items: (answer) => answer.map(({ item }) => ids.indexOf(item)),
    scores: (answer) => answer.map(({ score }) => score),
  };
}
