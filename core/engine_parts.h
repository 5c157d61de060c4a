#ifndef TSUGI_CORE_ENGINE_PARTS_H_
#define TSUGI_CORE_ENGINE_PARTS_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "core/explain/event_effects.h"
#include "core/items/added_items.h"
#include "core/items/id_index.h"
#include "core/items/item_table.h"
#include "core/layers/workspace.h"
#include "core/list_builder.h"
#include "core/model/model_spec.h"
#include "core/saved_session.h"
#include "core/session_encoder.h"
#include "core/session_input/event_tokenizer.h"
#include "core/shifted_ranker.h"
#include "core/similar_ranker.h"
#include "core/table_ranker.h"

namespace tsugi {

class Imagination;
class SearchRanker;
class SemanticIdRanker;

/// What a Recommender shares with its sessions; internal to the engine.
struct EngineParts {
  /// Packs the dense weights. Requires: view.Validate().ok(). Borrows the view's memory.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<EngineParts>> Create(const ModelView& view);
  ~EngineParts();

  ModelSpec spec;
  uint64_t fingerprint;  ///< of the model; saved sessions carry it
  StringTableView ids;   ///< [N] of the file, or empty
  IdIndex id_index;      ///< of them; empty until the first search
  std::unique_ptr<AddedItems> added;
  ItemTable items;
  ItemAttributes attributes;
  EventTokenizer tokenizer;
  SessionEncoder encoder;
  Workspace workspace;
  EventEffects effects;
  ListBuilder lists;
  std::unique_ptr<TableRanker> table;
  std::unique_ptr<SimilarRanker> similar;
  std::unique_ptr<ShiftedRanker> shifted;
  std::unique_ptr<SearchRanker> search;  ///< null if the file says nothing in words of its items
  // Optional parts of a model; null if it lacks them.
  std::unique_ptr<ItemRanker> codes;
  std::unique_ptr<ItemRanker> popular;
  std::unique_ptr<SemanticIdRanker> semantic_ids;
  std::unique_ptr<Imagination> imagination;

  ItemOwner session_count = 0;  ///< sessions made so far; the last one has this number

  /// N, and the places of added items.
  uint32_t item_count() const { return static_cast<uint32_t>(lists.item_count()); }
  /// Errors: kOutOfRange for an item that the viewer does not see.
  Status CheckItem(uint32_t item_index, ItemOwner viewer) const;
  /// What ranks for a session, which may be empty.
  /// Errors: kUnsupported if the model lacks the part that ranks so.
  Result<ItemRanker*> RankerOf(RecommendOptions::Ranking ranking, bool is_empty = false) const;
  /// As Session::SimilarInto, for a viewer who dislikes some items.
  Result<size_t> SimilarInto(std::span<const uint32_t> items, const RecommendOptions& options,
                             ItemOwner viewer, std::span<const uint32_t> disliked,
                             std::span<ScoredItem> list);
  /// Called after an item was added.
  void TakeInAddedItems();
  /// As Recommender's.
  Result<std::optional<uint32_t>> FindItem(std::string_view id, ItemOwner viewer);
  /// Errors: as Recommender::AddItem.
  Result<uint32_t> AddItem(const NewItem& item, ItemOwner owner);
  /// As AddItem, but everybody may have an item of this id, which the new one then hides from its
  /// owner. Requires: the owner has none.
  Result<uint32_t> AddHidingItem(const NewItem& item, ItemOwner owner);
  /// Takes an added item away from its owner. Errors: kOutOfRange if it is not the owner's.
  Status RemoveItem(uint32_t item_index, ItemOwner owner);
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENGINE_PARTS_H_
