// The network as a TFL3 file for LiteRT: dense layers and catalogue int8 per output ("dynamic range":
// activations are quantised as they come), the rest float32. flatc makes the file from JSON.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floatsOf } from '../network.mjs';

// Builtin operators: code, version for these types, name of the options.
const OPERATORS = {
  ADD: [0, 1, 'AddOptions'],
  FULLY_CONNECTED: [9, 9, 'FullyConnectedOptions'],
  LOGISTIC: [14, 1],
  MUL: [18, 1, 'MulOptions'],
  RESHAPE: [22, 1, 'ReshapeOptions'],
  SOFTMAX: [25, 1, 'SoftmaxOptions'],
  GATHER: [36, 1, 'GatherOptions'],
  TRANSPOSE: [39, 1, 'TransposeOptions'],
  MEAN: [40, 1, 'ReducerOptions'],
  SUB: [41, 1, 'SubOptions'],
  TOPK_V2: [48, 1, 'TopKV2Options'],
  SLICE: [65, 1],
  RSQRT: [76, 1],
  BATCH_MATMUL: [126, 1, 'BatchMatMulOptions'],
};
// Room for the FlatBuffer: the graph, and a scale and a zero point for each item. Constants stand behind.
const headBytes = (items) => (1 << 18) + 12 * Math.ceil(items / 16) * 16;
const TYPES = new Map([[Float32Array, 'FLOAT32'], [Int32Array, 'INT32'], [Int8Array, 'INT8']]);

export class TfliteGraph {
  #weights;
  #tensors = [];
  #buffers = [{}]; // 0: no data
  #data = [];
  #dataEnd;
  #operators = [];
  #inputs = [];
  #known = new Map();

  constructor(weights) {
    this.#weights = weights;
    this.#dataEnd = headBytes(weights.spec.item_count);
  }

