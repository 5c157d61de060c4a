#ifndef TSUGI_NATIVE_EVAL_SEARCH_SEARCH_QUALITY_H_
#define TSUGI_NATIVE_EVAL_SEARCH_SEARCH_QUALITY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/eval/search/word_net.h"

namespace tsugi {

/// How well the rankings of a model answer queries of one kind.
struct SearchRow {
  std::string name;  ///< kind of query, e.g. "typo" (native/eval/search/search_queries.h)
  bool is_nonsense = false;
  size_t queries = 0;
  /// [R] the mean Recall@10 over the queries: relevant items among the first ten / min(10, relevant
  /// items). Of nonsense the share of queries that are answered with any item: lower is better.
  std::vector<double> values;
  double milliseconds = 0.0;  ///< median time of a list of the first ranking
};

struct SearchReport {
  std::vector<std::string> rankings;  ///< [R] those that the model supports, then "tf_idf"
  std::vector<SearchRow> rows;        ///< of the kinds that the catalogue gives queries of
  std::vector<std::string> notes;     ///< what was not measured, and why
};

struct SearchOptions {
  const WordNet* word_net = nullptr;  ///< null: without synonyms
  uint64_t seed = 1;                  ///< of the queries
  /// Called with the kind of the queries.
  std::function<void(std::string_view what, size_t done, size_t total)> progress = {};
};

/// Asks every ranking of the model that reads words, through the shipped engine, and TF-IDF. Most
/// kinds are asked in an empty session.
/// Errors: those of CheckSameItems and of the engine; kUnsupported if the items have no words.
Result<SearchReport> MeasureSearch(const ModelView& model, const Dataset& dataset,
                                   const SearchOptions& options);

/// `evaluate --search` as a table for people.
std::string FormatSearchTable(const SearchReport& report);
/// The same as a JSON object: {"search": [{"name", "measure", "queries", one value a ranking
/// ("words", "generated", "parallel", "fused", "tf_idf"), "milliseconds"}], "notes": [...]}.
/// measure: "recall@10", or "answered" of nonsense.
std::string FormatSearchJson(const SearchReport& report);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_SEARCH_SEARCH_QUALITY_H_
