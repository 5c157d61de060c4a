#ifndef TSUGI_CORE_SESSION_H_
#define TSUGI_CORE_SESSION_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/encoder/kv_state.h"
#include "core/item_ranker.h"
#include "core/recommender.h"
#include "core/saved_session.h"
#include "core/session_input/event.h"

namespace tsugi {

struct Concept;
struct ImagineOptions;
struct RowTrace;
struct Shelf;
struct ShelfOptions;

/// What the model believes the visitor is here for. Borrows the session: valid until its next
/// change.
struct IntentReadout {
  /// [P] the probability of each label for the next event. Those of a family sum to 1; the order is
  /// that of kIntentLabelStrings (core/parts/intent/intent_spec.h).
  std::span<const float> probabilities;
  std::span<const float> weights;  ///< [M] the share of each family in the mix, sum 1
};

/// Why an item has its score.
struct ItemReason {
  /// The event that sets it apart most, counted from the session's first; -1 if there is none.
  int32_t event = -1;
  uint32_t event_item = 0;  ///< the item of that event
  float event_share = 0;    ///< its share of everything that sets the item apart, 0 to 1
  int32_t family = -1;  ///< the family of intents that raises the score most; -1 without intents
  float family_effect = 0;  ///< by how much the score would fall if Z held nothing of that family
};

/// The events of one visitor and the state that encoders keep of them. FRONT DOOR, with
/// Recommender.
///
/// Every event is encoded once, when it arrives. In every layer it sees the T - 1 events before it,
/// however long the session is. Memory, which grows with the events: keys and values of at most 2 T
/// in each layer, at most T readouts, and 20 bytes per event. Threads: a session belongs to the
/// thread that uses its Recommender.
class Session {
 public:
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// Appends one event and encodes it. Costs one row through all layers.
  ///
  /// A dislike is not encoded. From then on no list holds its item, and items like it fall in every
  /// list (core/shifted_ranker.h), until the dislike is rolled back or another event of the item
  /// follows.
  /// Errors: kOutOfRange for an item that the session does not see; kInternal from the kernels. The
  /// session is unchanged then.
  Status Push(const Event& event);

  /// Replaces the session by `events`, oldest first. The state equals that of pushing them one by
  /// one, but T rows are encoded at a time, and events too old to influence it are skipped.
  /// Errors: kOutOfRange for an item that the session does not see; the session is unchanged then.
  /// kInternal from the kernels; the session is empty then.
  Status Assign(std::span<const Event> events);

  /// Removes the last `count` events, dislikes too. Every bit of the state is then as it was before
  /// they arrived.
  ///
  /// Usually free: the session keeps the rows of some earlier states. If those are gone, as many
  /// events as the window can look back on are encoded again, one by one or T at a time as they
  /// were the first time. Removing part of the events of an Assign leaves the state of an Assign
  /// of the rest.
  /// Errors: kOutOfRange if the session holds fewer events; it is unchanged then. kInternal from
  /// the kernels; the session is empty then.
  Status Rollback(size_t count);

  /// The number of bytes that Save writes.
  size_t SavedBytes() const;
  /// Writes the events, the added items that they name, the session's own items and the model's
  /// fingerprint as portable bytes (core/saved_session.h).
  /// Errors: kOutOfRange if `out` is shorter than SavedBytes(); nothing is written then.
  Status Save(std::span<uint8_t> out) const;
  /// Replaces the session by a saved one, as Assign does. Items that the saved session holds and
  /// this one does not see become its own. The bytes may come from anywhere.
  /// Errors: kCorruptModel for damaged bytes, kInvalidArgument if another model saved them,
  /// kVersionTooNew; as AddItem for its items. The session is unchanged then. kInternal as Assign.
  Status Restore(std::span<const uint8_t> bytes);

  /// Adds an item that this session alone sees, ranks and saves; it ends with the session.
  /// Otherwise as Recommender::AddItem.
  Result<uint32_t> AddItem(const NewItem& item);
  /// Removes an item of this session's AddItem or Restore. Otherwise as Recommender::RemoveItem.
  Status RemoveItem(uint32_t item_index);
  /// The item with this id that the session sees: its own, or as Recommender::FindItem.
  Result<std::optional<uint32_t>> FindItem(std::string_view id) const;
  /// Errors: kOutOfRange for an item that the session does not see.
  Status CheckItem(uint32_t item_index) const;

