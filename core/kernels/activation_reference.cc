#include <cmath>

#include "core/kernels/activation.h"

namespace tsugi {
namespace {

// For x below about -88 exp overflows to infinity and the result is 0, as it should be.
float Sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

}  // namespace

void AddGatedReference(size_t count, const float* gate, const float* branch, float* x) {
  for (size_t i = 0; i < count; ++i) x[i] += Sigmoid(gate[i]) * branch[i];
}

void SwiGluReference(size_t rows, size_t width, const float* up, float* output) {
  for (size_t r = 0; r < rows; ++r) {
    const float* u = up + r * 2 * width;
    for (size_t i = 0; i < width; ++i) {
      output[r * width + i] = u[i] * Sigmoid(u[i]) * u[width + i];
    }
  }
}

// Compilers vectorise these two loops as they are written, so they have no second version.
void Relu(size_t count, float* values) {
  for (size_t i = 0; i < count; ++i) values[i] = values[i] > 0.0f ? values[i] : 0.0f;
}

void Add(size_t count, const float* branch, float* x) {
  for (size_t i = 0; i < count; ++i) x[i] += branch[i];
}

}  // namespace tsugi
