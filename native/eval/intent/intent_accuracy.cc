#include "native/eval/intent/intent_accuracy.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "core/base/text.h"
#include "core/recommender.h"
#include "core/session.h"
#include "native/eval/engine_source.h"
#include "native/eval/evaluator.h"
#include "native/report/text.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

// Training counts of the labels of a family: alone, after each label and after each item.
class LabelCounts {
 public:
  LabelCounts(const IntentLabels& labels, const IntentFamily& family, const Dataset& dataset)
      : size_(family.labels.size()), totals_(size_), after_(size_ * size_) {
    for (size_t s = 0; s < dataset.sequence_count(); ++s) {
      const uint64_t begin = dataset.offsets()[s];
      for (uint64_t e = begin; e < begin + dataset.train_end()[s]; ++e) {
        const auto span = labels.LabelsOf(family, e);
        // A copy, because the next call of LabelsOf reuses the span.
        const std::vector<uint32_t> now(span.begin(), span.end());
        for (const uint32_t label : now) ++totals_[label];
        if (e == begin) continue;
        for (const uint32_t before : labels.LabelsOf(family, e - 1)) {
          for (const uint32_t label : now) ++after_[before * size_ + label];
        }
        auto& after_item = after_item_[dataset.items()[e - 1]];
        for (const uint32_t label : now) ++after_item[label];
      }
    }
  }

  // The best guess that looks at nothing; a predictor below it has learnt nothing.
  uint32_t Majority() const { return Highest(totals_); }

  // The prediction after an event with these labels; the majority if no label ever followed them.
  uint32_t Next(std::span<const uint32_t> before) const {
    std::vector<uint64_t> sums(size_);
    for (const uint32_t label : before) {
      for (size_t i = 0; i < size_; ++i) sums[i] += after_[label * size_ + i];
    }
    const uint32_t next = Highest(sums);
    return sums[next] == 0 ? Majority() : next;
  }

  // The prediction after an event with this item; the majority if no label ever followed it.
  uint32_t NextOfItem(uint32_t item) const {
    const auto found = after_item_.find(item);
    if (found == after_item_.end()) return Majority();
    const auto is_less = [](const auto& a, const auto& b) { return a.second < b.second; };
    return std::max_element(found->second.begin(), found->second.end(), is_less)->first;
  }

 private:
  // The lowest label of several with equal counts, so that a prediction is the same in every run.
  static uint32_t Highest(const std::vector<uint64_t>& counts) {
    return static_cast<uint32_t>(std::max_element(counts.begin(), counts.end()) - counts.begin());
  }

  size_t size_;
  std::vector<uint64_t> totals_;                                           // [L]
  std::vector<uint64_t> after_;                                            // [L, L]
  std::unordered_map<uint32_t, std::map<uint32_t, uint32_t>> after_item_;  // item -> label -> count
};

// Right predictions of one family by user. The columns are model, majority, Markov, last item, and
// the differences model - Markov and model - last item: as columns of their own they get paired
// intervals from the same bootstrap.
class FamilyTally {
 public:
  FamilyTally(const IntentLabels& labels, const IntentFamily& family, const Dataset& dataset)
      : labels_(labels), family_(family), counts_(labels, family, dataset) {
    users_.metric_count = kColumns;
  }

  // Adds the case of `event`, whose history ends with `last_item`. Requires: the cases of a
  // sequence are added one after the other; event > 0.
  void Add(uint32_t sequence, uint64_t event, uint32_t last_item,
           std::span<const float> probabilities) {
    const auto before_span = labels_.LabelsOf(family_, event - 1);
    const std::vector<uint32_t> before(before_span.begin(), before_span.end());
    // An event without a label in this family can be neither right nor wrong.
    const auto truth = labels_.LabelsOf(family_, event);
    if (truth.empty()) return;
    const auto is_true = [&](uint32_t label) {
      return std::find(truth.begin(), truth.end(), label) == truth.end() ? 0.0 : 1.0;
    };
    const auto first = std::max_element(probabilities.begin(), probabilities.end());
    const double model = is_true(static_cast<uint32_t>(first - probabilities.begin()));
    const double markov = is_true(counts_.Next(before));
    const double by_item = is_true(counts_.NextOfItem(last_item));
    const double row[kColumns] = {
        model, is_true(counts_.Majority()), markov, by_item, model - markov, model - by_item};
    users_.Add(users_.case_counts.empty() || sequence != sequence_, row);
    sequence_ = sequence;
  }

  IntentAccuracy Finish() const {
    IntentAccuracy accuracy{.family = family_.name, .labels = family_.labels.size()};
    if (users_.case_counts.empty()) return accuracy;
    for (const double cases : users_.case_counts) accuracy.cases += static_cast<size_t>(cases);
    const std::vector<double> means = MeansOf(users_);
    accuracy.model = means[0];
    accuracy.majority = means[1];
    accuracy.markov = means[2];
    accuracy.last_item = means[3];
    const auto intervals = BootstrapIntervals(users_, {});
    accuracy.over_markov = intervals[4];
    accuracy.over_last_item = intervals[5];
    return accuracy;
  }

