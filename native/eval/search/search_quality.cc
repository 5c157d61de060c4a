#include "native/eval/search/search_quality.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "native/eval/engine_source.h"
#include "native/eval/evaluate_model.h"
#include "native/eval/metrics.h"
#include "native/eval/search/search_queries.h"
#include "native/eval/search/tf_idf_search.h"
#include "native/report/text.h"

namespace tsugi {
namespace {

constexpr uint32_t kListLength = 10;
constexpr char kTfIdf[] = "tf_idf";
using Ranking = RecommendOptions::Ranking;
using NamedRanking = std::pair<const char*, Ranking>;
constexpr NamedRanking kRankings[] = {{"words", Ranking::kWords},
                                      {"generated", Ranking::kGenerated},
                                      {"parallel", Ranking::kParallel},
                                      {"fused", Ranking::kFused}};

RecommendOptions OptionsFor(const ModelView& model, Ranking ranking, std::string_view text,
                            std::span<const uint32_t> left_out = {}) {
  RecommendOptions options{.k = std::min(kListLength, model.spec.item_count)};
  options.exclude = left_out;
  options.ranking = ranking;
  options.query = text;
  return options;
}

// Asks, because the engine knows what it can do.
Result<std::vector<NamedRanking>> FindRankings(const ModelView& model, Session& session) {
  std::vector<NamedRanking> found;
  for (const NamedRanking& one : kRankings) {
    const Status status = session.Recommend(OptionsFor(model, one.second, "a")).status();
    if (status.code() == StatusCode::kUnsupported) continue;
    TSUGI_RETURN_IF_ERROR(status);
    found.push_back(one);
  }
  return found;
}

double Judge(const SearchKind& kind, const SearchQuery& query, const std::vector<uint32_t>& list) {
  if (kind.is_nonsense) return list.empty() ? 0.0 : 1.0;
  const auto found = std::count_if(list.begin(), list.end(), [&](uint32_t item) {
    return std::binary_search(query.relevant.begin(), query.relevant.end(), item);
  });
  return static_cast<double>(found) /
         static_cast<double>(std::min<size_t>(kListLength, query.relevant.size()));
}

// Asks the queries of one kind after the other.
class SearchMeter {
 public:
  SearchMeter(const ModelView& model, EngineSession& engine, std::span<const NamedRanking> rankings,
              const TfIdfSearch& tf_idf, const SearchOptions& options)
      : model_(model), engine_(engine), rankings_(rankings), tf_idf_(tf_idf), options_(options) {}

  // Requires: the kind has queries.
  Result<SearchRow> Measure(const SearchKind& kind) {
    SearchRow row{kind.name, kind.is_nonsense, kind.queries.size(), {}};
    row.values.resize(rankings_.size() + 1);
    times_.clear();
    for (size_t q = 0; q < kind.queries.size(); ++q) {
      if (options_.progress) options_.progress(kind.name, q, kind.queries.size());
      TSUGI_RETURN_IF_ERROR(Ask(kind, kind.queries[q], row.values));
    }
    if (options_.progress) options_.progress(kind.name, kind.queries.size(), kind.queries.size());
    for (double& value : row.values) value /= static_cast<double>(kind.queries.size());
    row.milliseconds = MedianOf(times_);
    return row;
  }

 private:
  // Adds what the query's lists are worth to `values`. The first ranking is timed.
  Status Ask(const SearchKind& kind, const SearchQuery& query, std::vector<double>& values) {
    TSUGI_RETURN_IF_ERROR(engine_.Follow(query.history));
    // Also without a session, so that taste is all that it lacks.
    const auto left_out = model_.spec.filter_seen ? std::span<const uint32_t>(query.seen)
                                                  : std::span<const uint32_t>();
    for (size_t r = 0; r < rankings_.size(); ++r) {
      const auto start = std::chrono::steady_clock::now();
      TSUGI_ASSIGN_OR_RETURN(const auto scored,
                             engine_.session->Recommend(
                                 OptionsFor(model_, rankings_[r].second, query.text, left_out)));
      const std::chrono::duration<double, std::milli> time =
          std::chrono::steady_clock::now() - start;
      if (r == 0) times_.push_back(time.count());
      std::vector<uint32_t> list;
      for (const ScoredItem& item : scored) list.push_back(item.item_index);
      values[r] += Judge(kind, query, list);
    }
    values.back() += Judge(kind, query, tf_idf_.Best(query.text, kListLength, left_out));
    return Status();
  }

