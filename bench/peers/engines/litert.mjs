// LiteRT.js on the CPU, one thread; browsers only.
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

export async function start({ wasmPaths, model, history }) {
  await loadLiteRt(wasmPaths, { threads: false });
  const compiled = await loadAndCompile(model, { accelerator: 'wasm' });
  const isHidden = history instanceof Float32Array;
  const shape = isHidden ? [1, history.length] : [history.length];
  const input = Tensor.fromTypedArray(isHidden ? history : Int32Array.from(history), shape);
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
