#include "native/train/event_values.h"

#include <algorithm>
#include <cmath>

namespace tsugi::train {
namespace {

// Durations have long tails: one of a thousand times the mean must not decide a step's gradient.
constexpr double kLeast = 0.1, kMost = 10.0;

constexpr size_t kMostEdges = 15;  // 16 buckets of values

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

std::vector<float> TrainingValues(const Dataset& dataset) {
  const auto values = dataset.values();
  std::vector<float> known;
  for (size_t s = 0; s < dataset.sequence_count() && !values.empty(); ++s) {
    for (const float value : values.subspan(dataset.offsets()[s], dataset.train_end()[s])) {
      if (!std::isnan(value)) known.push_back(value);
    }
  }
  return known;
}

std::vector<float> FindValueEdges(const Dataset& dataset) {
  // Only the training part: edges that knew the test part's values would leak them.
  std::vector<float> known = TrainingValues(dataset);
  std::sort(known.begin(), known.end());
  std::vector<float> kinds = known;
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  if (kinds.size() <= kMostEdges) return kinds;
  // Quantiles of the events, not of the distinct values: each bucket is met about as often as any
  // other. `known` is not empty here, so the index stays below its size. A frequent value
  // may fill several quantiles; it is one edge then.
  std::vector<float> edges;
  for (size_t i = 1; i <= kMostEdges; ++i)
    edges.push_back(known[i * known.size() / (kMostEdges + 1)]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

}  // namespace tsugi::train