  /// Returns at most k items, best first; fewer if the filters, or a generated ranking, leave
  /// fewer. Ties: ascending item_index. Every option works with every ranking.
  ///
  /// While the session is empty, the item table's list holds popular items if the model has item
  /// counts. Without them every item has the score 0, so the list begins with item 0.
  /// Errors: kInvalidArgument if k < 1, diversity is outside [0, 1], beam is above 64, the table is
  /// asked with words, or the last clause of the predicate has no end; kOutOfRange for an item >= N
  /// or an attribute that the model does not have; kUnsupported if the model lacks the part that
  /// ranks so; kInternal from the kernels.
  Result<std::vector<ScoredItem>> Recommend(const RecommendOptions& options);

  /// Writes the list to the caller's memory and returns its length. Rankings by the item table or
  /// quantised codes allocate nothing after the first call of a size (k, predicate, and how far
  /// caps and diversity had to look).
  /// Errors: as Recommend, and kInvalidArgument if `list` is shorter than min(k, N).
  Result<size_t> RecommendInto(const RecommendOptions& options, std::span<ScoredItem> list);

  /// Generates the next options.n items of the session. Each is drawn from the model's distribution
  /// given all before it; its time is unknown. `filter` restricts the draw as it restricts a list,
  /// seen items included; of its options only exclude, allow, predicate and seen count. Returns the
  /// number of items: fewer than n if the filter leaves nothing. The session is unchanged.
  /// Errors: kInvalidArgument if n < 1, temperature is not finite or below 0, top_p is outside
  /// (0, 1] or `items` is shorter than n; as Recommend for the filter; as Rollback from the
  /// kernels.
  Result<size_t> ContinueInto(const ContinueOptions& options, const RecommendOptions& filter,
                              std::span<uint32_t> items);
  Result<std::vector<uint32_t>> Continue(const ContinueOptions& options,
                                         const RecommendOptions& filter = {});

  /// Writes the item table's score of every item: scores [N] f32, the numbers that Recommend ranks
  /// by.
  /// Errors: kInvalidArgument if `scores` is not N long.
  Status ScoreAll(std::span<float> scores);

  /// The vector [W] f32 that items are scored with; empty for an empty session.
  std::span<const float> query() const;

  /// The predicted intents; empty for an empty session or a model without intents.
  IntentReadout intent() const;

  /// As Recommender::SimilarInto, but of items that the session sees; its dislikes count.
  Result<size_t> SimilarInto(std::span<const uint32_t> items, const RecommendOptions& options,
                             std::span<ScoredItem> list);

  /// Makes the rows of a page (core/shelves.h). The session is unchanged.
  /// Errors: kInvalidArgument for rows or per_row outside their ranges; as Recommend for `filter`.
  Result<std::vector<Shelf>> Shelves(const ShelfOptions& options,
                                     const RecommendOptions& filter = {});

  /// Explains `items`, whatever ranking they came from. It names the event that sets each apart:
  /// that raises its score most above what it does to these items on average. What raises all of
  /// them alike, which the last event does, says why the list is as it is and not why the item is
  /// in it. Of one item alone it names the event that raises it most. Of the families of intents it
  /// names the one whose absence would cost the item most. All are effects on the item table's
  /// score; for a generated item they say why the visitor's events suit it, not how its codes were
  /// chosen.
  ///
  /// By kPaths, of the last T events: as core/explain/event_effects.h estimates. Costs about one
  /// event, one more per family, and T D + D^2 per item and layer. By kLeavingOut, of the last
  /// kMostLeftOut events: what the items lose if an event had not been. Costs as many encodings of
  /// the history as there are events.
  ///
  /// reasons: as long as `items`. The session is unchanged. A session without events, or with
  /// dislikes alone, gives no reason.
  /// Errors: kInvalidArgument for another length; kOutOfRange for an item >= N; kInternal from the
  /// kernels, the session is empty then.
  enum class Effects : uint8_t { kPaths, kLeavingOut };
  static constexpr size_t kMostLeftOut = 32;
  Status Explain(std::span<const uint32_t> items, std::span<ItemReason> reasons,
                 Effects effects = Effects::kPaths);

  /// Imagines items that the visitor would like (or dislike) and that no catalogue need hold, each
  /// with the real items nearest to it (core/parts/imagine/concept.h). An empty session imagines
  /// for nobody in particular. The session is unchanged.
  /// Errors: kUnsupported if the model does not imagine; as Imagination::Draw.
  Result<std::vector<Concept>> Imagine(const ImagineOptions& options);

  /// Removes all events.
  void Clear();
  /// Events, dislikes among them.
  size_t event_count() const { return encoded_count() + dislikes_.size(); }
  /// All events, oldest first.
  std::vector<Event> Events() const;

 private:
  friend class Recommender;
  static Result<std::unique_ptr<Session>> Create(EngineParts& parts);
  Session(EngineParts& parts, AlignedBuffer<float> readout);

