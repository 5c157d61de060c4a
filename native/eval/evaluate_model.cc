#include "native/eval/evaluate_model.h"

#include <algorithm>
#include <chrono>

#include "core/recommender.h"
#include "native/eval/baselines.h"
#include "native/eval/engine_source.h"
#include "native/eval/evaluator.h"
#include "native/eval/transitions.h"

namespace tsugi {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The cases of a sequence are adjacent, so counting changes counts users.
size_t CountUsers(std::span<const EvaluationCase> cases) {
  size_t users = 0;
  for (size_t i = 0; i < cases.size(); ++i) {
    users += i == 0 || cases[i].sequence != cases[i - 1].sequence ? 1 : 0;
  }
  return users;
}

// Evaluates one ranking after another over the same cases.
class Evaluation {
 public:
  Evaluation(const EvaluationSet& set, const std::vector<Metric>& metrics, bool filter_seen,
             const EvaluateOptions& options)
      : set_(set), metrics_(metrics), options_(options) {
    rank_options_.filter_seen = filter_seen;
    rank_options_.threads = options.threads;
  }

  // The ranks stay in ranks_, so that groups of cases are split off afterwards without ranking
  // again.
  Result<ReportRow> Run(const RankSource& source) {
    const auto start = std::chrono::steady_clock::now();
    ReportRow row;
    row.name = source.name();
    if (options_.progress) {
      rank_options_.progress = [&](size_t done, size_t total) {
        options_.progress(row.name, done, total);
      };
    }
    TSUGI_ASSIGN_OR_RETURN(ranks_, RankCases(set_, source, rank_options_));
    Summarize(set_.cases, ranks_, row);
    row.seconds = SecondsSince(start);
    return row;
  }

  // The result of the last Run on the cases i with marks[i] == is_in.
  ReportRow Group(const std::string& name, const std::vector<bool>& marks, bool is_in) const {
    std::vector<EvaluationCase> cases;
    std::vector<TargetRank> ranks;
    for (size_t i = 0; i < marks.size(); ++i) {
      if (marks[i] != is_in) continue;
      cases.push_back(set_.cases[i]);
      ranks.push_back(ranks_[i]);
    }
    ReportRow row;
    row.name = name + " (" + std::to_string(cases.size()) + " cases)";
    Summarize(cases, ranks, row);
    return row;
  }

  Status RunBaselines(const Dataset& dataset, std::vector<ReportRow>& rows) {
    const BaselineOptions baseline_options{rank_options_.filter_seen, options_.threads};
    if (options_.progress) options_.progress("learning the baselines", 0, 1);
    TSUGI_ASSIGN_OR_RETURN(
        const auto sources,
        BuildBaselines(
            MakeEvaluationSet(dataset, Split::kValid),
            ItemText::Build(dataset.item_count(), dataset.item_titles(), dataset.item_metadata()),
            baseline_options));
    for (const auto& source : sources) {
      TSUGI_ASSIGN_OR_RETURN(rows.emplace_back(), Run(*source));
    }
    return Status();
  }

 private:
  void Summarize(std::span<const EvaluationCase> cases, std::span<const TargetRank> ranks,
                 ReportRow& row) const {
    // Ties are counted within the largest k: further down they change no reported metric but MRR.
    row.means = ComputeMeans(metrics_, ranks);
    row.intervals = BootstrapIntervals(SumByUser(metrics_, cases, ranks), options_.bootstrap);
    row.ties = CountTies(ranks, *std::max_element(options_.ks.begin(), options_.ks.end()));
  }

  const EvaluationSet& set_;
  const std::vector<Metric>& metrics_;
  const EvaluateOptions& options_;
  std::vector<TargetRank> ranks_;  ///< of the last Run
  RankOptions rank_options_;
};

// A model reads actions by number, so the numbers of the data set must mean the same actions. The
// unnamed action of a data set, if there is one, is the engine's 0 and not in the model's list.
Status CheckSameActions(const ModelView& model, const Dataset& dataset, const std::string& remedy) {
  if (model.spec.action_count == 0) return Status();
  const StringTableView names = dataset.action_names();
  const size_t unnamed = dataset.events().first_action == 0 ? 1 : 0;
  bool is_same = names.size() == unnamed + model.action_names().size();
  for (size_t i = unnamed; is_same && i < names.size(); ++i) {
    is_same = names[i] == model.action_names()[i - unnamed];
  }
  return is_same ? Status() : InvalidArgument("the data set has different actions" + remedy);
}

}  // namespace

