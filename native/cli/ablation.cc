#include "native/cli/ablation.h"

#include <nlohmann/json.hpp>

#include "native/cli/command.h"
#include "native/report/text_file.h"
#include "native/eval/intent_accuracy.h"
#include "native/model/model_file.h"
#include "native/report/text_table.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kGroupNames[] = {"all", "warm", "cold", "rare", "even"};  // by CaseGroup

/// One call of Run.
class Ablation {
 public:
  Ablation(const Dataset& dataset, const StudyRequest& request)
      : dataset_(dataset), request_(request), runner_(dataset, request) {}

  Status Run(std::string_view kind) {
    TSUGI_RETURN_IF_ERROR(MakePlan(kind));
    if (!request_.rows.empty()) {
      TSUGI_ASSIGN_OR_RETURN(plan_, ChooseRows(plan_, request_.rows));
    }
    for (const AblationRow& row : plan_.rows) {
      TSUGI_ASSIGN_OR_RETURN(results_.emplace_back(), runner_.Run(row));
    }
    if (kind == "intent") TSUGI_RETURN_IF_ERROR(MeasureLabels());
    const Json json = ResultJson();
    TSUGI_RETURN_IF_ERROR(WriteText(request_.out / "ablation.json", json.dump(2) + "\n"));
    Print(ResultTable(json));
    return Status();
  }

 private:
  Status MakePlan(std::string_view kind) {
    TSUGI_ASSIGN_OR_RETURN(const train::TrainConfig base, runner_.Configure({}));
    if (kind == "negatives") {
      plan_ = NegativesAblation();
      return Status();
    }
    if (kind == "netflix") {
      plan_ = NetflixAblation(base);
      return Status();
    }
    if (kind == "semantic") {
      if (base.semantic != "on") {
        return InvalidArgument(
            "--ablate semantic: the configuration has no language part. Try: --preset semantic");
      }
      plan_ = SemanticAblation(base);
      return Status();
    }
    if (base.intents == "none") {
      return InvalidArgument(
          "--ablate intent: the configuration has no intents. Try: --preset intent");
    }
    TSUGI_ASSIGN_OR_RETURN(const IntentLabels labels, IntentLabels::Build(dataset_, base.intents));
    plan_ = IntentAblation(base, labels);
    return Status();
  }

  /// How often the whole model's intents are right.
  Status MeasureLabels() {
    TSUGI_ASSIGN_OR_RETURN(const Model model,
                           LoadModelFile(runner_.FirstWeights(plan_.rows[plan_.whole])));
    TSUGI_ASSIGN_OR_RETURN(intents_, MeasureIntents(model.view(), dataset_, Split::kTest));
    return Status();
  }

  /// Each metric of `users`; with the means of each seed, if there are any.
  Json MetricsJson(const UserSums& users, const char* value,
                   const std::vector<std::vector<double>>& seed_means) const {
    const auto means = MeansOf(users);
    const auto intervals = BootstrapIntervals(users, {});
    const auto& metrics = runner_.metrics();
    Json json;
    for (size_t m = 0; m < metrics.size(); ++m) {
      Json& one = json[metrics[m].name];
      one[value] = means[m];
      one["ci95"] = {intervals[m].low, intervals[m].high};
      for (const auto& seed : seed_means) one["seeds"].push_back(seed[m]);
    }
    return json;
  }

  Json RowJson(size_t r) const {
    Json json = {{"name", plan_.rows[r].name}, {"about", plan_.rows[r].about}};
    for (const CaseGroup group : Groups()) {
      const auto g = static_cast<size_t>(group);
      json[kGroupNames[g]] = MetricsJson(results_[r].of(group), "mean", results_[r].seed_means[g]);
    }
    return json;
  }

  Json PairJson(const AblationPair& pair) const {
    Json json = {{"name", pair.name}, {"about", pair.about}};
    for (const CaseGroup group : Groups()) {
      json[kGroupNames[static_cast<size_t>(group)]] = MetricsJson(
          Subtract(results_[pair.row].of(group), results_[pair.base].of(group)), "difference", {});
    }
    return json;
  }

  std::vector<CaseGroup> Groups() const {
    if (!runner_.has_cold_cases()) return {CaseGroup::kAll, CaseGroup::kRare, CaseGroup::kEven};
    return {CaseGroup::kAll, CaseGroup::kRare, CaseGroup::kEven, CaseGroup::kWarm,
            CaseGroup::kCold};
  }

  Json ResultJson() const {
    Json json = {{"split", "test"},         {"weights", "int8"},
                 {"seeds", request_.seeds}, {"data_hash", dataset_.hash()},
                 {"rows", Json::array()},   {"pairs", Json::array()},
                 {"intents", Json::array()}};
    for (size_t r = 0; r < results_.size(); ++r) json["rows"].push_back(RowJson(r));
    for (const AblationPair& pair : plan_.pairs) json["pairs"].push_back(PairJson(pair));
    for (const IntentAccuracy& intent : intents_) {
      json["intents"].push_back({{"family", intent.family},
                                 {"labels", intent.labels},
                                 {"cases", intent.cases},
                                 {"accuracy", intent.model},
                                 {"majority", intent.majority},
                                 {"markov", intent.markov},
                                 {"last_item", intent.last_item}});
    }
    return json;
  }

  static std::string Cell(const Json& metric, const char* value) {
    return FixedText(metric[value].get<double>(), 4) + " (" +
           FixedText(metric["ci95"][0].get<double>(), 4) + " to " +
           FixedText(metric["ci95"][1].get<double>(), 4) + ")";
  }

  std::string ResultTable(const Json& json) const {
    const bool has_cold = runner_.has_cold_cases();
    std::vector<std::vector<std::string>> rows(
        1, {"test split, int8, " + std::to_string(request_.seeds) + " seeds, 95 %", "recall@10",
            "ndcg@10", "rare: ndcg@10", "even: ndcg@10"});
    if (has_cold) rows[0].insert(rows[0].end(), {"warm: ndcg@10", "cold: recall@10"});
    const auto add = [&](const Json& row, const char* value) {
      rows.push_back({row["name"].get<std::string>() + "  " + row["about"].get<std::string>(),
                      Cell(row["all"]["recall@10"], value), Cell(row["all"]["ndcg@10"], value),
                      Cell(row["rare"]["ndcg@10"], value), Cell(row["even"]["ndcg@10"], value)});
      if (!has_cold) return;
      rows.back().push_back(Cell(row["warm"]["ndcg@10"], value));
      rows.back().push_back(Cell(row["cold"]["recall@10"], value));
    };
    for (const Json& row : json["rows"]) add(row, "mean");
    for (const Json& pair : json["pairs"]) add(pair, "difference");
    const std::string text = AlignText(rows);
    if (intents_.empty()) return text;
    rows.assign(1, {"intent of the next event, V3", "model", "majority", "markov", "last item"});
    for (const IntentAccuracy& intent : intents_) {
      rows.push_back({intent.family + " (" + std::to_string(intent.labels) + ")",
                      FixedText(intent.model, 4), FixedText(intent.majority, 4),
                      FixedText(intent.markov, 4), FixedText(intent.last_item, 4)});
    }
    return text + "\n" + AlignText(rows);
  }

  const Dataset& dataset_;
  const StudyRequest& request_;
  StudyRunner runner_;
  AblationPlan plan_;
  std::vector<RowResult> results_;  // parallel to plan_.rows
  std::vector<IntentAccuracy> intents_;
};

}  // namespace

Status RunAblation(std::string_view kind, const Dataset& dataset, const StudyRequest& request) {
  return Ablation(dataset, request).Run(kind);
}

}  // namespace tsugi
