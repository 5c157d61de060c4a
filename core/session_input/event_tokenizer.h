#ifndef TSUGI_CORE_SESSION_INPUT_EVENT_TOKENIZER_H_
#define TSUGI_CORE_SESSION_INPUT_EVENT_TOKENIZER_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"
#include "core/session_input/event.h"

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

/// The bucket of a value; the trainer asks the same function. 0: unknown (NaN), else 1 + the number
/// of edges that are not above it. edges: ascending.
inline uint32_t ValueBucket(std::span<const float> edges, float value) {
  if (value != value) return 0;
  uint32_t bucket = 1;
  for (const float edge : edges) bucket += value >= edge;
  return bucket;
}

/// Adds to an item's token what else an event tells. Borrows the view's memory.
/// Source: single-token events of Netflix's recommender (arXiv 2605.23312): item, action, duration
///         and time in one vector. Differs: summed; bounds of durations are quantiles of the log.
class EventTokenizer {
 public:
  /// Requires: view.Validate().ok().
  explicit EventTokenizer(const ModelView& view)
      : spec_(view.spec),
        time_gaps_(Rows(view, kTimeGap)),
        actions_(Rows(view, kActions)),
        values_(Rows(view, kValues)),
        edges_(Rows(view, kValueEdges)) {}

  /// token [D] += the rows of the event's time gap, action and value, those that the model reads.
  /// previous_s: time of the event before, 0 if there is none. An action that the model does not
  /// know is unknown.
  void AddContext(int64_t previous_s, const Event& event, float* token) const {
    if (spec_.time_gap_buckets > 0) {
      AddRow(time_gaps_, TimeGapBucket(spec_.time_gap_buckets, previous_s, event.time_s), token);
    }
    if (spec_.action_count > 0) {
      AddRow(actions_, event.action <= spec_.action_count ? event.action : 0, token);
    }
    if (spec_.value_buckets > 0) AddRow(values_, ValueBucket(edges_, event.value), token);
  }

 private:
  static std::span<const float> Rows(const ModelView& view, const char* name) {
    const TensorView tensor = view.Find(name);
    return tensor.empty() ? std::span<const float>() : tensor.as<float>();
  }
  void AddRow(std::span<const float> rows, size_t row, float* token) const {
    const float* from = rows.data() + row * spec_.model_width;
    for (size_t d = 0; d < spec_.model_width; ++d) token[d] += from[d];
  }

  ModelSpec spec_;
  std::span<const float> time_gaps_;  ///< [buckets, D]
  std::span<const float> actions_;    ///< [1 + actions, D]
  std::span<const float> values_;     ///< [buckets, D]
  std::span<const float> edges_;      ///< [buckets - 2]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_INPUT_EVENT_TOKENIZER_H_
