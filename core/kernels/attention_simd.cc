#include "core/kernels/attention.h"
#include "core/kernels/simd_vector.h"

namespace tsugi::TSUGI_ISA {
namespace {

// Attention of one head at a time, in three steps: transpose the keys, so that a vector holds one
// dimension of consecutive keys; compute the logits of up to 4 rows against a tile of keys; mix the
// values. Transposed keys need no sum across the lanes of a vector, which for narrow heads would be
// a large part of the work.
//
// The contract says that a row's bits do not depend on its block. It holds because each logit is
// one chain of MulAdd over d, the softmax starts at the row's own first key, and the values are
// added key by key; keys that only other rows of the group can see have weight 0.

constexpr size_t kQueryRows = 4;
constexpr size_t kTile = 2 * kLanes;  // keys whose logits are computed at a time

constexpr size_t MinOf(size_t a, size_t b) { return a < b ? a : b; }

// One head of one block. Position 0 is the first key that any row of the block can see.
struct Head {
  const float* queries;  // stride `width`
  const float* keys;     // stride 2 * `width`
  const float* values;   // stride 2 * `width`
  const float* bias;     // [window], newest last
  float* output;         // stride `width`
  float* transposed;     // [head_width, stride]
  float* weights;        // [kQueryRows, stride]: logits, then probabilities
  size_t width;
  size_t head_width;
  size_t window;
  size_t stride;
  size_t key_count;
  size_t first_position;  // the position of row 0 of the block

  size_t last_key(size_t row) const { return first_position + row; }
  size_t first_key(size_t row) const {
    return last_key(row) + 1 - MinOf(last_key(row) + 1, window);
  }
};

// Interleaves the lower (upper) two elements of each 128-bit lane of a and b. The instruction sets
// agree on lanes of 128 bits, so one transposition of 4 x 4 elements serves all of them and the
// wider ones only move whole lanes afterwards.
void Interleave(F32 a, F32 b, F32* low, F32* high) {
#if defined(__AVX512F__)
  *low = _mm512_unpacklo_ps(a, b);
  *high = _mm512_unpackhi_ps(a, b);
#elif defined(__AVX2__)
  *low = __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13);
  *high = __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15);
#else
  *low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  *high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#endif
}

// Transposes the 4 x 4 elements that each 128-bit lane of four vectors holds.
void TransposeQuads(F32* v) {
  F32 t0, t1, t2, t3;
  Interleave(v[0], v[2], &t0, &t1);
  Interleave(v[1], v[3], &t2, &t3);
  Interleave(t0, t2, &v[0], &v[1]);
  Interleave(t1, t3, &v[2], &v[3]);
}

#ifdef __AVX512F__
// Transposes 4 x 4 lanes of 128 bits: lane c of vector r becomes lane r of vector c.
void TransposeQuarters(F32* a, F32* b, F32* c, F32* d) {
  const F32 ab_low = _mm512_shuffle_f32x4(*a, *b, 0x44),
            ab_high = _mm512_shuffle_f32x4(*a, *b, 0xee);
  const F32 cd_low = _mm512_shuffle_f32x4(*c, *d, 0x44),
            cd_high = _mm512_shuffle_f32x4(*c, *d, 0xee);
  *a = _mm512_shuffle_f32x4(ab_low, cd_low, 0x88);
  *b = _mm512_shuffle_f32x4(ab_low, cd_low, 0xdd);
  *c = _mm512_shuffle_f32x4(ab_high, cd_high, 0x88);
  *d = _mm512_shuffle_f32x4(ab_high, cd_high, 0xdd);
}
#endif

// Transposes kLanes x kLanes elements.
void TransposeSquare(const float* rows, size_t row_stride, float* columns, size_t column_stride) {
  F32 v[kLanes];
  for (size_t i = 0; i < kLanes; ++i) v[i] = Load(rows + i * row_stride);
  TransposeQuads(v);
#if defined(__AVX512F__)
  for (size_t i = 4; i < kLanes; i += 4) TransposeQuads(v + i);
  for (size_t i = 0; i < 4; ++i) TransposeQuarters(&v[i], &v[i + 4], &v[i + 8], &v[i + 12]);
#elif defined(__AVX2__)
  TransposeQuads(v + 4);
  for (size_t i = 0; i < 4; ++i) {
    const F32 low = v[i], high = v[i + 4];
    v[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11);
    v[i + 4] = __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
  }
#endif
  for (size_t i = 0; i < kLanes; ++i) Store(columns + i * column_stride, v[i]);
}

