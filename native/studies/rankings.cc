#include <chrono>

#include "native/eval/baselines.h"
#include "native/eval/engine_source.h"
#include "native/eval/evaluate_model.h"
#include "native/eval/evaluator.h"
#include "native/eval/transitions.h"
#include "native/studies/study.h"

namespace tsugi {
namespace {

constexpr uint32_t kRareEvents = 5;
constexpr uint32_t kListLength = 20;
constexpr uint32_t kCuts[] = {5, 10, 20};

struct RankingRow {
  const char* name;
  const char* about;
  RecommendOptions::Ranking ranking = RecommendOptions::Ranking::kTable;
};
constexpr RankingRow kRankingRows[] = {
    {"table", "the item table"},
    {"generated", "what the language part generates", RecommendOptions::Ranking::kGenerated},
    {"parallel", "what it predicts in parallel", RecommendOptions::Ranking::kParallel},
    {"fused", "generated and the item table", RecommendOptions::Ranking::kFused},
    {"markov", "first-order Markov"}};

/// The cases of a split and how they are ranked.
class RankingStudy {
 public:
  /// Popularity counts training events alone, so rare targets are the ones that training saw
  /// rarely.
  RankingStudy(Dataset dataset, const RankingSettings& settings, int64_t beam,
               const StudyRequest& request)
      : dataset_(std::move(dataset)),
        request_(request),
        set_(MakeEvaluationSet(dataset_, settings.TheSplit())),
        filter_seen_(settings.FilterSeen()),
        beam_(static_cast<uint32_t>(beam)),
        popularity_(std::make_shared<Popularity>(CountPopularity(set_))) {
    for (const EvaluationCase& one : set_.cases) {
      is_rare_.push_back(popularity_->counts[set_.target(one)] < kRareEvents ? 1.0 : 0.0);
    }
  }

  const Dataset& dataset() const { return dataset_; }

  /// `filter_seen` where the request leaves it to the model.
  Result<StudyValues> Measure(const RankSource& source, bool filter_seen) const {
    const auto start = std::chrono::steady_clock::now();
    RankOptions options{.filter_seen = filter_seen_.value_or(filter_seen)};
    options.progress = [&](size_t done, size_t total) {
      if (request_.progress) request_.progress(source.name(), done, total);
    };
    TSUGI_ASSIGN_OR_RETURN(const auto ranks, RankCases(set_, source, options));
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    auto metrics = BuildMetrics(kCuts, false);
    // Generated lists are as long as the largest cut. A reciprocal rank over the whole catalogue
    // does not exist for them, so the column is left out for all rows.
    std::erase_if(metrics, [](const Metric& m) { return m.kind == Metric::Kind::kMrr; });
    std::vector<std::string> names;
    for (const Metric& metric : metrics) names.push_back(metric.name);
    StudyValues values;
    AddValues("all/", names, SumByUser(metrics, set_.cases, ranks), values);
    AddValues("rare/", names, SumByUser(metrics, set_.cases, ranks, is_rare_), values);
    values.push_back({"seconds", time.count()});
    return values;
  }

  Result<StudyValues> Measure(const ModelView& model, const RankingRow& row) const {
    const bool filter_seen = model.spec.filter_seen;
    // A generated list has no score for items that are not on it: their rank is a miss.
    if (row.ranking != RecommendOptions::Ranking::kTable) {
      return Measure(
          *MakeListSource(model, {.k = kListLength, .ranking = row.ranking, .beam = beam_}),
          filter_seen);
    }
    // Markov needs no model. It stands in the table because it has the same cases and filter.
    if (row.name != std::string_view("markov")) {
      return Measure(*MakeEngineSource(model), filter_seen);
    }
    const auto transitions = std::make_shared<Transitions>(CountTransitions(set_));
    return Measure(*MakeMarkov(transitions, popularity_), filter_seen);
  }

 private:
  const Dataset dataset_;
  const StudyRequest& request_;
  const EvaluationSet set_;  // borrows from dataset_
  const std::optional<bool> filter_seen_;
  const uint32_t beam_;
  const std::shared_ptr<const Popularity> popularity_;
  std::vector<double> is_rare_;  // [cases] 0 or 1
};

/// With `against` the item table of that model comes first.
Result<std::vector<StudyTask>> PlanRankings(const StudyRequest& request) {
  int64_t beam = 20;
  RankingSettings settings;
  TSUGI_RETURN_IF_ERROR(
      settings.Read(request, {{.key = "beam", .value = &beam, .low = 1, .high = 64}}));
  TSUGI_ASSIGN_OR_RETURN(Dataset dataset, OpenData(request));
  TSUGI_ASSIGN_OR_RETURN(auto models, LoadModels(request));
  for (const FinishedModel& one : models) {
    TSUGI_RETURN_IF_ERROR(CheckSameItems(one.model->view(), dataset));
  }
  // The other model is measured once for each seed of the models, so that every pair of rows has
  // the same seeds and can be subtracted.
  std::optional<FinishedModel> against;
  if (!request.against.empty()) {
    against = models.front();
    models.erase(models.begin());
  }
  const auto study =
      std::make_shared<const RankingStudy>(std::move(dataset), settings, beam, request);
  std::vector<StudyTask> tasks;
  const auto add = [&](const FinishedModel& model, uint64_t seed, const RankingRow& row) {
    tasks.push_back({row.name, row.about, seed, std::string(study->dataset().hash()),
                     HashOf(settings.hashed), model.hash,
                     [study, model, row] { return study->Measure(model.model->view(), row); }});
  };
  for (const FinishedModel& model : models) {
    if (!model.model->view().spec.semantic_ids) {
      return Unsupported(model.name +
                         ": the model ranks by its item table only. Try: train with --preset "
                         "semantic");
    }
    if (against) add(*against, model.seed, {"other", "another model's item table"});
    for (const RankingRow& row : kRankingRows) add(model, model.seed, row);
  }
  return tasks;
}

}  // namespace

Study RankingsStudy() {
  return {"rankings",
          "what a model with a language part can rank by",
          {.title = "95 % over users",
           .columns = {{"recall@10", "all/recall@10"},
                       {"ndcg@10", "all/ndcg@10"},
                       {"under 5 events: recall@10", "rare/recall@10"},
                       {"ndcg@10", "rare/ndcg@10"},
                       {"seconds", "seconds"}},
           .pairs = {{kEachOtherRow, kFirstRow}}},
          PlanRankings};
}

}  // namespace tsugi
