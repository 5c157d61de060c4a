#include "native/train/short_term_default.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace tsugi::train {

int64_t DefaultShortTermSeconds(const Dataset& dataset) {
  constexpr size_t kRun = 5;
  constexpr int64_t kLeast = 60, kMost = std::numeric_limits<uint32_t>::max();
  std::vector<int64_t> spans;
  const auto times = dataset.times();
  for (size_t s = 0; s < dataset.sequence_count() && !times.empty(); ++s) {
    const auto sequence = times.subspan(dataset.offsets()[s], dataset.train_end()[s]);
    for (size_t i = kRun - 1; i < sequence.size(); ++i) {
      const int64_t first = sequence[i + 1 - kRun], last = sequence[i];
      if (first > 0 && last > 0) spans.push_back(std::max<int64_t>(0, last - first));
    }
  }
  if (spans.empty()) return 0;
  const auto at = spans.begin() + static_cast<ptrdiff_t>(spans.size() * 3 / 4);
  std::nth_element(spans.begin(), at, spans.end());
  return std::clamp(*at, kLeast, kMost);
}

}  // namespace tsugi::train
