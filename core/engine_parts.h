#ifndef TSUGI_CORE_ENGINE_PARTS_H_
#define TSUGI_CORE_ENGINE_PARTS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/catalogue_ranker.h"
#include "core/explain/event_effects.h"
#include "core/parts/imagine/concept.h"
#include "core/items/added_items.h"
#include "core/items/id_index.h"
#include "core/items/item_table.h"
#include "core/parts/semantic_ids/item_language.h"
#include "core/parts/semantic_ids/word_match.h"
#include "core/layers/workspace.h"
#include "core/model/model_spec.h"
#include "core/saved_session.h"
#include "core/session_encoder.h"
#include "core/session_input/event_tokenizer.h"

namespace tsugi {

/// What a Recommender shares with its sessions; internal to recommender.cc and session*.cc.
struct EngineParts {
  ModelSpec spec;
  uint64_t fingerprint;  ///< of the model; saved sessions carry it
  StringTableView ids;   ///< [N] of the file, or empty
  IdIndex id_index;      ///< of them; empty until the first search
  std::unique_ptr<AddedItems> added;
  ItemTable items;
  EventTokenizer tokenizer;
  SessionEncoder encoder;
  Workspace workspace;
  std::vector<uint32_t>
      short_term_counts;  ///< [T] scratch of one Encode; empty without the encoder
  std::unique_ptr<CatalogueRanker> ranker;
  EventEffects effects;
  std::unique_ptr<Imagination> imagination;  ///< null if the model has none
  std::unique_ptr<ItemLanguage> language;    ///< as imagination
  std::optional<WordMatch> word_match;       ///< beside it

  /// Those that the ranker knows: an item that there was no memory to take in is not there.
  uint32_t item_count() const { return static_cast<uint32_t>(ranker->item_count()); }
  /// As Recommender's.
  Result<std::optional<uint32_t>> FindItem(std::string_view id);
  Result<uint32_t> AddItem(const NewItem& item);
  /// Errors: kUnsupported without a language part, kOutOfRange for an item that is not there.
  Status CheckLanguage() const;
  Status CheckLanguageItem(uint32_t item_index) const;
  /// Adds those of a saved session's items that are not there yet; the item_index of each.
  Result<std::vector<uint32_t>> AddSavedItems(std::span<const SavedSession::Item> saved);
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENGINE_PARTS_H_
