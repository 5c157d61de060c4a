#ifndef TSUGI_NATIVE_SEMANTIC_IDS_ITEM_TEXTS_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_ITEM_TEXTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi {

/// The titles and attribute values of items.
struct ItemTexts {
  std::vector<std::string> titles;  ///< [N]; "" for items without a title
  /// [N] the attribute values of an item, in the model's order: "Drama", "1999".
  std::vector<std::vector<std::string>> attributes;

  /// Reads titles and attributes from a view of a model or a data set; either may be absent.
  static ItemTexts Read(const ModelView& view);

  /// The title and the attribute values of an item, separated by spaces.
  std::string All(size_t item) const;
  bool empty() const;  ///< whether no item has any text
};

/// Chooses items whose texts the training of the language model never sees, [N]: one in twenty of
/// the items with a title. The tasks with text are scored on them. The choice is the same in every
/// run.
std::vector<bool> HoldOutTexts(const ItemTexts& texts);

/// Splits a text into words as SubwordTokenizer does, without spaces.
std::vector<std::string> SplitWords(std::string_view text);

/// Learns about `count` sub-words from texts with SentencePiece's unigram model, sorted as
/// SubwordTokenizer needs them. Returns none if the texts contain no words.
///
/// It runs the program spm_train instead of calling the library: Debian's library contains a copy
/// of protobuf that conflicts with LibTorch's in one process.
/// Errors: kUnsupported if the program is not installed; kInternal with its output if it fails.
Result<std::vector<std::string>> LearnPieces(const ItemTexts& texts, size_t count);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_ITEM_TEXTS_H_
