// Everything that the page of peers_bench.mjs runs, bundled into one script.
import * as litert from '@litertjs/core';
import * as ort from 'onnxruntime-web/wasm';
import { Recommender } from 'tsugi';
import { startLitert, startOnnxruntime, startTsugi } from './engines/runtimes.mjs';
import { startTfjs } from './engines/tfjs.mjs';
import { weightsOf } from './network.mjs';
import * as scenarios from './scenarios.mjs';

const bytesOf = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());

const STARTS = {
  async tsugi({ build, model, ...rest }) {
    const wasm = build === 'simd' ? await bytesOf('/simd.wasm') : await bytesOf('/relaxed.wasm');
    const bytes = await bytesOf(model);
    return () => startTsugi({ Recommender, model: bytes.buffer, wasm, ...rest });
  },
  async onnxruntime({ model, ...rest }) {
    const bytes = await bytesOf(model);
    return () => startOnnxruntime({ ort, wasmPaths: '/ort/', model: bytes, ...rest });
  },
  async tfjs({ description, model, ...rest }) {
    const weights = weightsOf(await (await fetch(description)).json(), await bytesOf(model));
    return () => startTfjs({ wasmPaths: '/tfjs/', weights, ...rest });
  },
  async litert({ model, ...rest }) {
    const bytes = await bytesOf(model);
    return () => startLitert({ litert, wasmPaths: '/litert/', model: bytes, ...rest });
  },
};

const started = async ({ kind, hidden, ...options }) => {
  const history = hidden ? Float32Array.from(hidden) : options.history;
  return STARTS[kind]({ ...options, history });
};

globalThis.peers = {
  /** engines: { name: options }; scenario: a name in scenarios.mjs. */
  async compare(engines, scenario, argument) {
    const running = {};
    for (const [name, options] of Object.entries(engines)) {
      running[name] = await (await started(options))();
    }
    return scenarios[scenario](running, argument);
  },
  /** Milliseconds from nothing started, all bytes there, to the first list. */
  async firstList(options) {
    const start = await started(options);
    const begin = performance.now();
    await (await start()).forward();
    return performance.now() - begin;
  },
};
