#ifndef TSUGI_CORE_SESSION_H_
#define TSUGI_CORE_SESSION_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/encoder/kv_state.h"
#include "core/recommender.h"

namespace tsugi {

/// Something the visitor did.
struct Event {
  uint32_t item_index;
  int64_t time_s = 0;  ///< unix seconds, 0 = unknown
};

/// One visitor's ordered events and their encoder state. FRONT DOOR, with Recommender.
///
/// An event is encoded once, when it arrives, and sees the T - 1 events before it in every layer,
/// for sessions of any length. Memory: keys and values of 2 T rows per layer, and 4 bytes per
/// event. Threads: belongs to the thread that uses its Recommender (recommender.h).
class Session {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Appends one event and encodes it (one row through all layers; KV rows appended).
  /// Errors: kOutOfRange if item_index >= N; the session is unchanged then.
  Status Push(const Event& event);

  /// Replaces the session by `events`, oldest first, encoded T rows at a time. The state equals
  /// that of pushing them one by one; events too old to matter for it are not computed. Errors:
  /// kOutOfRange if an item_index >= N; the session is unchanged then. kInternal from the kernels;
  /// the session is empty then.
  Status Assign(std::span<const Event> events);

  /// Ranks the whole catalogue (through the item codes, if the model holds any and options.exact is
  /// off) and returns at most k items, best first; fewer when the filter
  /// leaves fewer. Ties: ascending item_index. An empty session scores every item 0, so it ranks by
  /// item_index; callers show popular items instead.
  /// Errors: kInvalidArgument if k < 1; kOutOfRange for an excluded index >= N.
  Result<std::vector<Recommendation>> Recommend(const RecommendOptions& options);

  /// The same into the caller's memory; returns how many were written. Allocates nothing after the
  /// first call with the largest k.
  /// Errors: as Recommend, and kInvalidArgument if `list` is shorter than min(k, N).
  Result<size_t> RecommendInto(const RecommendOptions& options, std::span<Recommendation> list);

  /// Writes the score of every item: scores [N] f32, the numbers that Recommend ranks by.
  /// Errors: kInvalidArgument if `scores` is not N long.
  Status ScoreAll(std::span<float> scores);

  /// The last encoder output [D] f32, after the final norm; empty for an empty session.
  std::span<const float> hidden() const;

  /// Forgets all events.
  void Clear();
  size_t event_count() const { return item_indices_.size(); }

 private:
  friend class Recommender;
  static Result<std::unique_ptr<Session>> Create(EngineParts& parts);
  Session(EngineParts& parts, KvState state, AlignedBuffer<float> hidden);

  Status CheckItem(uint32_t item_index) const;
  Status CheckOptions(const RecommendOptions& options, size_t list_size) const;
  /// Encodes items [first, first + rows) of the session.
  Status Encode(std::span<const uint32_t> items, bool wants_hidden);
  void SetBlocked(const RecommendOptions& options, bool is_blocked);

  EngineParts& parts_;
  KvState state_;
  AlignedBuffer<float> hidden_;         ///< [D], zero while the session is empty
  std::vector<uint32_t> item_indices_;  ///< every event's item, oldest first
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_H_
