#ifndef TSUGI_CORE_ITEM_RANKER_H_
#define TSUGI_CORE_ITEM_RANKER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/base/status.h"
#include "core/kernels/top_k.h"
#include "core/recommender.h"

namespace tsugi {

/// What a ranker remembers of one session, for example the state of a second encoder. The ranker
/// creates it when it ranks for the session for the first time; the session owns it and tells it
/// when its events change.
class SessionPart {
 public:
  virtual ~SessionPart() = default;
  /// Events were appended. Everything read of the earlier ones still holds.
  virtual void EventsWereAdded() = 0;
  /// Events were removed or replaced. Nothing read of them holds.
  virtual void EventsWereForgotten() = 0;
};

/// A session and the options of a list, as a ranker sees them. Borrows everything.
struct RankRequest {
  const float* query;                  ///< [W] f32 the session's vector; zeros for an empty session
  std::span<const uint32_t> items;     ///< the items of the session's events, oldest first
  std::span<const uint32_t> disliked;  ///< items that the visitor dislikes
  const RecommendOptions& options;
  ItemOwner viewer;                    ///< whose added items the list may hold, and everybody's
  std::unique_ptr<SessionPart>& part;  ///< of this ranker; null until it creates one
};

/// Ranks the catalogue for a session. Filters, caps and diversity are not its business: ListBuilder
/// applies them, in the same way to every ranking.
/// Threads: one at a time.
class ItemRanker {
 public:
  virtual ~ItemRanker() = default;

  /// Returns the first `count` items of the ranking, best score first; fewer only if the ranking
  /// ends there.
  ///
  /// Shapes:    blocked: a bit per item, 1 = leave out (BitSet::words).
  /// Units:     natural logarithms up to a constant per request (logits or log-probabilities), so
  ///            that differences of scores mean the same in every ranking. Not so those of
  ///            SearchRanker: they compare among themselves alone.
  /// Requires:  1 <= count <= the number of items.
  /// Ownership: the result is valid until the next call for any session.
  /// Errors:    kInvalidArgument for an option out of range; kOutOfMemory; kInternal.
  virtual Result<std::span<const ScoredItem>> Top(const RankRequest& request,
                                                  std::span<const uint64_t> blocked,
                                                  size_t count) = 0;

  /// Writes the score of every item, scores [N, and the added items] f32, and returns true; or
  /// writes nothing and returns false, because this ranking does not score every item so cheaply.
  virtual bool ScoreAll(const RankRequest& request, std::span<float> scores) {
    (void)request, (void)scores;
    return false;
  }
  /// How much of a score one logit is.
  virtual float logit() const { return 1.0f; }
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEM_RANKER_H_
