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

/// The bucket of the time between an event and the one before it. The trainer calls the same
/// function. Bucket 0 means no gap is known: the first event of a session, or one of the times is
/// unknown (0). Otherwise the bucket is min(1 + b, bucket_count - 1), where b is the number of
/// binary digits of the gap in whole seconds; so each bucket covers twice the range of the one
/// before. Examples: 1: 0 s, or time running backwards; 2: 1 s; 3: 2 to 3 s; 4: 4 to 7 s; 18: 18 to
/// 36 hours; 27: 1 to 2 years.
/// Requires: bucket_count >= 2.
constexpr uint32_t TimeGapBucket(uint32_t bucket_count, int64_t previous_s, int64_t time_s) {
  if (previous_s == 0 || time_s == 0) return 0;
  const uint64_t gap =
      time_s > previous_s ? static_cast<uint64_t>(time_s) - static_cast<uint64_t>(previous_s) : 0;
  return std::min(1 + static_cast<uint32_t>(std::bit_width(gap)), bucket_count - 1);
}

/// The bucket of an event's value: 0 if it is unknown (NaN), otherwise 1 + the number of edges that
/// are less than or equal to it. The trainer calls the same function. edges: ascending.
inline uint32_t ValueBucket(std::span<const float> edges, float value) {
  if (value != value) return 0;
  uint32_t bucket = 1;
  for (const float edge : edges) bucket += value >= edge;
  return bucket;
}

/// Adds the context of an event to the token of its item: time gap, action and value.
/// Ownership: borrows the view's memory.
/// Source:  the single-token events of Netflix's recommender (arXiv 2605.23312): item, action,
///          duration and time in one vector.
/// Differs: the vectors are summed; the edges of the duration buckets are quantiles of the log.
class EventTokenizer {
 public:
  /// Requires: view.Validate().ok().
  explicit EventTokenizer(const ModelView& view)
      : spec_(view.spec),
        time_gaps_(Rows(view, kTimeGap)),
        actions_(Rows(view, kActions)),
        values_(Rows(view, kValues)),
        edges_(Rows(view, kValueEdges)) {}

  /// token [D] += one row for each of time gap, action and value that the model reads.
  /// previous_s: the time of the event before, 0 if there is none. An action that the model does
  /// not know counts as unknown.
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
    const float* from = rows.data() + row * spec_.encoder.width;
    for (size_t d = 0; d < spec_.encoder.width; ++d) token[d] += from[d];
  }

  ModelSpec spec_;
  std::span<const float> time_gaps_;  ///< [buckets, D]
  std::span<const float> actions_;    ///< [1 + actions, D]
  std::span<const float> values_;     ///< [buckets, D]
  std::span<const float> edges_;      ///< [buckets - 2]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_INPUT_EVENT_TOKENIZER_H_
