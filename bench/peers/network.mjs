// The network that every engine runs, written once, and its weights: `graph` builds or computes each step in
// its own way. Equations: core/layers/blocks.h. All steps are on [rows, D] or, in attention,
// [H, rows, D / H].

const ARRAYS = { f32: Float32Array, i8: Int8Array };

/**
 * The tensors of a .tsugi file, as JavaScript arrays.
 * @param {object} description what `tsugi inspect --json` prints of the file whose bytes are given
 */
export function weightsOf({ spec, tensors }, bytes) {
  const places = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const array = ({ dtype, offset, bytes: size }) =>
    new ARRAYS[dtype](bytes.slice(offset, offset + size).buffer);
  return {
    spec,
    /** { shape, data } of an f32 tensor. */
    vector(name) {
      const place = places.get(name);
      return { shape: place.shape, data: array(place) };
    },
    /** { rows, columns, data, scales } of an int8 matrix [rows, columns]; value = data * scales[row]. */
    matrix(name) {
      const place = places.get(name);
      const [rows, columns] = place.shape;
      return { rows, columns, data: array(place), scales: array(places.get(`${name}.scales`)) };
    },
  };
}

/** The matrix as floats, [rows, columns]. */
export const floatsOf = ({ columns, data, scales }) =>
  Float32Array.from(data, (value, at) => value * scales[Math.floor(at / columns)]);

/** [rows, columns] as [columns, rows], of the same type. */
export function transpose(data, rows, columns) {
  const turned = new data.constructor(data.length);
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) {
      turned[column * rows + row] = data[row * columns + column];
    }
  }
  return turned;
}

/** What the peers' graphs know how to do; a file without it would need more. */
export function checkSpec({ block, normalize_hidden, time_gap_buckets, intent, weight_dtype }) {
  const isPlain = block === 'gated' && !normalize_hidden && time_gap_buckets === 0;
  if (!isPlain || intent !== undefined || weight_dtype !== 'i8') {
    throw new Error('peers need an int8 file of gated blocks without time gaps or intents');
  }
}

/** [H, T, T]: what is added to the logit of query row q and key row k; far below zero for keys to come. */
export function attentionBias(weights, layer) {
  const { heads, window } = weights.spec;
  const { data } = weights.vector(`encoder.layers.${layer}.relative_bias`);
  const bias = new Float32Array(heads * window * window).fill(-1e9);
  for (let head = 0; head < heads; ++head) {
    for (let query = 0; query < window; ++query) {
      for (let key = 0; key <= query; ++key) {
        bias[(head * window + query) * window + key] = data[head * window + query - key];
      }
    }
  }
  return bias;
}

function attention(graph, weights, layer, normed) {
  const { width, heads, window } = weights.spec;
  const name = `encoder.layers.${layer}`;
  const mixed = graph.linear(normed, `${name}.qkv`);
  const [query, key, value] = [0, 1, 2].map((part) =>
    graph.splitHeads(graph.columns(mixed, part * width, width), heads),
  );
  const logits = graph.scale(graph.dots(query, key), 1 / Math.sqrt(width / heads));
  const biased = graph.addConstant(logits, attentionBias(weights, layer), [heads, window, window]);
  return graph.linear(graph.joinHeads(graph.mix(graph.softmax(biased), value)), `${name}.output`);
}

const gated = (graph, x, branch, gate) =>
  graph.add(x, graph.multiply(graph.sigmoid(graph.linear(x, gate)), branch));

function block(graph, weights, layer, x) {
  const name = `encoder.layers.${layer}`;
  const inner = weights.spec.feed_forward;
  const attended = attention(graph, weights, layer, graph.layerNorm(x, `${name}.norm1`));
  const first = gated(graph, x, attended, `${name}.gate1`);
  const up = graph.linear(graph.layerNorm(first, `${name}.norm2`), `${name}.up`);
  const silu = graph.columns(up, 0, inner);
  const product = graph.multiply(
    graph.multiply(silu, graph.sigmoid(silu)),
    graph.columns(up, inner, inner),
  );
  return gated(graph, first, graph.linear(product, `${name}.down`), `${name}.gate2`);
}

/** T items -> the k best items and their scores, as an exporter writes it: every layer on every row. */
export function recommend(graph, weights, k) {
  const { layers, window, input_scale: inputScale } = weights.spec;
  let x = graph.scale(graph.embed(graph.input()), inputScale);
  for (let layer = 0; layer < layers; ++layer) x = block(graph, weights, layer, x);
  return graph.best(graph.score(graph.lastRow(graph.layerNorm(x, 'encoder.norm'), window)), k);
}
