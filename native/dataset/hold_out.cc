#include "native/dataset/hold_out.h"

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "native/dataset/keep_events.h"

namespace tsugi {
namespace {

constexpr uint32_t kLeastTested = 3;  // events that a sequence needs to have a test case

// Shuffles all items and takes the first `count`: unlike drawing each item by itself, this gives
// exactly the number that was asked for.
std::vector<bool> DrawItems(size_t item_count, size_t count, uint64_t seed) {
  std::vector<uint32_t> order(item_count);
  std::iota(order.begin(), order.end(), 0u);
  Random random(seed);
  Shuffle(order, random);
  std::vector<bool> is_drawn(item_count);
  for (size_t i = 0; i < count; ++i) is_drawn[order[i]] = true;
  return is_drawn;
}

}  // namespace

Status HoldOutItems(double share, uint64_t seed, std::optional<int64_t> split_time,
                    DatasetArrays& arrays, ImportStats& stats) {
  const size_t item_count = arrays.item_ids.View().size();
  const auto count = static_cast<size_t>(std::llround(share * static_cast<double>(item_count)));
  if (!(share > 0.0 && share <= 0.5) || count == 0) {
    return InvalidArgument("--hold-out-items " + std::to_string(share) +
                           ": expected a share above 0 and up to 0.5 that holds out at least one "
                           "of the " +
                           std::to_string(item_count) + " items");
  }
  if (split_time && arrays.times.empty()) return {};  // SplitByTime reports this error
  const std::vector<bool> is_cold = DrawItems(item_count, count, seed);
  // A cold item keeps its test events and loses all others, so no metric of the test part depends
  // on what training could have learnt about it.
  std::vector<bool> is_kept(arrays.items.size());
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    const uint64_t begin = arrays.offsets[s], end = arrays.offsets[s + 1];
    uint64_t warm = 0;
    for (uint64_t e = begin; e < end; ++e) {
      const bool is_test = split_time && arrays.times[e] >= *split_time;
      is_kept[e] = is_test || !is_cold[arrays.items[e]];
      warm += is_kept[e];
    }
    // Leave-one-out: a cold last event stays if the sequence remains long enough to be tested.
    if (split_time || begin == end || is_kept[end - 1]) continue;
    is_kept[end - 1] = warm + 1 >= kLeastTested;
  }
  stats.held_out_items = count;
  stats.held_out_events = KeepEvents(is_kept, arrays);
  return {};
}

}  // namespace tsugi
