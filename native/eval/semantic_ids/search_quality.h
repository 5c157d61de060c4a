#ifndef TSUGI_NATIVE_EVAL_SEMANTIC_IDS_SEARCH_QUALITY_H_
#define TSUGI_NATIVE_EVAL_SEMANTIC_IDS_SEARCH_QUALITY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"

namespace tsugi {

/// How often a query finds the item whose title its words come from.
struct SearchRow {
  std::string name;  ///< kind of query: "words", "typo", "partial word", "unseen word"
  size_t queries = 0;
  double generated = 0.0;     ///< recall@10 of generated items
  double parallel = 0.0;      ///< recall@10 of all codes at once
  double fused = 0.0;         ///< recall@10 of generated items and items near the words' row
  double tf_idf = 0.0;        ///< recall@10 of TF-IDF over the words of titles and attributes
  double milliseconds = 0.0;  ///< median time of a generated list
};

/// Searches an empty session with two to four consecutive words of each held-out title
/// (HoldOutTexts, at most `limit`), unchanged and damaged in several ways; `seed` chooses the
/// words. The index of TF-IDF contains the held-out titles, while the model has never read them.
/// Errors: kUnsupported if the model cannot search by words; those of the engine.
Result<std::vector<SearchRow>> MeasureSearch(const ModelView& model, size_t limit, uint64_t seed);

/// `evaluate --search` as a table for people.
std::string FormatSearchTable(const std::vector<SearchRow>& rows);
/// The same as a JSON object: {"search": [{"name", "queries", "generated", "parallel", "fused",
/// "tf_idf", "milliseconds"}]}.
std::string FormatSearchJson(const std::vector<SearchRow>& rows);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEMANTIC_IDS_SEARCH_QUALITY_H_
