// TensorFlow.js on its WebAssembly backend, one thread.
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { checkSpec, recommend } from '../network.mjs';
import { TfjsGraph } from './tfjs_graph.mjs';

export async function start({ wasmPaths, weights, history, k }) {
  checkSpec(weights.spec);
  setThreadsCount(1);
  setWasmPaths(wasmPaths);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs: no WebAssembly backend');
  const graph = new TfjsGraph(weights);
  const isHidden = history instanceof Float32Array;
  const compute = () => {
    const { values, indices } = isHidden
      ? graph.best(graph.score(tf.tensor2d(history, [1, history.length])), k)
      : recommend(graph, weights, k);
    return { scores: values.dataSync(), items: indices.dataSync() };
  };
  return {
    forward() {
      graph.begin(history);
      return tf.tidy(compute);
    },
    items: (answer) => [...answer.items],
    scores: (answer) => [...answer.scores],
  };
}
