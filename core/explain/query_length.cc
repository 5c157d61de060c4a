#include "core/explain/query_length.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tsugi {
namespace {

double Dot(const LinearWeights& matrix, size_t row, std::span<const float> values) {
  const size_t first = row * values.size();
  const bool is_i8 = matrix.weight.dtype == DType::kI8;
  double sum = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const float weight = is_i8 ? static_cast<float>(matrix.weight.as<int8_t>()[first + i])
                               : matrix.weight.as<float>()[first + i];
    sum += static_cast<double>(weight * values[i]);
  }
  return is_i8 ? sum * static_cast<double>(matrix.scales[row]) : sum;
}

}  // namespace

double QueryLength(const std::optional<LinearWeights>& projection, std::span<const float> hidden,
                   std::span<float> slopes) {
  double squares = 0;
  if (!projection) {
    std::fill(slopes.begin(), slopes.end(), 1.0f);
    for (const float value : hidden) squares += static_cast<double>(value) * value;
    return std::max(std::sqrt(squares), 1e-12);
  }
  std::vector<float> active(hidden.size());
  for (size_t d = 0; d < hidden.size(); ++d) {
    const float sigmoid = 1.0f / (1.0f + std::exp(-hidden[d]));
    active[d] = hidden[d] + hidden[d] * sigmoid;
    slopes[d] = 1.0f + sigmoid * (1.0f + hidden[d] * (1.0f - sigmoid));
  }
  for (size_t p = 0; p < projection->bias.size(); ++p) {
    const double value = Dot(*projection, p, active) + static_cast<double>(projection->bias[p]);
    squares += value * value;
  }
  return std::max(std::sqrt(squares), 1e-12);
}

}  // namespace tsugi
