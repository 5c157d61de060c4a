#include "core/kernels/simd_kernels.h"
#include "core/kernels/simd_vector.h"

namespace tsugi::TSUGI_ISA {

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
