#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TOKENIZER_TABLE_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TOKENIZER_TABLE_H_

#include <string>
#include <vector>

#include "native/semantic_ids/semantic_ids.h"
#include "native/train/stages/semantic_ids/item_tokenizer.h"

namespace tsugi {

/// One tokenizer's line of the report.
struct TokenizerRow {
  std::string name;
  CodeUsage usage;
  size_t shared = 0;
  double kept = 0.0;
  PrefixAgreement agreement;
  train::TextRetrieval retrieval;
};

TokenizerRow MeasureTokenizer(const std::string& name, const train::Tokenization& items,
                              const ItemPairs& pairs, uint64_t seed);

/// `tsugi tokenize` as a table for people.
std::string FormatTokenizersTable(const std::vector<TokenizerRow>& rows);
/// The same as a JSON object: {"out", "tokenizers": [{"name", "used", "entropy_bits", "distinct",
/// "shared_before_repair", "collapsed", "kept_variance", "neighbours", "codes_to_text"}]}.
std::string FormatTokenizersJson(const std::string& out, const std::vector<TokenizerRow>& rows);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TOKENIZER_TABLE_H_
