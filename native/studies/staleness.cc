#include "native/studies/staleness.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "native/eval/engine_source.h"
#include "native/eval/evaluate_model.h"
#include "native/studies/study.h"

namespace tsugi {
namespace {

/// Reciprocal ranks of one case at one delay: of the target, and the mean of its set.
using CaseValue = std::array<double, 2>;

/// The cases that have a history at the longest delay.
std::vector<EvaluationCase> OldEnough(const Dataset& dataset, const StalenessOptions& options) {
  std::vector<EvaluationCase> cases;
  for (const EvaluationCase& c : dataset.cases(options.split)) {
    const auto times = dataset.times().subspan(dataset.offsets()[c.sequence], c.position + 1);
    if (times[c.position] == 0) continue;
    if (StaleHistory(times, c.position, options.delays_s.back()) > 0) cases.push_back(c);
  }
  return cases;
}

/// Ranks with an engine of its own.
class StaleRanker {
 public:
  static Result<std::shared_ptr<StaleRanker>> Create(const ModelView& model, const Dataset& dataset,
                                                     const StalenessOptions& options) {
    auto ranker = std::make_shared<StaleRanker>(dataset, options);
    ranker->filter_seen_ = options.filter_seen.value_or(model.spec.filter_seen);
    ranker->scores_.resize(model.spec.item_count);
    TSUGI_ASSIGN_OR_RETURN(ranker->engine_, EngineSession::Create(model));
    return ranker;
  }
  StaleRanker(const Dataset& dataset, const StalenessOptions& options)
      : dataset_(dataset), options_(options) {}

  /// Scores once and ranks several targets by it, since scoring is the expensive part. The set is
  /// made of distinct items: an item that a user takes three times a day is one item of the list.
  Result<CaseValue> Rank(const EvaluationCase& c, int64_t delay_s) {
    const uint64_t begin = dataset_.offsets()[c.sequence];
    const auto items = dataset_.sequence_items(c.sequence);
    const auto times = dataset_.times().subspan(begin, items.size());
    const uint32_t known = StaleHistory(times, c.position, delay_s);
    TSUGI_RETURN_IF_ERROR(engine_.Follow(dataset_.events().Part(begin, known)));
    TSUGI_RETURN_IF_ERROR(engine_.session->ScoreAll(scores_));
    // The list leaves out the items that its own history holds. Items that the user took since then
    // are still on it, as they are on a list that was made in advance.
    const auto left_out =
        filter_seen_ ? DistinctItems(items.first(known)) : std::vector<uint32_t>();
    const auto value = [&](uint32_t item) {
      return ReciprocalRank(ComputeRank(std::span<const float>(scores_), item, left_out).rank);
    };
    CaseValue result{value(items[c.position]), 0.0};
    std::vector<uint32_t> set;
    for (const uint32_t at : NextSet(times, c.position, known, options_.set_window_s)) {
      set.push_back(items[at]);
    }
    set = DistinctItems(set);
    for (const uint32_t item : set) result[1] += value(item) / static_cast<double>(set.size());
    return result;
  }

 private:
  const Dataset& dataset_;
  const StalenessOptions& options_;
  bool filter_seen_ = true;
  EngineSession engine_;
  std::vector<float> scores_;  // [N]
};

/// Sums by user, because the bootstrap draws users: cases of one user are not independent.
UserSums SumCasesByUser(std::span<const EvaluationCase> cases, std::span<const CaseValue> values) {
  UserSums users;
  users.metric_count = 2;
  for (size_t i = 0; i < cases.size(); ++i) {
    users.Add(i == 0 || cases[i].sequence != cases[i - 1].sequence, values[i]);
  }
  return users;
}

Status CheckStaleness(const Dataset& dataset, const StalenessOptions& options) {
  if (dataset.times().empty()) {
    return InvalidArgument(
        "--set delays: the data set has no times. Try: import the log with its time column");
  }
  if (options.delays_s.empty() || options.delays_s.front() < 0 ||
      !std::is_sorted(options.delays_s.begin(), options.delays_s.end())) {
    return InvalidArgument("--set delays: expected ascending times such as 0,1h,1d,7d");
  }
  return Status();
}

/// "0,1h,1d": each as it was written, with its seconds.
Result<std::vector<std::pair<std::string, int64_t>>> ReadDurations(const std::string& key,
                                                                   const std::string& list) {
  std::vector<std::pair<std::string, int64_t>> durations;
  for (std::string rest = list + ","; !rest.empty();) {
    const std::string one = rest.substr(0, rest.find(','));
    rest.erase(0, one.size() + 1);
    const auto seconds = ParseDuration(one);
    if (!seconds) {
      return InvalidArgument("--set " + key + "=" + list +
                             ": expected times such as 0, 1h, 1d or 7d");
    }
    durations.emplace_back(one, *seconds);
  }
  return durations;
}

/// The tasks outlive this call, so they copy all that they need; a model is shared.
Result<std::vector<StudyTask>> PlanStaleness(const StudyRequest& request) {
  std::string delay_list = "0,1h,1d,2d,7d", window = "1d";
  RankingSettings settings;
  TSUGI_RETURN_IF_ERROR(settings.Read(
      request, {{.key = "delays", .value = &delay_list}, {.key = "set_window", .value = &window}}));
  TSUGI_ASSIGN_OR_RETURN(const auto delays, ReadDurations("delays", delay_list));
  TSUGI_ASSIGN_OR_RETURN(const auto windows, ReadDurations("set_window", window));
  StalenessOptions options{.split = settings.TheSplit(),
                           .delays_s = {},
                           .set_window_s = windows.front().second,
                           .filter_seen = settings.FilterSeen()};
  for (const auto& delay : delays) options.delays_s.push_back(delay.second);
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, OpenData(request));
  TSUGI_RETURN_IF_ERROR(CheckStaleness(dataset, options));  // before the first row is announced
  TSUGI_ASSIGN_OR_RETURN(const auto models, LoadModels(request));
  std::vector<StudyTask> tasks;
  for (const FinishedModel& one : models) {
    options.run.progress = [&request, name = one.name](size_t done, size_t total) {
      if (request.progress) request.progress("staleness of " + name, done, total);
    };
    const auto measure = [one, dataset, delays, options]() -> Result<StudyValues> {
      TSUGI_ASSIGN_OR_RETURN(const StalenessCurve curve,
                             MeasureStaleness(one.model->view(), dataset, options));
      StudyValues values = {{"cases", static_cast<double>(curve.cases)},
                            {"left_out_cases", static_cast<double>(curve.left_out_cases)}};
      for (size_t i = 0; i < delays.size(); ++i) {
        AddValues("delay/" + delays[i].first + "/", {"mrr", "set_mrr"}, curve.points[i], values);
      }
      return values;
    };
    tasks.push_back({one.name, "", one.seed, std::string(dataset.hash()), HashOf(settings.hashed),
                     one.hash, measure});
  }
  return tasks;
}

}  // namespace

