// ONNX Runtime Web, its WebAssembly provider on one thread.
export async function start({ ort, wasmPaths, model, history }) {
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