// Fills head.transposed [head_width, stride]. The squares cover what is a multiple of kLanes both
// ways; the second loop copies the remaining columns of those keys and all columns of the last
// keys. Elements between key_count and the end of the last tile keep whatever the scratch held:
// their logits are computed and never read.
void TransposeKeys(const Head& head) {
  const size_t row_stride = 2 * head.width;
  const size_t whole_keys = head.key_count / kLanes * kLanes;
  const size_t whole_width = head.head_width / kLanes * kLanes;
  for (size_t j = 0; j < whole_keys; j += kLanes) {
    for (size_t d = 0; d < whole_width; d += kLanes) {
      TransposeSquare(head.keys + j * row_stride + d, row_stride,
                      head.transposed + d * head.stride + j, head.stride);
    }
  }
  for (size_t j = 0; j < head.key_count; ++j) {
    for (size_t d = j < whole_keys ? whole_width : 0; d < head.head_width; ++d) {
      head.transposed[d * head.stride + j] = head.keys[j * row_stride + d];
    }
  }
}

// weights[q][j] = query q . key j, for every key from the group's first to its last. A tile starts
// at a multiple of kTile and may end after last_key; AttentionScratchSize has room for that.
template <size_t kRows>
void ComputeDots(const Head& head, const float* queries, size_t first_key, size_t last_key) {
  for (size_t j = first_key / kTile * kTile; j <= last_key; j += kTile) {
    F32 sums[kRows][2] = {};
    for (size_t d = 0; d < head.head_width; ++d) {
      const float* key = head.transposed + d * head.stride + j;
      const F32 key0 = Load(key), key1 = Load(key + kLanes);
      for (size_t q = 0; q < kRows; ++q) {
        const F32 query = Splat(queries[q * head.width + d]);
        sums[q][0] = MulAdd(query, key0, sums[q][0]);
        sums[q][1] = MulAdd(query, key1, sums[q][1]);
      }
    }
    for (size_t q = 0; q < kRows; ++q) {
      Store(head.weights + q * head.stride + j, sums[q][0]);
      Store(head.weights + q * head.stride + j + kLanes, sums[q][1]);
    }
  }
}

// Turns `count` dot products into unnormalised probabilities in place and returns their sum. The
// division by the sum is left to MixValues: one product for each column instead of each key.
float Exponentiate(float* dots, const float* bias, size_t count, float scale) {
  constexpr float kLowest = -3.0e38f;  // below every logit
  F32 highest = Splat(kLowest);
  size_t j = 0;
  for (; j + kLanes <= count; j += kLanes) {
    const F32 logits = MulAdd(Load(dots + j), Splat(scale), Load(bias + j));
    highest = Max(highest, logits);
    Store(dots + j, logits);
  }
  const size_t rest = count - j;
  const F32 last = MulAdd(LoadPart(dots + j, rest), Splat(scale), LoadPart(bias + j, rest));
  StorePart(dots + j, last, rest);
  const float top = Highest(Max(highest, KeepFirst(last, rest, kLowest)));
  F32 sum{};
  for (j = 0; j + kLanes <= count; j += kLanes) {
    const F32 weights = Exp(Load(dots + j) - top);
    Store(dots + j, weights);
    sum += weights;
  }
  const F32 weights = KeepFirst(Exp(LoadPart(dots + j, rest) - top), rest, 0.0f);
  StorePart(dots + j, weights, rest);
  return Sum(sum + weights);
}

// output[q][c] = inverse_sums[q] * sum_j weights[q][j] * value j [c], for the kVectors * kLanes
// columns c from `column` on. Two vectors at a time share the load of each weight.
template <size_t kRows, size_t kVectors>
void MixValues(const Head& head, size_t first_key, size_t last_key, const float* inverse_sums,
               size_t column, float* output) {
  F32 mixed[kRows][kVectors] = {};
  for (size_t j = first_key; j <= last_key; ++j) {
    const float* value = head.values + j * 2 * head.width + column;
    for (size_t v = 0; v < kVectors; ++v) {
      const F32 part = Load(value + v * kLanes);
      for (size_t q = 0; q < kRows; ++q) {
        mixed[q][v] = MulAdd(Splat(head.weights[q * head.stride + j]), part, mixed[q][v]);
      }
    }
  }
  for (size_t q = 0; q < kRows; ++q) {
    for (size_t v = 0; v < kVectors; ++v) {
      Store(output + q * head.width + column + v * kLanes, mixed[q][v] * inverse_sums[q]);
    }
  }
}

