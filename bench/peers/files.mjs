// The files that the engines load: models made once by bench/make_model, and the peers' forms of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OnnxGraph } from './engines/onnx_model.mjs';
import { TfliteGraph } from './engines/tflite_model.mjs';
import { checkSpec, recommend, weightsOf } from './network.mjs';

export const build = process.env.TSUGI_BUILD_DIR ?? join(import.meta.dirname, '../../build');
export const packageFolder = join(build, 'package');
const resolve = createRequire(import.meta.url).resolve;
/** A file of an installed package. */
export const packageFile = (name, path) => {
  const main = resolve(name);
  return join(main.slice(0, main.lastIndexOf(name) + name.length), path);
};

function run(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}; build it with: ./dev build`);
  return stdout;
}

/** Makes `file` by `make(temporary path)` unless it is there. */
function once(file, make) {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    make(`${file}.new`);
    renameSync(`${file}.new`, file);
  }
  return file;
}

/** d 64, 2 layers, F 256, T 50, int8; with what `tsugi inspect` says of it. `codes`: with item codes. */
export function tsugiModel(folder, items, codes = false) {
  const file = once(join(folder, `${items}${codes ? '_codes' : ''}.tsugi`), (path) =>
    run(join(build, 'release/bench/make_model'), [path, '--items', `${items}`, ...(codes ? ['--codes'] : [])]),
  );
  const description = JSON.parse(run(join(build, 'release/tsugi'), ['inspect', file, '--json']));
  checkSpec(description.spec);
  return { file, description, weights: () => weightsOf(description, new Uint8Array(readFileSync(file))) };
}

const GRAPHS = { onnx: OnnxGraph, tflite: TfliteGraph };

/** The same network for a peer: `kind` onnx or tflite. */
export const peerModel = (folder, kind, items, k) =>
  once(join(folder, `${items}_top${k}.${kind}`), (path) => {
    const weights = tsugiModel(folder, items).weights();
    const graph = new GRAPHS[kind](weights);
    writeFileSync(path, graph.encode(recommend(graph, weights, k), k));
  });

/** Only the catalogue: a hidden vector in, the best k out. */
export const peerScan = (folder, kind, items, k) =>
  once(join(folder, `${items}_scan${k}.${kind}`), (path) => {
    const graph = new GRAPHS[kind](tsugiModel(folder, items).weights());
    writeFileSync(path, graph.encode(graph.best(graph.score(graph.hiddenInput()), k), k));
  });
