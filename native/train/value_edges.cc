#include "native/train/value_edges.h"

#include <algorithm>
#include <cmath>

namespace tsugi::train {
namespace {

constexpr size_t kMostEdges = 15;  // 16 buckets of values

}  // namespace

std::vector<float> FindValueEdges(const Dataset& dataset) {
  // Only the training part: edges that knew the test part's values would leak them.
  const auto values = dataset.values();
  std::vector<float> known;
  for (size_t s = 0; s < dataset.sequence_count() && !values.empty(); ++s) {
    for (const float value : values.subspan(dataset.offsets()[s], dataset.train_end()[s])) {
      if (!std::isnan(value)) known.push_back(value);
    }
  }
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