// The same for the last columns of a head, fewer than a vector. Loading a whole vector there would
// read the next head's values, and storing one would overwrite its output.
template <size_t kRows>
void MixRest(const Head& head, size_t first_key, size_t last_key, const float* inverse_sums,
             size_t column, float* output) {
  const size_t count = head.head_width - column;
  F32 mixed[kRows] = {};
  for (size_t j = first_key; j <= last_key; ++j) {
    const F32 part = LoadPart(head.values + j * 2 * head.width + column, count);
    for (size_t q = 0; q < kRows; ++q) {
      mixed[q] = MulAdd(Splat(head.weights[q * head.stride + j]), part, mixed[q]);
    }
  }
  for (size_t q = 0; q < kRows; ++q) {
    StorePart(output + q * head.width + column, mixed[q] * inverse_sums[q], count);
  }
}

// Attends with the kRows rows from `row` on, which share the loads of keys and values. Not inlined:
// browsers compile a function when it first runs, and the first event of a session needs only the
// version for one row.
template <size_t kRows>
[[gnu::noinline]] void AttendRows(const Head& head, size_t row, float scale) {
  const size_t first_key = head.first_key(row);
  const size_t last_key = head.last_key(row + kRows - 1);
  ComputeDots<kRows>(head, head.queries + row * head.width, first_key, last_key);
  float inverse_sums[kRows];
  for (size_t q = 0; q < kRows; ++q) {
    float* weights = head.weights + q * head.stride;
    const size_t begin = head.first_key(row + q);
    const size_t end = head.last_key(row + q) + 1;
    const size_t count = end - begin;
    inverse_sums[q] =
        1.0f / Exponentiate(weights + begin, head.bias + head.window - count, count, scale);
    // Keys that other rows of the group see and this one does not.
    for (size_t j = first_key; j < begin; ++j) weights[j] = 0.0f;
    for (size_t j = end; j <= last_key; ++j) weights[j] = 0.0f;
  }
  float* output = head.output + row * head.width;
  size_t d = 0;
  for (; d + kTile <= head.head_width; d += kTile) {
    MixValues<kRows, 2>(head, first_key, last_key, inverse_sums, d, output);
  }
  for (; d + kLanes <= head.head_width; d += kLanes) {
    MixValues<kRows, 1>(head, first_key, last_key, inverse_sums, d, output);
  }
  if (d < head.head_width) MixRest<kRows>(head, first_key, last_key, inverse_sums, d, output);
}

}  // namespace

void Attention(const AttentionShape& shape, const AttentionInput& input, float* scratch,
               float* output) {
  const size_t position = input.key_rows - input.rows;
  // Keys before the first row's window are visible to no row of the block.
  const size_t skipped = position + 1 - MinOf(position + 1, shape.window);
  const size_t head_width = shape.head_width();
  const size_t stride = AttentionScratchSize(shape) / (head_width + kQueryRows);
  const float scale = 1.0f / __builtin_sqrtf(static_cast<float>(head_width));
  for (size_t h = 0; h < shape.heads; ++h) {
    const size_t column = h * head_width;
    const float* keys = input.key_values + skipped * 2 * shape.width + column;
    const Head head = {.queries = input.queries + column,
                       .keys = keys,
                       .values = keys + shape.width,
                       .bias = input.reversed_bias + h * shape.window,
                       .output = output + column,
                       .transposed = scratch,
                       .weights = scratch + head_width * stride,
                       .width = shape.width,
                       .head_width = head_width,
                       .window = shape.window,
                       .stride = stride,
                       .key_count = input.key_rows - skipped,
                       .first_position = position - skipped};
    TransposeKeys(head);
    size_t row = 0;
    for (; row + kQueryRows <= input.rows; row += kQueryRows)
      AttendRows<kQueryRows>(head, row, scale);
    for (; row < input.rows; ++row) AttendRows<1>(head, row, scale);
  }
}

}  // namespace tsugi::TSUGI_ISA
