#ifndef TSUGI_CORE_SESSION_H_
#define TSUGI_CORE_SESSION_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/encoder/kv_state.h"
#include "core/encoder/row_trace.h"
#include "core/explain/item_reason.h"
#include "core/parts/imagine/concept.h"
#include "core/parts/semantic_ids/fusion.h"
#include "core/parts/semantic_ids/item_language.h"
#include "core/recommender.h"
#include "core/saved_session.h"
#include "core/session_input/event.h"

namespace tsugi {

/// What the model takes the visitor to be here for. Borrows the session: valid until its next
/// change.
struct IntentReadout {
  /// [P] of each label that the next event has it; those of a family sum to 1, in the order of
  /// ModelView::intent_labels.
  std::span<const float> probabilities;
  std::span<const float> weights;  ///< [M] each family's part in the mix, sum 1
};

/// One visitor's ordered events and their encoder state. FRONT DOOR, with Recommender.
///
/// An event is encoded once, when it arrives, and sees the T - 1 events before it in every layer,
/// for sessions of any length. Memory: keys and values of 2 T rows per layer, T readouts, and 20
/// bytes per event. Threads: belongs to the thread that uses its Recommender (recommender.h).
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

  /// Forgets the last `count` events: the state is then bit for bit as before they were pushed.
  ///
  /// Free while the rows that the window needs are held, which is so for at least the last pushes;
  /// else as many events as the window can look back on are encoded again, in the way in which
  /// they were encoded first. Events that came with Assign are left as Assign leaves fewer of them.
  /// Errors: kOutOfRange if fewer events are held; the session is unchanged then. kInternal from
  /// the kernels; the session is empty then.
  Status Rollback(size_t count);

  /// Bytes that Save writes.
  size_t SavedBytes() const;
  /// Writes the events, the items that were added to the model and the model's fingerprint as
  /// portable bytes (core/saved_session.h).
  /// Errors: kOutOfRange if `out` is shorter than SavedBytes(); nothing is written then.
  Status Save(std::span<uint8_t> out) const;
  /// Replaces the session by a saved one, as Assign does with its events; saved added items that
  /// the Recommender does not have are added to it first. The bytes may be hostile.
  /// Errors: kCorruptModel for damaged bytes, kInvalidArgument if another model saved them,
  /// kVersionTooNew; the session is unchanged then. kInternal as Assign.
  Status Restore(std::span<const uint8_t> bytes);

  /// Ranks the whole catalogue (through the item codes, if the model holds any and options.exact is
  /// off) and returns at most k items, best first; fewer when the filter
  /// leaves fewer. Ties: ascending item_index. An empty session scores every item 0, so it ranks by
  /// item_index; callers show popular items instead.
  /// Errors: kInvalidArgument if k < 1, diversity is outside [0, 1] or the predicate's last clause
  /// has no end; kOutOfRange for an item >= N or an attribute the model does not have.
  Result<std::vector<Recommendation>> Recommend(const RecommendOptions& options);

  /// The same into the caller's memory; returns how many were written. Allocates nothing after the
  /// first call of its size (k, predicate, and how far caps and diversity had to look), unless the
  /// language part ranks.
  /// Errors: as Recommend, and kInvalidArgument if `list` is shorter than min(k, N).
  Result<size_t> RecommendInto(const RecommendOptions& options, std::span<Recommendation> list);

  /// Generates the session's next options.n items, each drawn from the model's distribution given
  /// all before it (its time is unknown). `filter` restricts what may be drawn as it does for a
  /// list, seen items included; its k, caps and diversity are ignored. Returns how many were
  /// written: fewer than n when the filter leaves nothing. The session is unchanged.
  /// Errors: kInvalidArgument if n < 1, temperature is not finite or below 0, top_p is outside (0,
  /// 1] or `items` is shorter than n; as Recommend for the filter; as Rollback from the kernels.
  Result<size_t> ContinueInto(const ContinueOptions& options, const RecommendOptions& filter,
                              std::span<uint32_t> items);
  Result<std::vector<uint32_t>> Continue(const ContinueOptions& options,
                                         const RecommendOptions& filter = {});

  /// Writes the score of every item: scores [N] f32, the numbers that Recommend ranks by.
  /// Errors: kInvalidArgument if `scores` is not N long.
  Status ScoreAll(std::span<float> scores);

  /// The vector [W] f32 that items are scored with; empty for an empty session.
  std::span<const float> query() const;

  /// The predicted intents; empty for an empty session or a model without intents.
  IntentReadout intent() const;

