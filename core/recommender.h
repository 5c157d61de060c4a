#ifndef TSUGI_CORE_RECOMMENDER_H_
#define TSUGI_CORE_RECOMMENDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "core/items/added_items.h"
#include "core/items/attribute_filter.h"
#include "core/kernels/top_k.h"
#include "core/model/model_view.h"
#include "core/parts/semantic_ids/language_vocabulary.h"

namespace tsugi {

class Session;
struct EngineParts;

/// What a list may hold and how it is ranked.
///
/// Every option works with every ranking. The list is the one that the rules give on the whole
/// ranking, however far down they have to look.
struct RecommendOptions {
  uint32_t k = 10;  ///< the length of the list, at least 1
  /// Whether items that the session holds are left out; by default as spec.filter_seen says.
  enum class Seen : uint8_t { kModelDefault, kFilter, kKeep } seen = Seen::kModelDefault;
  std::span<const uint32_t> exclude = {};  ///< items never to return
  /// If set, only these items may be returned; an empty list allows none.
  std::optional<std::span<const uint32_t>> allow = std::nullopt;
  /// Clauses that the attributes of an item must all meet (core/items/attribute_filter.h). A clause
  /// is met by any of its attributes, or by the absence of one written as ~index; it ends with
  /// kEndClause. The engine keeps the result of the last predicate, so repeating it is free.
  std::span<const int32_t> predicate = {};
  /// At most `cap` items of the list carry the same one of `cap_attributes`; 0: no caps. Items are
  /// taken in the order of the ranking, and those that would exceed a cap are skipped.
  uint32_t cap = 0;
  std::span<const uint32_t> cap_attributes = {};
  /// From 0, by score alone, to 1: maximal marginal relevance (core/decode/list_selector.h).
  float diversity = 0.0f;
  bool exact = false;  ///< score every item exactly, even if the model has quantised codes
  /// From -1, towards the long tail, to 1, towards popular items: the list is ranked by score +
  /// popularity ln(1 + training events of the item). Other values than 0 need item counts.
  float popularity = 0.0f;
  /// What ranks the items. The three by semantic ids need a model with them
  /// (core/parts/semantic_ids/semantic_id_ranker.h); their scores are log-probabilities.
  enum class Ranking : uint8_t {
    /// The item table, through quantised codes if the model has them. For an empty session the most
    /// frequent items, if the model has item counts.
    kTable,
    kGenerated,  ///< semantic ids, generated code by code
    kParallel,   ///< semantic ids, all four codes predicted at once: fast
    kFused,      ///< the item table mixed with the generated items
    kWords,      ///< how well items fit the words of `query` (core/search/search_ranker.h)
  } ranking = Ranking::kTable;
  /// The width of the beam search that generates, 1 to 64, which is also the most items that a
  /// generated ranking holds. 0: as wide as the list is long, but from 20 to 64; with caps or
  /// diversity 64. An item that the beam does not reach is missing from a generated list; in a
  /// fused list it has the score of the table alone.
  uint32_t beam = 0;
  /// Words that the items should fit, in UTF-8; not for kTable. kWords answers them best: its list
  /// holds only items that fit, and none if no word was understood. Of a query the first eight
  /// words that are understood count.
  std::string_view query = {};
};

/// How a session is continued.
struct ContinueOptions {
  uint32_t n = 5;            ///< events to generate, at least 1
  float temperature = 1.0f;  ///< divides the scores; 0: always the best item
  /// Only the smallest set of items that together hold this probability is drawn from; (0, 1].
  float top_p = 1.0f;
  uint32_t seed = 1;  ///< the same seed draws the same items (core/decode/item_draw.h)
};

/// The engine of one model, which all sessions share: packed dense weights, the item table and the
/// items that were added. FRONT DOOR, with Session.
///
/// Ownership: borrows the memory of the ModelView, which must outlive it; the item table is scanned
///            in place. Sessions borrow the Recommender, which must outlive them.
/// Threads:   a Recommender and all of its sessions belong to one thread at a time. They share one
///            workspace, and XNNPACK operators keep state between set-up and run. For several
///            threads create one Recommender each on the same view; the dense weights are then
///            packed again, but the item table is not copied.
class Recommender {
 public:
  /// Validates the view and packs the dense weights once.
  /// Errors: kCorruptModel or kInvalidArgument (ModelView::Validate), kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<Recommender>> Create(const ModelView& view);
  ~Recommender();
  Recommender(const Recommender&) = delete;
  Recommender& operator=(const Recommender&) = delete;

  const ModelSpec& spec() const;

  /// Adds an item for all sessions, now and later, and returns its item_index. The item tower makes
  /// its row from title, attributes and vectors, in microseconds; it can be recommended and pushed
  /// at once. Words and attribute values that training never saw have no effect. An item without
  /// any known one and without vectors gets the row of an unknown item.
  /// Errors: kInvalidArgument for an empty id, an id that another item has, an attribute that has
  /// no "=" or contains a line feed, or vectors that are not those of the model's modalities
  /// (ItemTower::MakeRow); kUnsupported without an item tower; kOutOfRange above 2^28 items;
  /// kOutOfMemory. Nothing is added then.
  Result<uint32_t> AddItem(const NewItem& item);
  /// Removes an item that AddItem added: no list and no FindItem returns it from now on. Sessions
  /// that hold it keep their events; when none does, a later item may get its item_index.
  /// Errors: kOutOfRange for any other item.
  Status RemoveItem(uint32_t item_index);
  /// The item with this id, of the file or added for everybody; the first of several. The first
  /// call builds an index of 8 bytes an item. Errors: kOutOfMemory.
  Result<std::optional<uint32_t>> FindItem(std::string_view id) const;
  /// The id of an item, of the file or added. In a model without ids it is the item_index in
  /// decimal. Requires: item_index < item_count().
  std::string ItemId(uint32_t item_index) const;
  /// N of the file, and the places of the items that were added, here or by a session.
  uint32_t item_count() const;
  /// The items that were added.
  const AddedItems& added_items() const;
  /// Describes an item in words that the language model writes, at most `limit` sub-words.
  /// Errors: kUnsupported without semantic ids or without words; kOutOfRange for an item that does
  /// not exist; kInternal from the kernels.
  Result<std::string> DescribeItem(uint32_t item_index, size_t limit = 24);
  /// The semantic id of an item, four codes. Errors: as DescribeItem.
  Result<SemanticId> ItemCodes(uint32_t item_index) const;
  /// Writes the items most like `items`, by the cosine of their rows, and returns the length of the
  /// list. Several items: like their mean direction. `items` are never in the list. Of the options
  /// `seen`, `ranking`, `query`, `beam` and `exact` are not used.
  /// Errors: kInvalidArgument if `items` is empty; kOutOfRange for an item that is not everybody's;
  /// otherwise as Session::RecommendInto.
  Result<size_t> SimilarInto(std::span<const uint32_t> items, const RecommendOptions& options,
                             std::span<ScoredItem> list) const;
  /// Creates an empty session. The Recommender must outlive it.
  /// Errors: kOutOfMemory.
  Result<std::unique_ptr<Session>> CreateSession() const;

 private:
  explicit Recommender(std::unique_ptr<EngineParts> parts);
  std::unique_ptr<EngineParts> parts_;
};

/// Names the code path that runs here, for reports: who computes the dense layers, on which
/// weights, and the instruction set of our own kernels, e.g. "xnnpack-int8 avx2", "reference-f32
/// reference".
std::string EngineInfo(DType weight_dtype);

}  // namespace tsugi

#endif  // TSUGI_CORE_RECOMMENDER_H_
