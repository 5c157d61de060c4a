// Starts engines under Node, in a process of its own: node node_side.mjs, one JSON request on standard input.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { packageFile, packageFolder } from './files.mjs';
import { weightsOf } from './network.mjs';
import * as scenarios from './scenarios.mjs';

const STARTS = {
  async tsugi({ build, wasm, model, ...rest }) {
    const { startTsugi } = await import('./engines/runtimes.mjs');
    const { Recommender } = await import(pathToFileURL(join(packageFolder, 'dist/node.js')));
    return startTsugi({ Recommender, model, wasm, ...rest });
  },
  async onnxruntime({ model, ...rest }) {
    const { startOnnxruntime } = await import('./engines/runtimes.mjs');
    const ort = await import('onnxruntime-web/wasm');
    return startOnnxruntime({ ort, model, ...rest });
  },
  async tfjs({ weights, ...rest }) {
    const { startTfjs } = await import('./engines/tfjs.mjs');
    const wasmPaths = `${packageFile('@tensorflow/tfjs-backend-wasm', 'dist')}/`;
    return startTfjs({ wasmPaths, weights, ...rest });
  },
};

/** Reads every byte that an engine is given; the rest is the start that is timed. */
function prepare({ kind, hidden, wasm, description, model, ...options }) {
  const bytes = Uint8Array.from(readFileSync(model));
  const history = hidden ? Float32Array.from(hidden) : options.history;
  const weights = kind === 'tfjs' ? weightsOf(description, bytes) : undefined;
  const engineWasm = wasm && Uint8Array.from(readFileSync(wasm));
  return { kind, ...options, history, model: bytes, wasm: engineWasm, weights };
}

async function compare({ engines, scenario, argument }) {
  const running = {};
  for (const [name, options] of Object.entries(engines)) {
    const prepared = prepare(options);
    running[name] = await STARTS[prepared.kind](prepared);
  }
  return scenarios[scenario](running, argument);
}

async function firstList({ options }) {
  const prepared = prepare(options);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const begin = performance.now();
  await (await STARTS[prepared.kind](prepared)).forward();
  const milliseconds = performance.now() - begin;
  return { milliseconds, bytes: process.memoryUsage().rss - before };
}

const request = JSON.parse(readFileSync(0, 'utf8'));
const answer = await (request.verb === 'compare' ? compare(request) : firstList(request));
process.stdout.write(JSON.stringify(answer), () => process.exit(0)); // engines may keep Node alive
