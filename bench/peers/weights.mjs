// The tensors of a .tsugi file, as JavaScript arrays.
const ARRAYS = { f32: Float32Array, i8: Int8Array };

/** @param {object} description what `tsugi inspect --json` prints of the file whose bytes are given */
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
