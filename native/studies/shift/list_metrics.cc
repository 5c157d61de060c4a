#include "native/studies/shift/list_metrics.h"

#include <algorithm>

#include "native/eval/metrics.h"

namespace tsugi {

void ComputeListMetrics(std::span<const uint32_t> list, std::span<const uint32_t> targets,
                        std::span<double, kListMetrics> metrics) {
  size_t column = 0;
  for (const uint32_t k : kListCuts) {
    double hits = 0.0, gain = 0.0, ideal = 0.0;
    for (uint32_t rank = 1; rank <= k; ++rank) {
      const double discount = NdcgAt(rank, k);
      if (rank <= targets.size()) ideal += discount;
      if (rank > list.size()) continue;
      if (!std::binary_search(targets.begin(), targets.end(), list[rank - 1])) continue;
      hits += 1.0;
      gain += discount;
    }
    metrics[column++] = hits / static_cast<double>(targets.size());
    metrics[column++] = gain / ideal;
  }
}

}  // namespace tsugi
