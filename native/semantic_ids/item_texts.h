#ifndef TSUGI_NATIVE_SEMANTIC_IDS_ITEM_TEXTS_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_ITEM_TEXTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// What items say of themselves, in plain words.
struct ItemTexts {
  std::vector<std::string> titles;  ///< [N] "" without
  /// [N] the values of its attributes, in their order: "Drama", "1999".
  std::vector<std::vector<std::string>> attributes;

  /// Of a model's or a data set's titles and attributes; either may be absent.
  static ItemTexts Read(const ModelView& view);

  /// Title and attribute values of an item, parted by spaces.
  std::string All(size_t item) const;
  bool empty() const;  ///< no item says anything
};

/// Items whose words the language model's tasks never see, [N]: one in twenty of those that have a
/// title, the same for every run, so that tasks with text can be scored on them.
std::vector<bool> HoldOutTexts(const ItemTexts& texts);

/// The words of a text, as SubwordTokenizer sees them, without spaces.
std::vector<std::string> SplitWords(std::string_view text);

/// Learns at most `count` sub-words from texts with SentencePiece's unigram model, sorted as
/// SubwordTokenizer wants them. Empty if the texts hold no words.
///
/// Its program spm_train is run, not its library called: Debian's carries a protobuf of its own
/// that does not bear LibTorch's in one process. Errors: kUnsupported if the program is not there,
/// kInternal with what it said.
Result<std::vector<std::string>> LearnPieces(const ItemTexts& texts, size_t count);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_ITEM_TEXTS_H_
