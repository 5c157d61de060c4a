// The network as an ONNX file, opset 17: weights int8 per output, activations quantised dynamically,
// in the form that ONNX Runtime's own quantiser writes and its optimiser knows.
import protobuf from 'protobufjs';
import { transpose } from '../network.mjs';

const field = (id, type, rule) => ({ id, type, ...(rule ? { rule } : {}) });
const many = (id, type) => field(id, type, 'repeated');
const { ModelProto } = protobuf.Root.fromJSON({
  nested: {
    ModelProto: { fields: { irVersion: field(1, 'int64'), producerName: field(2, 'string'), graph: field(7, 'GraphProto'), opsetImport: many(8, 'OperatorSetIdProto') } },
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    GraphProto: { fields: { node: many(1, 'NodeProto'), name: field(2, 'string'), initializer: many(5, 'TensorProto'), input: many(11, 'ValueInfoProto'), output: many(12, 'ValueInfoProto') } },
    NodeProto: { fields: { input: many(1, 'string'), output: many(2, 'string'), opType: field(4, 'string'), attribute: many(5, 'AttributeProto') } },
    AttributeProto: { fields: { name: field(1, 'string'), f: field(2, 'float'), i: field(3, 'int64'), ints: { ...many(8, 'int64'), options: { packed: false } }, type: field(20, 'int32') } },
    TensorProto: { fields: { dims: { ...many(1, 'int64'), options: { packed: false } }, dataType: field(2, 'int32'), name: field(8, 'string'), rawData: field(9, 'bytes') } },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TypeTensor') } },
    TypeTensor: { fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') } },
    TensorShapeProto: { fields: { dim: many(1, 'Dimension') } },
    Dimension: { fields: { dimValue: field(1, 'int64') } },
  },
}).nested;
const FLOAT = 1, INT8 = 3, INT64 = 7;
const TYPES = new Map([[Float32Array, FLOAT], [Int8Array, INT8], [BigInt64Array, INT64]]);

const attribute = (name, value) => {
  if (Array.isArray(value)) return { name, ints: value, type: 7 };
  return Number.isInteger(value) ? { name, i: value, type: 2 } : { name, f: value, type: 1 };
};
const valueInfo = (name, elemType, shape) =>
  ({ name, type: { tensorType: { elemType, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } } });

export class OnnxGraph {
  #nodes = [];
  #initializers = [];
  #inputs = [];
  #quantized = new Map();
  #weights;

  constructor(weights) {
    this.#weights = weights;
  }

  #node(opType, input, attributes = {}, outputs = 1) {
    const output = Array.from({ length: outputs }, (_, i) => `v${this.#nodes.length}_${i}`);
    const list = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    this.#nodes.push({ opType, input, output, attribute: list });
    return outputs === 1 ? output[0] : output;
  }

  #constant(data, dims) {
    const name = `c${this.#initializers.length}`;
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims, dataType: TYPES.get(data.constructor), rawData });
    return name;
  }

  #scalar = (value) => this.#constant(Float32Array.of(value), []);
  #integers = (...values) => this.#constant(BigInt64Array.from(values, BigInt), [values.length]);

  /** x [rows, in] times an int8 matrix given as [in, out], scale per output. */
  #product(x, columns, scales) {
    if (!this.#quantized.has(x)) this.#quantized.set(x, this.#node('DynamicQuantizeLinear', [x], {}, 3));
    const [quantized, scale, zeroPoint] = this.#quantized.get(x);
    const sums = this.#node('Cast', [this.#node('MatMulInteger', [quantized, columns, zeroPoint])], { to: FLOAT });
    return this.#node('Mul', [sums, this.#node('Mul', [scale, scales])]);
  }

  input() {
    this.#inputs.push(valueInfo('items', INT64, [this.#weights.spec.window]));
    return 'items';
  }

  /** A hidden vector instead, [1, D]. */
  hiddenInput() {
    this.#inputs.push(valueInfo('hidden', FLOAT, [1, this.#weights.spec.width]));
    return 'hidden';
  }

  #table() {
    if (this.table === undefined) {
      const { rows, columns, data, scales } = this.#weights.matrix('items.table');
      this.table = { columns: this.#constant(transpose(data, rows, columns), [columns, rows]), scales: this.#constant(scales, [rows]) };
    }
    return this.table;
  }

  embed(items) {
    const { columns, scales } = this.#table();
    const rows = this.#node('Transpose', [this.#node('Gather', [columns, items], { axis: 1 })], { perm: [1, 0] });
    const ofRow = this.#node('Unsqueeze', [this.#node('Gather', [scales, items]), this.#integers(1)]);
    return this.#node('Mul', [this.#node('Cast', [rows], { to: FLOAT }), ofRow]);
  }

  linear(x, name) {
    const { rows, columns, data, scales } = this.#weights.matrix(`${name}.weight`);
    const product = this.#product(x, this.#constant(transpose(data, rows, columns), [columns, rows]), this.#constant(scales, [rows]));
    return this.#node('Add', [product, this.#constant(this.#weights.vector(`${name}.bias`).data, [rows])]);
  }

  layerNorm(x, name) {
    const [weight, bias] = ['weight', 'bias'].map((part) => {
      const { data, shape } = this.#weights.vector(`${name}.${part}`);
      return this.#constant(data, shape);
    });
    return this.#node('LayerNormalization', [x, weight, bias], { epsilon: 1e-5 });
  }

  columns = (x, first, count) =>
    this.#node('Slice', [x, this.#integers(first), this.#integers(first + count), this.#integers(1)]);
  lastRow = (x, rows) => this.#node('Slice', [x, this.#integers(rows - 1), this.#integers(rows), this.#integers(0)]);
  splitHeads = (x, heads) =>
    this.#node('Transpose', [this.#node('Reshape', [x, this.#integers(this.#weights.spec.window, heads, -1)])], { perm: [1, 0, 2] });
  joinHeads = (x) =>
    this.#node('Reshape', [this.#node('Transpose', [x], { perm: [1, 0, 2] }), this.#integers(this.#weights.spec.window, -1)]);
  dots = (query, key) => this.#node('MatMul', [query, this.#node('Transpose', [key], { perm: [0, 2, 1] })]);
  mix = (probabilities, value) => this.#node('MatMul', [probabilities, value]);
  softmax = (x) => this.#node('Softmax', [x], { axis: -1 });
  sigmoid = (x) => this.#node('Sigmoid', [x]);
  scale = (x, factor) => (factor === 1 ? x : this.#node('Mul', [x, this.#scalar(factor)]));
  multiply = (a, b) => this.#node('Mul', [a, b]);
  add = (a, b) => this.#node('Add', [a, b]);
  addConstant = (x, data, shape) => this.#node('Add', [x, this.#constant(data, shape)]);
  score = (x) => this.scale(this.#product(x, this.#table().columns, this.#table().scales), this.#weights.spec.logit_scale);
  best = (scores, k) => this.#node('TopK', [scores, this.#integers(k)], {}, 2);

  /** The file with these outputs, [1, k] scores and items. */
  encode([scores, items], k) {
    const graph = {
      name: 'tsugi',
      node: this.#nodes,
      initializer: this.#initializers,
      input: this.#inputs,
      output: [valueInfo(scores, FLOAT, [1, k]), valueInfo(items, INT64, [1, k])],
    };
    return ModelProto.encode({ irVersion: 8, producerName: 'tsugi', graph, opsetImport: [{ domain: '', version: 17 }] }).finish();
  }
}
