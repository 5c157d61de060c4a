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
#include "core/model/model_view.h"
#include "core/parts/semantic_ids/language_vocabulary.h"

namespace tsugi {

class Session;
struct EngineParts;

/// One item of a list.
struct Recommendation {
  uint32_t item_index;
  float score;  ///< logit: natural log, unnormalised; higher is better
};

/// What a list may hold and how it is made. The list is what the rules give on the full ranking of
/// the catalogue, however far down they have to look.
struct RecommendOptions {
  uint32_t k = 10;
  /// Leave out items that the session holds; spec.filter_seen when unset.
  enum class Seen : uint8_t { kModelDefault, kFilter, kKeep } seen = Seen::kModelDefault;
  std::span<const uint32_t> exclude = {};  ///< item indices never to return; >= N is an error
  /// Only these items; unset: all. An empty list allows none.
  std::optional<std::span<const uint32_t>> allow = std::nullopt;
  /// Clauses that an item's attributes must all meet (core/items/attribute_filter.h): a clause is
  /// any of its attributes, or the absence of one written ~index, and ends with kEndClause. The
  /// bits of the last predicate are kept, so asking with it again costs nothing.
  std::span<const int32_t> predicate = {};
  /// At most `cap` items of the list carry the same one of `cap_attributes`; 0: no caps. Items are
  /// taken in rank order and passed over where a cap is reached.
  uint32_t cap = 0;
  std::span<const uint32_t> cap_attributes = {};
  /// 0: by score alone .. 1: maximal marginal relevance, as in core/decode/list_selector.h.
  float diversity = 0.0f;
  bool exact = false;  ///< score every item, even if the model holds item codes
  /// What ranks the items. All but the first need a model with a language part
  /// (core/parts/semantic_ids/item_language.h) and take neither caps nor diversity; their scores
  /// are natural logarithms of probabilities.
  enum class Ranking : uint8_t {
    kTable,      ///< the item table
    kGenerated,  ///< semantic ids, generated code by code: at most `beam` items
    kParallel,   ///< semantic ids, all codes at once: fast, and ranks every item
    kFused,      ///< the item table and what is generated (core/parts/semantic_ids/fusion.h)
  } ranking = Ranking::kTable;
  /// Prefixes kept while generating, 1 to 64; 0 = k, but from 20 to 64.
  uint32_t beam = 0;
  /// Words that the items should fit, not for kTable. A fused list, best of the three for words,
  /// mixes what is generated with the items nearest to the row that the semantic tower makes of the
  /// words and to the visitor's, and puts those first whose own words are asked for (WordMatch).
  std::string_view query = {};
};

/// How a session is continued.
struct ContinueOptions {
  uint32_t n = 5;            ///< events to generate
  float temperature = 1.0f;  ///< > 0 divides the scores; 0: always the best item
  /// Draw among the smallest set of items that holds this probability; (0, 1].
  float top_p = 1.0f;
  uint32_t seed = 1;  ///< the same seed draws the same items (core/decode/item_draw.h)
};

/// The engine of one model: packed dense weights and the item table. FRONT DOOR, with Session.
///
/// Ownership: borrows the ModelView's memory (the item table is scanned in place), which must
///            outlive it. Sessions borrow the Recommender, which must outlive them.
/// Threads:   a Recommender and all of its sessions belong to one thread at a time: they share one
///            workspace, and XNNPACK operators keep state between set-up and run. For several
///            threads create one Recommender per thread on the same view; only the dense weights
///            are packed again, the item table is not copied.
class Recommender {
 public:
  /// Validates the view and packs the dense weights once.
  /// Errors: kCorruptModel or kInvalidArgument (ModelView::Validate), kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<Recommender>> Create(const ModelView& view);
  ~Recommender();
  Recommender(const Recommender&) = delete;
  Recommender& operator=(const Recommender&) = delete;

  const ModelSpec& spec() const;

  /// Adds an item to the catalogue, of all sessions, with a row that the semantic tower makes of
  /// what it says of itself; returns its item_index. It can be recommended and pushed at once.
  /// Attribute values and words that training did not see say nothing; an item that says nothing
  /// at all gets the row of any unknown item. Costs microseconds.
  /// Errors: kInvalidArgument for an empty id, an attribute without "=" or with a line feed;
  /// kInvalidArgument if an item has the id; kUnsupported without a semantic tower; kOutOfRange
  /// beyond 2^28 items; kOutOfMemory. Nothing is added then.
  Result<uint32_t> AddItem(const NewItem& item);
  /// The item of an id: of equal ids the first. The first call makes an index of 8 bytes an item.
  /// Errors: kOutOfMemory.
  Result<std::optional<uint32_t>> FindItem(std::string_view id) const;
  /// The id of an item, of the file or added; a model without ids has its item_index in decimal.
  /// Requires: item_index < item_count().
  std::string ItemId(uint32_t item_index) const;
  /// N, and the items that were added.
  uint32_t item_count() const;
  /// Those that were added.
  const AddedItems& added_items() const;
  /// What the language part says of an item, in at most `limit` sub-words.
  /// Errors: kUnsupported without a language part or words; kOutOfRange for an item that is not
  /// there; kInternal from the kernels.
  Result<std::string> DescribeItem(uint32_t item_index, size_t limit = 24);
  /// Its semantic id: four codes. Errors: as DescribeItem.
  Result<SemanticId> ItemCodes(uint32_t item_index) const;
  /// A fresh, empty session. The Recommender must outlive it.
  /// Errors: kOutOfMemory.
  Result<std::unique_ptr<Session>> CreateSession() const;

 private:
  explicit Recommender(std::unique_ptr<EngineParts> parts);
  std::unique_ptr<EngineParts> parts_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_RECOMMENDER_H_
