#ifndef TSUGI_CORE_SESSION_INPUT_EVENT_TOKENIZER_H_
#define TSUGI_CORE_SESSION_INPUT_EVENT_TOKENIZER_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

/// The bucket of the time that passed between an event and the one before it; the trainer asks the
/// same function. 0: the first event of a session, or a time is unknown (0). Else
/// min(1 + bits, bucket_count - 1), where bits is how many binary digits the whole seconds have, so
/// a bucket's gaps are up to twice as long as those of the one below: 1: none (or backwards), 2: 1
/// s, 3: 2 to 3 s, 4: 4 to 7 s, ..., 18: 18 to 36 hours, ..., 27: 1 to 2 years.
/// Requires: bucket_count >= 2.
constexpr uint32_t TimeGapBucket(uint32_t bucket_count, int64_t previous_s, int64_t time_s) {
  if (previous_s == 0 || time_s == 0) return 0;
  const uint64_t gap =
      time_s > previous_s ? static_cast<uint64_t>(time_s) - static_cast<uint64_t>(previous_s) : 0;
  return std::min(1 + static_cast<uint32_t>(std::bit_width(gap)), bucket_count - 1);
}

/// Adds to an item's token what else an event tells. Borrows the view's memory.
class EventTokenizer {
 public:
  /// Requires: view.Validate().ok().
  explicit EventTokenizer(const ModelView& view)
      : bucket_count_(view.spec.time_gap_buckets), width_(view.spec.model_width) {
    if (bucket_count_ > 0) time_gaps_ = view.Find(kTimeGap).as<float>();
  }

  /// token [D] += the row of the time gap's bucket; nothing if the model does not read times.
  /// previous_s: of the event before, 0 if there is none.
  void AddTimeGap(int64_t previous_s, int64_t time_s, float* token) const {
    if (bucket_count_ == 0) return;
    const size_t bucket = TimeGapBucket(bucket_count_, previous_s, time_s);
    const float* row = time_gaps_.data() + bucket * width_;
    for (size_t d = 0; d < width_; ++d) token[d] += row[d];
  }

 private:
  uint32_t bucket_count_;
  size_t width_;
  std::span<const float> time_gaps_;  ///< [buckets, D]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_INPUT_EVENT_TOKENIZER_H_