// Training items and not the whole history: an item that the user saw after the training part is
// still one of which the weights know nothing.
std::vector<bool> FindColdCases(const EvaluationSet& set) {
  std::vector<bool> is_known(set.item_count);
  for (size_t s = 0; s < set.sequence_count(); ++s) {
    for (const uint32_t item : set.training_items(s)) is_known[item] = true;
  }
  std::vector<bool> is_cold(set.cases.size());
  for (size_t i = 0; i < is_cold.size(); ++i) is_cold[i] = !is_known[set.target(set.cases[i])];
  return is_cold;
}

// Item i of the data set is row i of the model. Another order would be scored without an error and
// give numbers near zero, so every id is compared: O(N), next to nothing compared with one ranking.
Status CheckSameItems(const ModelView& model, const Dataset& dataset) {
  const std::string remedy =
      "; the model was trained on other data. Try: the data set that it was trained on";
  if (model.spec.item_count != dataset.item_count()) {
    return InvalidArgument("the model has " + std::to_string(model.spec.item_count) +
                           " items, the data set " + std::to_string(dataset.item_count()) + remedy);
  }
  TSUGI_RETURN_IF_ERROR(CheckSameActions(model, dataset, remedy));
  // A model without ids was trained on items that are numbers: only their count can be compared.
  const StringTableView ids = dataset.item_ids();
  if (model.item_ids().size() == 0) return Status();
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == model.item_ids()[i]) continue;
    return InvalidArgument("item " + std::to_string(i) + " is '" +
                           std::string(model.item_ids()[i]) + "' in the model and '" +
                           std::string(ids[i]) + "' in the data set" + remedy);
  }
  return Status();
}

Result<Report> EvaluateModel(const ModelView& model, const Dataset& dataset,
                             const EvaluateOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto zero = std::find(options.ks.begin(), options.ks.end(), 0u);
  if (options.ks.empty() || zero != options.ks.end()) {
    return InvalidArgument("k: expected one or more numbers of at least 1, such as 5,10,20");
  }
  TSUGI_RETURN_IF_ERROR(CheckSameItems(model, dataset));
  // One set for baselines and model: their rows differ by the ranking and by nothing else.
  const EvaluationSet set = MakeEvaluationSet(dataset, options.split);
  Report report;
  report.protocol = dataset.protocol();
  report.split = options.split == Split::kTest ? "test" : "valid";
  report.data_hash = dataset.hash();
  report.engine = "tsugi native, " + EngineInfo(model.spec.weight_dtype);
  report.users = CountUsers(set.cases);
  report.cases = set.cases.size();
  report.catalogue = dataset.item_count();
  report.filter_seen = options.filter_seen.value_or(model.spec.filter_seen);
  report.metrics = BuildMetrics(options.ks, report.protocol == "sessions");
  Evaluation evaluation(set, report.metrics, report.filter_seen, options);
  if (options.with_baselines) {
    TSUGI_RETURN_IF_ERROR(evaluation.RunBaselines(dataset, report.baselines));
  }
  // The model last: Group below splits the ranks of the last run.
  TSUGI_ASSIGN_OR_RETURN(report.model, evaluation.Run(*MakeEngineSource(model)));
  const std::vector<bool> is_cold = FindColdCases(set);
  report.cold_cases = static_cast<size_t>(std::count(is_cold.begin(), is_cold.end(), true));
  if (report.cold_cases > 0) {
    report.cold = evaluation.Group("cold targets", is_cold, true);
    report.warm = evaluation.Group("warm targets", is_cold, false);
  }
  for (const Measurement measure : options.measurements) {
    TSUGI_RETURN_IF_ERROR(measure(model, dataset, options, report));
  }
  report.seconds = SecondsSince(start);
  return report;
}

}  // namespace tsugi
