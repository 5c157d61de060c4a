#ifndef TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_LANGUAGE_H_
#define TSUGI_CORE_PARTS_SEMANTIC_IDS_ITEM_LANGUAGE_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/parts/semantic_ids/beam_search.h"
#include "core/parts/semantic_ids/item_coder.h"
#include "core/parts/semantic_ids/item_trie.h"
#include "core/parts/semantic_ids/language_model.h"
#include "core/parts/semantic_ids/subword_tokenizer.h"

namespace tsugi {

/// What the language model has read of one session; made at first use.
struct LanguageState {
  KvState keys;
  AlignedBuffer<float> hidden;  ///< [D] after the last token
  size_t first = 0, end = 0;    ///< events that were read; the same: nothing was
};

/// The language part of a model: items as tokens, text as tokens, and a model that writes either.
/// Shared by the sessions of a Recommender. Threads: one at a time.
class ItemLanguage {
 public:
  /// Requires: view.spec.semantic_ids, view.Validate().ok(). Borrows the view's memory.
  /// Errors: kOutOfMemory, kUnsupported.
  static Result<std::unique_ptr<ItemLanguage>> Create(const ModelView& view);

  /// An item that joined the catalogue gets an id near its row [W] f32 and can be generated.
  void Add(std::span<const float> row);
  const ItemTrie& trie() const { return trie_; }

  Result<LanguageState> CreateState() const;
  /// Brings the state to the events, items [count], oldest first: reads those that it has not read,
  /// or starts anew where it must (FirstReadEvent). Errors: kInternal from the kernels; the state
  /// has read nothing then.
  Status Follow(std::span<const uint32_t> items, LanguageState& state);

  /// Generates at most `width` items that are not blocked, bits [trie().size()], behind a followed
  /// state and, if it is not empty, a query in words; score = log-probability. Valid until the next
  /// call. Errors: kInternal from the kernels.
  Result<std::span<const ScoredItem>> Generate(LanguageState& state, std::string_view query,
                                               std::span<const uint64_t> blocked, size_t width);
  /// Scores of all items by parallel codes; scores [trie().size()]. Errors: as Generate.
  Status ScoreAll(LanguageState& state, std::string_view query, std::span<float> scores);

  /// What the model has to say of an item, in words: the likeliest piece each time, none twice, at
  /// most `limit`.
  /// Errors: kUnsupported if the model knows no words; kInternal from the kernels.
  Result<std::string> Describe(uint32_t item, size_t limit);

 private:
  ItemLanguage(const ModelView& view, std::unique_ptr<LanguageModel> model)
      : model_(std::move(model)),
        trie_(view),
        coder_(view),
        tokenizer_(view.Strings(kPieceStrings)) {}
  /// The hidden vector from which an item follows: the state's, or that behind the query, whose
  /// rows are to be dropped again.
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