std::optional<int64_t> ParseDuration(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  constexpr int64_t kMost = int64_t{1} << 40;  // no overflow below
  if (error != std::errc() || count < 0 || count > kMost || unit.size() > 1) return std::nullopt;
  if (unit.empty() || unit == "s") return count;
  if (unit == "m") return count * 60;
  if (unit == "h") return count * 3600;
  if (unit == "d") return count * 86400;
  return unit == "w" ? std::optional(count * 7 * 86400) : std::nullopt;
}

// Stops at the first event that is younger, so the result is always a prefix of the history: the
// state of a session at that moment.
uint32_t StaleHistory(std::span<const int64_t> times, uint32_t position, int64_t delay_s) {
  if (delay_s == 0) return position;
  const int64_t made = times[position] - delay_s;
  uint32_t known = 0;
  while (known < position && times[known] <= made) ++known;
  return known;
}

// The target itself always belongs to the set, also where the window is 0. Events between the stale
// history and the target's time do not: they were over when the list was looked at.
std::vector<uint32_t> NextSet(std::span<const int64_t> times, uint32_t position, uint32_t history,
                              int64_t set_window_s) {
  std::vector<uint32_t> set;
  const int64_t due = times[position];
  for (uint32_t i = history; i < times.size(); ++i) {
    if (i == position || (times[i] >= due && times[i] <= due + set_window_s)) set.push_back(i);
  }
  return set;
}

Result<StalenessCurve> MeasureStaleness(const ModelView& model, const Dataset& dataset,
                                        const StalenessOptions& options) {
  TSUGI_RETURN_IF_ERROR(CheckStaleness(dataset, options));
  TSUGI_RETURN_IF_ERROR(CheckSameItems(model, dataset));
  const std::vector<EvaluationCase> cases = OldEnough(dataset, options);
  if (cases.empty()) {
    return InvalidArgument("--set delays: no case has an event that is " +
                           std::to_string(options.delays_s.back()) +
                           " seconds older than its target. Try: shorter delays");
  }
  StalenessCurve curve;
  curve.cases = cases.size();
  curve.left_out_cases = dataset.cases(options.split).size() - cases.size();
  // Each delay overwrites the values of the one before. They are summed by user before that.
  std::vector<CaseValue> values(cases.size());
  for (const int64_t delay_s : options.delays_s) {
    const auto make_worker = [&]() -> Result<CaseWorker> {
      TSUGI_ASSIGN_OR_RETURN(auto ranker, StaleRanker::Create(model, dataset, options));
      return CaseWorker([&, ranker](size_t i) -> Status {
        TSUGI_ASSIGN_OR_RETURN(values[i], ranker->Rank(cases[i], delay_s));
        return Status();
      });
    };
    TSUGI_RETURN_IF_ERROR(RunOverCases(cases.size(), make_worker, options.run));
    curve.points.push_back(SumCasesByUser(cases, values));
  }
  return curve;
}

Study StalenessStudy() {
  return {"staleness",
          "lists that are older than the visit",
          {.title = "cases with a history at every delay",
           .columns = {{"cases", "cases"}, {"left out", "left_out_cases"}},
           .pairs = {{kEachOtherRow, kFirstRow}},
           .plot = "mrr"},
          PlanStaleness};
}

}  // namespace tsugi
