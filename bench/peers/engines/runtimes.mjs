// The engines that read a model file. The caller gives the library, which is another one under Node.

/** tsugi through its npm package, as a page uses it. */
export async function startTsugi({ Recommender, model, wasm, history, k }) {
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

/** ONNX Runtime Web, its WebAssembly provider on one thread. */
export async function startOnnxruntime({ ort, wasmPaths, model, history }) {
  ort.env.wasm.numThreads = 1;
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths;
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const [scores, items] = session.outputNames;
  const feed = inputOf(ort, session.inputNames[0], history);
  return {
    forward: () => session.run(feed),
    items: (answer) => [...answer[items].data].map(Number),
    scores: (answer) => [...answer[scores].data],
  };
}

const inputOf = (ort, name, values) => ({
  [name]:
    values instanceof Float32Array
      ? new ort.Tensor('float32', values, [1, values.length])
      : new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]),
});

/** LiteRT.js on the CPU, one thread; browsers only. */
export async function startLitert({ litert, wasmPaths, model, history }) {
  await litert.loadLiteRt(wasmPaths, { threads: false });
  const compiled = await litert.loadAndCompile(model, { accelerator: 'wasm' });
  const isHidden = history instanceof Float32Array;
  const shape = isHidden ? [1, history.length] : [history.length];
  const input = litert.Tensor.fromTypedArray(isHidden ? history : Int32Array.from(history), shape);
  return {
    async forward() {
      const results = await compiled.run([input]);
      const [scores, items] = results.map((tensor) => tensor.toTypedArray().slice());
      for (const tensor of results) tensor.delete();
      return { scores, items };
    },
    items: (answer) => [...answer.items],
    scores: (answer) => [...answer.scores],
  };
}