  #tensor(shape, type = 'FLOAT32', buffer = 0, quantization = undefined) {
    this.#tensors.push({ shape, type, buffer, name: `t${this.#tensors.length}`, quantization });
    return this.#tensors.length - 1;
  }

  #constant(data, shape, quantization) {
    this.#buffers.push({ offset: this.#dataEnd, size: data.byteLength });
    this.#data.push([this.#dataEnd, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
    this.#dataEnd += Math.ceil(data.byteLength / 64) * 64;
    return this.#tensor(shape, TYPES.get(data.constructor), this.#buffers.length - 1, quantization);
  }

  #integers = (...values) => this.#constant(Int32Array.from(values), [values.length]);
  #shape = (tensor) => this.#tensors[tensor].shape;

  #operator(name, inputs, shape, options = {}, types = ['FLOAT32']) {
    const outputs = types.map((type) => this.#tensor(shape, type));
    const kind = OPERATORS[name][2];
    this.#operators.push({
      opcode_index: Object.keys(OPERATORS).indexOf(name),
      inputs,
      outputs,
      ...(kind && { builtin_options_type: kind, builtin_options: options }),
    });
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  #once(key, make) {
    if (!this.#known.has(key)) this.#known.set(key, make());
    return this.#known.get(key);
  }

  #quantizedMatrix(name) {
    return this.#once(name, () => {
      const { rows, columns, data, scales } = this.#weights.matrix(name);
      return this.#constant(data, [rows, columns], {
        scale: [...scales],
        zero_point: new Array(rows).fill(0),
        quantized_dimension: 0,
      });
    });
  }

  #vector = (name) =>
    this.#once(name, () => {
      const { data, shape } = this.#weights.vector(name);
      return this.#constant(data, shape);
    });

  #dense(x, matrix, bias) {
    const options = { keep_num_dims: true, asymmetric_quantize_inputs: true };
    const shape = [this.#shape(x)[0], this.#shape(matrix)[0]];
    return this.#operator('FULLY_CONNECTED', [x, matrix, bias], shape, options);
  }

  input() {
    this.#inputs.push(this.#tensor([this.#weights.spec.window], 'INT32'));
    return this.#inputs[0];
  }

  /** A hidden vector instead, [1, D]. */
  hiddenInput() {
    this.#inputs.push(this.#tensor([1, this.#weights.spec.width]));
    return this.#inputs[0];
  }

  /** Rows as floats: GATHER has no scale per row. */
  embed(items) {
    const matrix = this.#weights.matrix('items.table');
    const table = this.#constant(floatsOf(matrix), [matrix.rows, matrix.columns]);
    return this.#operator('GATHER', [table, items], [this.#shape(items)[0], matrix.columns]);
  }

  linear = (x, name) =>
    this.#dense(x, this.#quantizedMatrix(`${name}.weight`), this.#vector(`${name}.bias`));

  layerNorm(x, name) {
    const [rows, columns] = this.#shape(x);
    const axis = this.#integers(1);
    const mean = (from) => this.#operator('MEAN', [from, axis], [rows, 1], { keep_dims: true });
    const centred = this.#operator('SUB', [x, mean(x)], [rows, columns]);
    const variance = mean(this.multiply(centred, centred));
    const shifted = this.addConstant(variance, Float32Array.of(1e-5), [1]);
    const normed = this.multiply(centred, this.#operator('RSQRT', [shifted], [rows, 1]));
    return this.add(
      this.multiply(normed, this.#vector(`${name}.weight`)),
      this.#vector(`${name}.bias`),
    );
  }

  #slice(x, first, size) {
    return this.#operator('SLICE', [x, this.#integers(...first), this.#integers(...size)], size);
  }
  columns = (x, first, count) => this.#slice(x, [0, first], [this.#shape(x)[0], count]);
  lastRow = (x, rows) => this.#slice(x, [rows - 1, 0], [1, this.#shape(x)[1]]);
  #reshape = (x, shape) =>
    this.#operator('RESHAPE', [x, this.#integers(...shape)], shape, { new_shape: shape });
  #swapFirst(x) {
    const [a, b, c] = this.#shape(x);
    return this.#operator('TRANSPOSE', [x, this.#integers(1, 0, 2)], [b, a, c]);
  }
  splitHeads(x, heads) {
    const [rows, width] = this.#shape(x);
    return this.#swapFirst(this.#reshape(x, [rows, heads, width / heads]));
  }
  joinHeads(x) {
    const [heads, rows, width] = this.#shape(x);
    return this.#reshape(this.#swapFirst(x), [rows, heads * width]);
  }
  dots(query, key) {
    const [heads, rows] = this.#shape(query);
    return this.#operator('BATCH_MATMUL', [query, key], [heads, rows, rows], { adj_y: true });
  }
  mix = (probabilities, value) =>
    this.#operator('BATCH_MATMUL', [probabilities, value], this.#shape(value));
  softmax = (x) => this.#operator('SOFTMAX', [x], this.#shape(x), { beta: 1 });
  sigmoid = (x) => this.#operator('LOGISTIC', [x], this.#shape(x));
  scale = (x, factor) =>
    factor === 1 ? x : this.multiply(x, this.#constant(Float32Array.of(factor), [1]));
  multiply = (a, b) => this.#operator('MUL', [a, b], this.#shape(a));
  add = (a, b) => this.#operator('ADD', [a, b], this.#shape(a));
  addConstant = (x, data, shape) => this.add(x, this.#constant(data, shape));
  score = (x) =>
    this.scale(this.#dense(x, this.#quantizedMatrix('items.table'), -1), this.#weights.spec.logit_scale);
  best = (scores, k) =>
    this.#operator('TOPK_V2', [scores, this.#constant(Int32Array.of(k), [])], [1, k], {}, ['FLOAT32', 'INT32']);

  /** The file with these outputs. */
  encode(outputs) {
    const folder = mkdtempSync(join(tmpdir(), 'tsugi-tflite-'));
    try {
      const json = join(folder, 'model.json');
      const codes = Object.values(OPERATORS).map(([code, version]) => ({
        deprecated_builtin_code: Math.min(code, 127),
        builtin_code: code,
        version,
      }));
      const subgraph = { tensors: this.#tensors, inputs: this.#inputs, outputs, operators: this.#operators, name: 'main' };
      const model = { version: 3, operator_codes: codes, subgraphs: [subgraph], buffers: this.#buffers };
      writeFileSync(json, JSON.stringify(model));
      const schema = fileURLToPath(new URL('tflite_schema.fbs', import.meta.url));
      const { status, stdout, stderr } = spawnSync('flatc', ['-b', '-o', folder, schema, json], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`flatc: ${stdout}${stderr}`);
      const file = new Uint8Array(this.#dataEnd);
      const head = readFileSync(join(folder, 'model.bin'));
      if (head.length > headBytes(this.#weights.spec.item_count)) throw new Error(`the graph takes ${head.length} bytes`);
      file.set(head);
      for (const [offset, bytes] of this.#data) file.set(bytes, offset);
      return file;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