  /// A dislike, and how many events were encoded before it.
  struct Dislike {
    Event event;
    size_t after;
  };

  size_t encoded_count() const { return item_indices_.size(); }
  void Append(const Event& event);  ///< without encoding it
  void KeepFirst(size_t count);     ///< of the encoded events, whatever the state holds
  void KeepFirstDislikes(size_t count);
  /// disliked_ = the items that are disliked now.
  void FindDisliked();
  /// Takes back the last `count` encoded events. Requires: there are as many. Errors: as Rollback.
  Status RollbackEncoded(size_t count);
  /// What Save writes. Borrows the session.
  SavedSession Content() const;
  /// The item_index of each item of a saved session, and of those that were added for it.
  struct RestoredItems {
    std::vector<uint32_t> places, own;
    std::vector<uint32_t> removed;  ///< only events need them
  };
  /// The item_index of a saved item. If it is added, so that the owner sees it, `added` gets it.
  Result<uint32_t> AddSavedItem(const SavedSession::Item& item, std::string_view id,
                                ItemOwner owner, std::vector<uint32_t>& added);
  /// Fills `restored`. What is not for everybody is added, `own` for `owner`, also after an error.
  /// Errors: as AddItem.
  Status AddSavedItems(std::span<const SavedSession::Item> saved, ItemOwner owner,
                       RestoredItems& restored);
  /// Encodes events [first, first + rows), rows <= T.
  Status Encode(size_t first, size_t rows, bool wants_readout, const RowTrace* trace = nullptr);
  /// Writes the item encoder's tokens for events [first, first + rows) to workspace.x.
  Status MakeTokens(size_t first, size_t rows);
  /// The token [D] of the event before, or empty if there is none or it is not known.
  Result<std::vector<float>> TokenBefore(size_t event);
  /// What the last events do to the scores of items that exist, [items, events]: by paths, which
  /// leaves the state and the readout changed, or by leaving each event out.
  Result<std::vector<float>> EffectsByPaths(std::span<const uint32_t> items);
  Result<std::vector<float>> EffectsByLeavingOut(std::span<const uint32_t> items);
  /// Names the event of each item. Requires: an item.
  void FindEvents(std::span<const uint32_t> items, std::span<float> effects,
                  std::span<ItemReason> reasons) const;
  /// Adds what parts of the model know of the reasons, which is the families. Requires:
  /// EffectsByPaths was called last. Leaves the state and the readout changed.
  Status AddReasonsOfParts(std::span<const uint32_t> items, std::span<ItemReason> reasons);
  /// Encodes events [0, count) into an empty state, T at a time, without those too old to matter.
  Status EncodeHistory(size_t count);
  /// Makes the state of all events again after rows that it needs were dropped.
  Status Replay();
  Result<size_t> Generate(const ContinueOptions& options, const RecommendOptions& filter,
                          std::span<uint32_t> items);
  /// Forgets the state but not the events.
  void ClearState();
  /// Lets the readout after `count` events be noted without one being lost that may be asked for.
  /// Errors: kOutOfMemory; nothing has changed then.
  Status MakeRoomForReadout(size_t count);
  /// Lets min(rows, T) be noted in all. Errors: as MakeRoomForReadout.
  Status GrowReadouts(size_t rows);
  void NoteReadout(size_t count);  ///< requires: MakeRoomForReadout(count)
  void TakeReadout(size_t count);  ///< requires: count is 0 or HasReadout(count)
  bool HasReadout(size_t count) const;

  EngineParts& parts_;
  ItemOwner number_;                 ///< as the owner of items
  std::vector<uint32_t> own_items_;  ///< the item_index of each
  KvState state_;
  AlignedBuffer<float> readout_;          ///< [R] (SessionEncoder), zero while the session is empty
  AlignedBuffer<float> recent_readouts_;  ///< [C, R]: row n % C is the readout after n events
  std::vector<size_t> recent_count_;      ///< [C], C <= T: that n, 0 = the row holds none
  size_t assigned_count_ = 0;             ///< events that were encoded together, the first ones
  std::vector<uint32_t> item_indices_;    ///< every event's item, oldest first
  std::vector<int64_t> times_s_;          ///< and what else Event holds
  std::vector<uint32_t> actions_;
  std::vector<float> values_;
  std::vector<Dislike> dislikes_;   ///< oldest first
  std::vector<uint32_t> disliked_;  ///< the items of those that hold, each once, newest last
  std::unique_ptr<SessionPart> ranker_part_;  ///< null until a ranker creates it
};

}  // namespace tsugi

#endif  // TSUGI_CORE_SESSION_H_
