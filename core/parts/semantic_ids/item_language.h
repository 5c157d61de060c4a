#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_LANGUAGE_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_LANGUAGE_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/parts/semantic_ids/beam_search.h"
#include "core/parts/semantic_ids/item_trie.h"
#include "core/parts/semantic_ids/language_model.h"
#include "core/parts/semantic_ids/subword_tokenizer.h"

namespace tsugi {

/// The state of the language model after a session's events.
struct LanguageState {
  KvState keys;
  AlignedBuffer<float> hidden;  ///< [D] after the last token
  size_t first = 0, end = 0;    ///< the events [first, end) were read
};

/// A language model that reads and writes both items (their semantic ids) and text. Shared by the
/// sessions of a Recommender. Threads: one at a time.
class ItemLanguage {
 public:
  /// Requires: view.spec.semantic_ids, view.Validate().ok(). Borrows the view's memory.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<ItemLanguage>> Create(const ModelView& view);

  /// Gives an item that joins the catalogue an id near its row [W] f32, so that it can be
  /// generated. item: the next one, or the place of one that is gone.
  void Take(uint32_t item, std::span<const float> row);
  const ItemTrie& trie() const { return trie_; }

  Result<LanguageState> CreateState() const;
  /// Makes the state that of the events, items [count], oldest first. Reads the events that it has
  /// not read, or starts again where it must (FirstReadEvent). Errors: kInternal from the kernels;
  /// the state has read nothing then.
  Status Follow(std::span<const uint32_t> items, LanguageState& state);

  /// Generates at most `width` items that come next after the events and, unless it is empty, a
  /// query in words. blocked: a bit per item, 1 = leave out. Scores are log-probabilities. Valid
  /// until the next call. Requires: `state` follows the events. Errors: kInternal from the kernels.
  Result<std::span<const ScoredItem>> Generate(LanguageState& state, std::string_view query,
                                               std::span<const uint64_t> blocked, size_t width);
  /// Scores all items by codes that are predicted at once; scores [trie().size()] f32. Requires and
  /// errors: as Generate.
  Status ScoreAll(LanguageState& state, std::string_view query, std::span<float> scores);

  /// Describes an item in words: at each step the most likely piece that was not used before, at
  /// most `limit` pieces.
  /// Errors: kUnsupported if the model knows no words; kInternal from the kernels.
  Result<std::string> Describe(uint32_t item, size_t limit);

 private:
  ItemLanguage(const ModelView& view, std::unique_ptr<LanguageModel> model)
      : model_(std::move(model)),
        trie_(view),
        coder_(view),
        tokenizer_(view.Strings(kPieceStrings)) {}
  /// The hidden vector that predicts the next item: that of the state, or after the query, whose
  /// query_rows rows of the state must be dropped again.
  Result<const float*> Ask(LanguageState& state, std::string_view query, size_t& query_rows);

  std::unique_ptr<LanguageModel> model_;
  ItemTrie trie_;
  ItemCoder coder_;
  SubwordTokenizer tokenizer_;
  BeamSearch search_;
  AlignedBuffer<float> asked_;  ///< [D]
  std::vector<uint32_t> tokens_;
  std::vector<ScoredItem> generated_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_LANGUAGE_H_