  /// Why each of `items` has its score: the event of the last T that speaks most for it
  /// (core/explain/event_effects.h) and, with intents, the family without which it would lose most.
  /// reasons: as long as `items`. The session is unchanged. Costs about an event, one more for each
  /// family, and T D + D^2 per item and layer.
  /// Errors: kInvalidArgument for an empty session or another length; kOutOfRange for an item >= N;
  /// kInternal from the kernels, the session is empty then.
  Status Explain(std::span<const uint32_t> items, std::span<ItemReason> reasons);

  /// Imagines items that the visitor would like (or dislike) and the catalogue need not hold, each
  /// with the real items nearest to it. An empty session imagines for nobody in particular. The
  /// session is unchanged.
  /// Errors: kUnsupported if the model does not imagine; as Imagination::Draw.
  Result<std::vector<Concept>> Imagine(const ImagineOptions& options);

  /// Forgets all events.
  void Clear();
  size_t event_count() const { return item_indices_.size(); }

 private:
  friend class Recommender;
  static Result<std::unique_ptr<Session>> Create(EngineParts& parts);
  Session(EngineParts& parts, KvState state, AlignedBuffer<float> readout,
          AlignedBuffer<float> recent_readouts);

  Status CheckItem(uint32_t item_index) const;
  void Append(const Event& event);  ///< without encoding it
  void KeepFirst(size_t count);     ///< of the events, whatever the state holds
  SavedEvents events() const { return {item_indices_, times_s_, actions_, values_}; }
  /// Encodes events [first, first + rows), rows <= T.
  Status Encode(size_t first, size_t rows, bool wants_readout, const RowTrace* trace = nullptr);
  /// Writes the item encoder's tokens for events [first, first + rows) to workspace.x.
  Status MakeTokens(size_t first, size_t rows);
  /// The token [D] of the event before, or empty if there is none or it is not known.
  Result<std::vector<float>> TokenBefore(size_t event);
  /// Explain for items that exist, with the state and the readout left as they may.
  Status FindReasons(std::span<const uint32_t> items, std::span<ItemReason> reasons);
  Status FindFamilies(std::span<const uint32_t> items, std::span<ItemReason> reasons);
  /// Encodes events [0, count), T at a time, leaving out those too old to matter, into an empty
  /// state.
  Status EncodeHistory(size_t count);
  /// Makes the state of all events held again, after rows it needs were dropped.
  Status Replay();
  Result<size_t> Generate(const ContinueOptions& options, const RecommendOptions& filter,
                          std::span<uint32_t> items);
  /// Forgets the state but not the events.
  void ClearState();
  /// RecommendInto for a ranking by the language part.
  Result<size_t> RecommendByLanguage(const RecommendOptions& options,
                                     std::span<Recommendation> list);
  /// Ranks with `blocked` bits in force. Requires: the language state follows the events.
  Status RankByLanguage(const RecommendOptions& options, std::span<const uint64_t> blocked,
                        size_t wanted);
  /// Generated items and the item table asked with `query` [W], mixed into language_->list;
  /// `found`: how much of the words each item holds, or empty.
  void Fuse(std::span<const ScoredItem> generated, const float* query, const FusionRule& rule,
            std::span<const float> found, std::span<const uint64_t> blocked, size_t wanted);
  /// The language part's lists no longer hold; its state neither, unless events were only added.
  void ForgetLanguage(bool only_added);
  void NoteReadout(size_t count);
  bool HasReadout(size_t count) const;

  EngineParts& parts_;
  KvState state_;
  AlignedBuffer<float> readout_;          ///< [R] (SessionEncoder), zero while the session is empty
  AlignedBuffer<float> recent_readouts_;  ///< [T, R]: row n % T is the readout after n events
  std::vector<size_t> recent_count_;      ///< [T]: that n, 0 = the row holds none
  size_t assigned_count_ = 0;             ///< events that were encoded together, the first ones
  std::vector<uint32_t> item_indices_;    ///< every event's item, oldest first
  std::vector<int64_t> times_s_;          ///< and what else Event holds
  std::vector<uint32_t> actions_;
  std::vector<float> values_;
  /// Made by the first list that the language part ranks.
  struct Language {
    LanguageState state;
    std::string key;               ///< what `list` was asked with; empty = it does not hold
    std::vector<ScoredItem> list;  ///< the last list, kept until an event arrives
    std::vector<float> scores;     ///< [item_count()] scratch
    std::vector<float> found;      ///< [item_count()] scratch of WordMatch
  };
  std::unique_ptr<Language> language_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_H_
