#ifndef TSUGI_NATIVE_SEMANTIC_IDS_SUB_WORDS_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_SUB_WORDS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/item_texts.h"

namespace tsugi {

/// Learns about `count` sub-words from texts with SentencePiece's unigram model, sorted as
/// SubwordTokenizer needs them. Returns none if the texts contain no words.
///
/// It runs the program spm_train instead of calling the library: Debian's library contains a copy
/// of protobuf that conflicts with LibTorch's in one process.
/// Errors: kUnsupported if the program is not installed; kInternal with its output if it fails.
Result<std::vector<std::string>> LearnPieces(const ItemTexts& texts, size_t count);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_SUB_WORDS_H_
