#include "native/train/event_weights.h"

#include <algorithm>

namespace tsugi::train {
namespace {

// Durations have long tails: one of a thousand times the mean must not decide a step's gradient.
constexpr double kLeast = 0.1, kMost = 10.0;

bool IsKnown(float value) { return value > 0.0f; }  // false for NaN

}  // namespace

std::vector<float> EventWeights(const Dataset& dataset) {
  const auto values = dataset.values();
  if (values.empty()) return {};
  // The mean of the training part, so that the weights of its events average about 1 and the
  // learning rate keeps its meaning.
  double sum = 0.0, count = 0.0;
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const float value : values.subspan(dataset.offsets()[s], dataset.train_end()[s])) {
      if (!IsKnown(value)) continue;
      sum += static_cast<double>(value);
      count += 1.0;
    }
  }
  std::vector<float> weights(values.size(), 1.0f);
  for (size_t e = 0; e < values.size() && count > 0.0; ++e) {
    if (!IsKnown(values[e])) continue;
    weights[e] =
        static_cast<float>(std::clamp(static_cast<double>(values[e]) * count / sum, kLeast, kMost));
  }
  return weights;
}

}  // namespace tsugi::train
