// TensorFlow.js on its WebAssembly backend, one thread: the network in its operations.
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { checkSpec, floatsOf, recommend } from '../network.mjs';

/** Float32, which is what the WebAssembly backend has; steps are computed as they are called. */
class TfjsGraph {
  #weights;
  #constants = new Map();
  #steps = 0;

  constructor(weights) {
    this.#weights = weights;
  }

  #kept(key, make) {
    if (!this.#constants.has(key)) this.#constants.set(key, tf.keep(make()));
    return this.#constants.get(key);
  }

  #matrix = (name) =>
    this.#kept(name, () => {
      const matrix = this.#weights.matrix(name);
      return tf.tensor2d(floatsOf(matrix), [matrix.rows, matrix.columns]);
    });
  #vector = (name) => this.#kept(name, () => tf.tensor(this.#weights.vector(name).data));

  /** Starts a run; constants are found again by the order of the steps. */
  begin(values) {
    this.#steps = 0;
    this.values = values;
  }

  input = () => tf.tensor1d(this.values, 'int32');
  embed = (items) => tf.gather(this.#matrix('items.table'), items);
  linear = (x, name) =>
    tf.add(tf.matMul(x, this.#matrix(`${name}.weight`), false, true), this.#vector(`${name}.bias`));

  layerNorm(x, name) {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const normed = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
    return tf.add(tf.mul(normed, this.#vector(`${name}.weight`)), this.#vector(`${name}.bias`));
  }

  columns = (x, first, count) => tf.slice(x, [0, first], [-1, count]);
  lastRow = (x, rows) => tf.slice(x, [rows - 1, 0], [1, -1]);
  splitHeads = (x, heads) =>
    tf.transpose(tf.reshape(x, [x.shape[0], heads, x.shape[1] / heads]), [1, 0, 2]);
  joinHeads = (x) => tf.reshape(tf.transpose(x, [1, 0, 2]), [x.shape[1], -1]);
  dots = (query, key) => tf.matMul(query, key, false, true);
  mix = (probabilities, value) => tf.matMul(probabilities, value);
  softmax = (x) => tf.softmax(x);
  sigmoid = (x) => tf.sigmoid(x);
  scale = (x, factor) => (factor === 1 ? x : tf.mul(x, factor));
  multiply = (a, b) => tf.mul(a, b);
  add = (a, b) => tf.add(a, b);
  addConstant(x, data, shape) {
    const constant = this.#kept(`constant ${this.#steps++}`, () => tf.tensor(data, shape));
    return tf.add(x, constant);
  }
  score = (x) =>
    this.scale(tf.matMul(x, this.#matrix('items.table'), false, true), this.#weights.spec.logit_scale);
  best = (scores, k) => tf.topk(scores, k);
}

export async function startTfjs({ wasmPaths, weights, history, k }) {
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