  const ModelView& model_;
  EngineSession& engine_;
  std::span<const NamedRanking> rankings_;
  const TfIdfSearch& tf_idf_;
  const SearchOptions& options_;
  std::vector<double> times_;
};

}  // namespace

Result<SearchReport> MeasureSearch(const ModelView& model, const Dataset& dataset,
                                   const SearchOptions& options) {
  TSUGI_RETURN_IF_ERROR(CheckSameItems(model, dataset));
  const WordIndex words = WordIndex::Read(model);
  if (words.in_titles.empty() && words.in_attributes.empty()) {
    return Unsupported(
        "the model's items have no titles and no attributes to search. Try: import with --items "
        "and train again");
  }
  TSUGI_ASSIGN_OR_RETURN(EngineSession engine, EngineSession::Create(model));
  TSUGI_ASSIGN_OR_RETURN(const auto rankings, FindRankings(model, *engine.session));
  const TfIdfSearch tf_idf(words);
  SearchMeter meter(model, engine, rankings, tf_idf, options);
  SearchReport report;
  for (const NamedRanking& one : rankings) report.rankings.push_back(one.first);
  report.rankings.push_back(kTfIdf);
  for (const SearchKind& kind : DrawSearchQueries(words, dataset, options.word_net, options.seed)) {
    if (kind.queries.empty()) {
      report.notes.push_back(kind.name + ": the data set gives no such query");
      continue;
    }
    TSUGI_ASSIGN_OR_RETURN(report.rows.emplace_back(), meter.Measure(kind));
  }
  if (options.word_net == nullptr) {
    report.notes.push_back(
        "synonyms: not measured. Try: --synonyms with the folder of WordNet's index and data files "
        "(Debian's package wordnet-base: /usr/share/wordnet)");
  }
  return report;
}

std::string FormatSearchTable(const SearchReport& report) {
  std::vector<std::vector<std::string>> lines = {{"asked with", "queries"}};
  for (const std::string& name : report.rankings) {
    lines[0].push_back(name == kTfIdf ? "TF-IDF" : name);
  }
  lines[0].insert(lines[0].end(), {"measure", "ms, " + report.rankings[0]});
  for (const SearchRow& row : report.rows) {
    std::vector<std::string> cells = {row.name, std::to_string(row.queries)};
    for (const double value : row.values) cells.push_back(FixedText(value, 4));
    cells.push_back(row.is_nonsense ? "share answered: lower is better" : "Recall@10");
    cells.push_back(FixedText(row.milliseconds, 3));
    lines.push_back(std::move(cells));
  }
  std::string text = AlignText(lines);
  for (const std::string& note : report.notes) text += "\n" + note + "\n";
  return text;
}

std::string FormatSearchJson(const SearchReport& report) {
  nlohmann::ordered_json json = {{"search", nlohmann::ordered_json::array()}};
  for (const SearchRow& row : report.rows) {
    nlohmann::ordered_json one = {{"name", row.name},
                                  {"measure", row.is_nonsense ? "answered" : "recall@10"},
                                  {"queries", row.queries}};
    for (size_t r = 0; r < row.values.size(); ++r) one[report.rankings[r]] = row.values[r];
    one["milliseconds"] = row.milliseconds;
    json["search"].push_back(std::move(one));
  }
  json["notes"] = report.notes;
  return json.dump(2) + "\n";
}

}  // namespace tsugi
