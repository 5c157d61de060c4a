#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_EXAMPLES_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_EXAMPLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/parts/semantic_ids/language_vocabulary.h"
#include "core/parts/semantic_ids/subword_tokenizer.h"
#include "native/dataset/dataset.h"
#include "native/dataset/item_texts.h"
#include "native/semantic_ids/residual_codes.h"
#include "native/train/stages/semantic_ids/semantic_ids_config.h"

namespace tsugi::train {

/// A sequence of tokens, and which of them the model learns to predict from the tokens before.
struct TokenExample {
  std::vector<uint32_t> tokens;
  std::vector<bool> is_target;  ///< one per token; the first never is
};

/// Everything that examples are made of. Borrows.
struct LanguageSources {
  const Dataset& dataset;
  std::span<const uint32_t> ends;  ///< [S] the first events of each sequence are trained on
  const SemanticIds& ids;
  const ItemTexts& texts;
  const SubwordTokenizer& tokenizer;
  const std::vector<bool>& is_text_held_out;  ///< [N] items whose words T2 to T5 do not use
  size_t history;                             ///< items, LanguageHistory
};

/// Writes the tokens of tasks, and the examples of an epoch. Its tasks:
///   T1  history -> the next item; every item of a training sequence is predicted once an epoch
///   T2  some of an item's words -> its codes        T3  an item's codes -> its title
///   T4  a history and words of the next item -> it
///   T5  a history, or words, and a candidate -> yes or no
///
/// Negatives of T5 are half random items of the log (by popularity) and half hard ones, whose ids
/// begin with the same code as the true item. An item that the sequence holds later is never one.
class LanguageExamples {
 public:
  explicit LanguageExamples(const LanguageSources& sources);

  /// A new draw for every epoch: sequences longer than the history are cut at random places. The
  /// keys `task_*` say how much of each task an epoch holds, but for T1.
  std::vector<TokenExample> Epoch(const SemanticIdsConfig& keys, uint64_t seed,
                                  uint64_t epoch) const;

  /// History -> item for the event at `position` of a sequence: the item's codes are the targets.
  TokenExample NextItem(uint32_t sequence, uint32_t position) const;
  /// Words -> item.
  TokenExample ItemOfText(const std::string& text, uint32_t item) const;
  /// Item -> words; empty tokens if it has no title.
  TokenExample TextOfItem(uint32_t item) const;
  /// History and candidate -> yes or no.
  TokenExample JudgeNext(uint32_t sequence, uint32_t position, uint32_t candidate) const;
  /// A negative for the event: see above. The target itself if nothing else can be found.
  uint32_t DrawNegative(uint32_t sequence, uint32_t position, bool is_hard, Random& random) const;
  /// One to six words in a row of the title, or one to three attribute values: what somebody might
  /// ask for. Empty if the item has neither.
  std::string DrawQuery(uint32_t item, Random& random) const;

  const LanguageSources& sources() const { return sources_; }

 private:
  void AddHistories(std::vector<TokenExample>& examples, Random& random) const;
  void AddItemTasks(const SemanticIdsConfig& keys, std::vector<TokenExample>& examples,
                    Random& random) const;
  void AddSequenceTasks(const SemanticIdsConfig& keys, std::vector<TokenExample>& examples,
                        Random& random) const;
  TokenExample JudgeText(const std::string& text, uint32_t item, bool is_right) const;
  uint32_t DrawLike(uint32_t item, bool is_hard, Random& random) const;

  LanguageSources sources_;
  std::vector<std::vector<uint32_t>> by_first_code_;  ///< [256] items
  std::vector<uint64_t> train_places_;                ///< positions of training events in the log
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_EXAMPLES_H_
