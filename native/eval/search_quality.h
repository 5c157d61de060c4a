#ifndef TSUGI_NATIVE_EVAL_SEARCH_QUALITY_H_
#define TSUGI_NATIVE_EVAL_SEARCH_QUALITY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"

namespace tsugi {

/// How well words find the item that they were taken from.
struct SearchRow {
  std::string name;  ///< what was asked with: "words", "typo", "partial word", "unseen word"
  size_t queries = 0;
  double generated = 0.0;     ///< recall@10 of generated items
  double parallel = 0.0;      ///< of all codes at once
  double fused = 0.0;         ///< of generated items and those near the words' row
  double tf_idf = 0.0;        ///< of TF-IDF over the words of titles and attributes
  double milliseconds = 0.0;  ///< median time of a generated list
};

/// Asks a fresh session with two to four words in a row of every held-out title (HoldOutTexts, at
/// most `limit`), as they are and damaged; words are drawn by `seed`. TF-IDF has the held-out
/// titles in its index, the model has never read them. Errors: kUnsupported if the model reads no
/// words; those of the engine.
Result<std::vector<SearchRow>> MeasureSearch(const ModelView& model, size_t limit, uint64_t seed);

/// `evaluate --search` as a table for people.
std::string FormatSearchTable(const std::vector<SearchRow>& rows);
/// The same as a JSON object: {"search": [{"name", "queries", "generated", "parallel", "fused",
/// "tf_idf", "milliseconds"}]}.
std::string FormatSearchJson(const std::vector<SearchRow>& rows);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEARCH_QUALITY_H_
