#include "native/studies/shift/list_metrics.h"

#include <algorithm>
#include <cmath>

namespace tsugi {

void ComputeListMetrics(std::span<const uint32_t> list, std::span<const uint32_t> targets,
                        std::span<double, kListMetrics> metrics) {
  size_t column = 0;
  for (const uint32_t k : kListCuts) {
    double hits = 0.0, gain = 0.0, ideal = 0.0;
    for (size_t i = 0; i < k; ++i) {
      const double discount = 1.0 / std::log2(static_cast<double>(i) + 2.0);
      if (i < targets.size()) ideal += discount;
      if (i >= list.size() || !std::binary_search(targets.begin(), targets.end(), list[i])) {
        continue;
      }
      hits += 1.0;
      gain += discount;
    }
    metrics[column++] = hits / static_cast<double>(targets.size());
    metrics[column++] = gain / ideal;
  }
}

}  // namespace tsugi
