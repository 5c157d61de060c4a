#include "core/kernels/rowwise.h"
#include "core/kernels/simd_vector.h"

namespace tsugi::TSUGI_ISA {
namespace {

// One partial sum per lane instead of the reference's single chain: a different order of additions,
// which is why norms agree with the reference within a tolerance and not to the bit.
float SumRow(const float* x, size_t width) {
  F32 sum{};
  size_t i = 0;
  for (; i + kLanes <= width; i += kLanes) sum += Load(x + i);
  return Sum(sum + LoadPart(x + i, width - i));
}

float SumSquares(const float* x, size_t width, float mean) {
  F32 sum{};
  size_t i = 0;
  for (; i + kLanes <= width; i += kLanes) {
    const F32 centred = Load(x + i) - mean;
    sum = MulAdd(centred, centred, sum);
  }
  // LoadPart fills up with zeros, which minus the mean would add its square: clear them again.
  const F32 rest = KeepFirst(LoadPart(x + i, width - i) - mean, width - i, 0.0f);
  return Sum(sum + rest * rest);
}

}  // namespace

void LayerNorm(const NormWeights& weights, size_t rows, const float* input, float* output) {
  const size_t width = weights.width;
  const float inverse_width = 1.0f / static_cast<float>(width);
  for (size_t r = 0; r < rows; ++r) {
    const float* x = input + r * width;
    float* y = output + r * width;
    const float mean = SumRow(x, width) * inverse_width;
    // The mean first, then the squares around it, as in the reference: two reads of a row that is
    // in the first-level cache.
    const float variance = SumSquares(x, width, mean) * inverse_width;
    const float inverse = 1.0f / __builtin_sqrtf(variance + kNormEpsilon);
    size_t i = 0;
    for (; i + kLanes <= width; i += kLanes) {
      const F32 scaled = (Load(x + i) - mean) * inverse;
      Store(y + i, MulAdd(scaled, Load(weights.weight + i), Load(weights.bias + i)));
    }
    // A scalar tail is allowed here, unlike in AddGated: an element's place in its row never
    // changes, so the same element always takes the same path.
    for (; i < width; ++i) y[i] = (x[i] - mean) * inverse * weights.weight[i] + weights.bias[i];
  }
}

// The last elements, fewer than a vector, go through the same vector operations as the others and
// not through a scalar loop: `count` spans all rows of a block, so an element's place depends on
// the block that contains it, and its bits must not.
void AddGated(size_t count, const float* gate, const float* branch, float* x) {
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Store(x + i, MulAdd(Sigmoid(Load(gate + i)), Load(branch + i), Load(x + i)));
  }
  const size_t rest = count - i;
  const F32 gates = Sigmoid(LoadPart(gate + i, rest));
  StorePart(x + i, MulAdd(gates, LoadPart(branch + i, rest), LoadPart(x + i, rest)), rest);
}

void SwiGlu(size_t rows, size_t width, const float* up, float* output) {
  for (size_t r = 0; r < rows; ++r, up += 2 * width, output += width) {
    size_t i = 0;
    for (; i + kLanes <= width; i += kLanes) {
      // The halves of `up` are adjacent because one matrix produces both, which halves the number
      // of dense layer calls.
      const F32 u = Load(up + i);
      Store(output + i, u * Sigmoid(u) * Load(up + width + i));
    }
    const size_t rest = width - i;
    const F32 u = LoadPart(up + i, rest);
    StorePart(output + i, u * Sigmoid(u) * LoadPart(up + width + i, rest), rest);
  }
}

}  // namespace tsugi::TSUGI_ISA