 private:
  static constexpr size_t kColumns = 6;
  const IntentLabels& labels_;
  const IntentFamily& family_;
  LabelCounts counts_;
  UserSums users_;
  uint32_t sequence_ = 0;
};

Json IntentsJson(const std::vector<IntentAccuracy>& intents) {
  Json json = Json::object();
  for (const IntentAccuracy& intent : intents) {
    json[intent.family] = {
        {"labels", intent.labels},
        {"cases", intent.cases},
        {"accuracy", intent.model},
        {"majority", intent.majority},
        {"markov", intent.markov},
        {"last_item", intent.last_item},
        {"over_markov_ci95", {intent.over_markov.low, intent.over_markov.high}},
        {"over_last_item_ci95", {intent.over_last_item.low, intent.over_last_item.high}}};
  }
  return json;
}

// The simple predictors of each family stand in the same row, and the interval is that of the
// difference to the last one: a prediction is worth something only beyond it.
std::string IntentsTable(const std::vector<IntentAccuracy>& intents) {
  std::vector<std::vector<std::string>> rows(
      1, {"intent of the next event", "labels", "cases", "model", "majority", "markov", "last item",
          "model - last item, 95 %"});
  for (const IntentAccuracy& intent : intents) {
    rows.push_back({intent.family, std::to_string(intent.labels), std::to_string(intent.cases),
                    FixedText(intent.model, 4), FixedText(intent.majority, 4),
                    FixedText(intent.markov, 4), FixedText(intent.last_item, 4),
                    FixedText(intent.over_last_item.low, 4) + " to " +
                        FixedText(intent.over_last_item.high, 4)});
  }
  return AlignText(rows);
}

}  // namespace

Result<IntentLabels> LabelsOfModel(const ModelView& model, const Dataset& dataset) {
  if (!model.spec.intent) {
    return InvalidArgument("the model predicts no intents. Try: train with --preset intent");
  }
  // The labels of a file are "family=label", one family after the other: the families' names
  // suffice to derive the labels again.
  const StringTableView label_names = model.Strings(kIntentLabelStrings);
  std::string families;
  std::string_view last;
  for (size_t i = 0; i < label_names.size(); ++i) {
    const std::string_view family = FieldValue::Of(label_names[i]).field;
    if (family != last) families.append(families.empty() ? "" : ",").append(family);
    last = family;
  }
  TSUGI_ASSIGN_OR_RETURN(IntentLabels labels, IntentLabels::Build(dataset, families));
  const auto names = labels.LabelNames();
  bool is_same = names.size() == model.Strings(kIntentLabelStrings).size();
  for (size_t i = 0; is_same && i < names.size(); ++i)
    is_same = names[i] == model.Strings(kIntentLabelStrings)[i];
  if (is_same) return labels;
  return InvalidArgument(
      "this data set gives other intent labels than the model has. Try: the data set that it was "
      "trained on");
}

Result<std::vector<IntentAccuracy>> MeasureIntents(
    const ModelView& model, const Dataset& dataset, Split split,
    const std::function<void(size_t done, size_t total)>& progress) {
  TSUGI_ASSIGN_OR_RETURN(const IntentLabels labels, LabelsOfModel(model, dataset));
  TSUGI_ASSIGN_OR_RETURN(EngineSession engine, EngineSession::Create(model));
  // One thread, because the tallies add up users in the order of the cases.
  const EvaluationSet set = MakeEvaluationSet(dataset, split);
  std::vector<FamilyTally> tallies;
  for (const IntentFamily& family : labels.families()) {
    tallies.emplace_back(labels, family, dataset);
  }
  for (size_t i = 0; i < set.cases.size(); ++i) {
    const EvaluationCase& one = set.cases[i];
    TSUGI_RETURN_IF_ERROR(engine.Follow(set.history_events(one)));
    const IntentReadout readout = engine.session->intent();
    size_t first = 0;
    for (size_t f = 0; f < tallies.size(); ++f) {
      const size_t count = labels.families()[f].labels.size();
      tallies[f].Add(one.sequence, set.offsets[one.sequence] + one.position,
                     set.history(one).back(), readout.probabilities.subspan(first, count));
      first += count;
    }
    if (progress && i % 64 == 0) progress(i, set.cases.size());
  }
  if (progress) progress(set.cases.size(), set.cases.size());
  std::vector<IntentAccuracy> accuracies;
  for (const FamilyTally& tally : tallies) accuracies.push_back(tally.Finish());
  return accuracies;
}

Status ReportIntents(const ModelView& model, const Dataset& dataset, const EvaluateOptions& options,
                     Report& report) {
  if (!model.spec.intent) return Status();
  const auto labels = LabelsOfModel(model, dataset);
  if (!labels.ok()) {
    const std::string why(labels.status().message());
    report.parts.push_back({"intents", "", "intents not measured: " + why + "\n"});
    return Status();
  }
  const auto progress = [&options](size_t done, size_t total) {
    if (options.progress) options.progress("intents", done, total);
  };
  TSUGI_ASSIGN_OR_RETURN(const auto intents,
                         MeasureIntents(model, dataset, options.split, progress));
  report.parts.push_back({"intents", IntentsJson(intents).dump(), IntentsTable(intents)});
  return Status();
}

}  // namespace tsugi
