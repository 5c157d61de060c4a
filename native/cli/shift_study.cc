#include "native/cli/shift_study.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model_format/checksum.h"
#include "native/cli/command.h"
#include "native/report/text_file.h"
#include "native/report/text_table.h"
#include "native/shift/list_metrics.h"

namespace tsugi {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kWhole = "cnsdiff";

struct Row {
  const char* name;
  const char* about;
  void (*change)(train::GraphConfig&);
};

// Negatives of other methods, then ours, then ours less a part.
const Row kRows[] = {
    {"random", "any item", [](train::GraphConfig& c) { c.negatives.kind = "random"; }},
    {"dns", "hardest of several", [](train::GraphConfig& c) { c.negatives.kind = "dns"; }},
    {"mixgcf", "mixed with the positive",
     [](train::GraphConfig& c) { c.negatives.kind = "mixgcf"; }},
    {kWhole, "made by diffusion", [](train::GraphConfig&) {}},
    {"no-causal", "without the causal term",
     [](train::GraphConfig& c) { c.negatives.diffusion.causal_weight = 0.0; }},
    {"no-training", "the denoiser stays as drawn",
     [](train::GraphConfig& c) { c.negatives.diffusion.is_trained = false; }},
    {"one-start", "one candidate",
     [](train::GraphConfig& c) { c.negatives.diffusion.has_several_starts = false; }},
    {"no-curriculum", "half hard, half random, always",
     [](train::GraphConfig& c) { c.negatives.has_curriculum = false; }},
    {"no-contrast", "without the contrastive term",
     [](train::GraphConfig& c) { c.contrastive_weight = 0.0; }},
    {"only-contrast", "random negatives and the contrastive term",
     [](train::GraphConfig& c) {
       c.negatives.kind = "random";
       c.contrasts_random = true;
     }},
};

struct RowResult {
  const Row* row = nullptr;
  UserSums test, shifted;  // sums over the seeds, divided by their number
  double false_negatives = 0.0, first_loss = 0.0, last_loss = 0.0, epochs = 0.0;
};

void Add(const UserSums& part, double share, UserSums& sum) {
  if (sum.sums.empty()) {
    sum = part;
    for (double& value : sum.sums) value *= share;
    return;
  }
  for (size_t i = 0; i < sum.sums.size(); ++i) sum.sums[i] += share * part.sums[i];
}

Json SumsJson(const UserSums& users) { return {{"sums", users.sums}}; }

UserSums ReadSums(const Json& json) {
  UserSums users;
  users.metric_count = kListMetrics;
  users.sums = json.at("sums").get<std::vector<double>>();
  users.case_counts.assign(users.sums.size() / kListMetrics, 1.0);
  return users;
}

/// Of the pairs themselves: other splits of a log have the same numbers of them.
uint64_t ChecksumOf(const ShiftData& data) {
  std::vector<uint32_t> numbers;
  for (const Interactions* part : {&data.train, &data.valid, &data.test, &data.shifted}) {
    numbers.push_back(static_cast<uint32_t>(part->size()));
    for (const auto& [user, item] : part->pairs()) numbers.insert(numbers.end(), {user, item});
  }
  return ComputeChecksum(
      {reinterpret_cast<const uint8_t*>(numbers.data()), numbers.size() * sizeof(numbers[0])});
}

/// What a run's numbers follow from, to know whether a file may be used again.
std::string Key(const ShiftData& data, const train::GraphConfig& config) {
  const Json key = {data.user_count,
                    data.item_count,
                    ChecksumOf(data),
                    config.width,
                    config.layers,
                    config.batch,
                    config.max_epochs,
                    config.patience,
                    config.learning_rate,
                    config.l2,
                    config.negatives.candidates,
                    static_cast<int>(config.choice),
                    config.contrast_temperature};
  return key.dump();
}

class Study {
 public:
  Study(const ShiftData& data, const ShiftStudyRequest& request) : data_(data), request_(request) {}

  Status Run() {
    for (const std::string& name : request_.rows) {
      const Row* row = std::find_if(std::begin(kRows), std::end(kRows),
                                    [&name](const Row& one) { return name == one.name; });
      if (row == std::end(kRows)) {
        std::string known;
        for (const std::string& one : ShiftRowNames()) known += " " + one;
        return InvalidArgument("--rows " + name + ": no such row. Try:" + known);
      }
      RowResult result;
      result.row = row;
      for (uint32_t i = 0; i < request_.seeds; ++i) {
        TSUGI_RETURN_IF_ERROR(AddSeed(request_.first_seed + i, result));
      }
      results_.push_back(std::move(result));
    }
    const Json json = ResultJson();
    TSUGI_RETURN_IF_ERROR(WriteText(request_.out / "shift.json", json.dump(2) + "\n"));
    Print(Table(json));
    return {};
  }

 private:
  Status AddSeed(uint64_t seed, RowResult& result) {
    TSUGI_ASSIGN_OR_RETURN(const Json run, RunOnce(*result.row, seed));
    const double share = 1.0 / request_.seeds;
    Add(ReadSums(run.at("test")), share, result.test);
    Add(ReadSums(run.at("shifted")), share, result.shifted);
    result.false_negatives += share * run.at("false_negative_share").get<double>();
    result.first_loss += share * run.at("diffusion_loss")[0].get<double>();
    result.last_loss += share * run.at("diffusion_loss")[1].get<double>();
    result.epochs += share * run.at("best_epoch").get<double>();
    return {};
  }

  Result<Json> RunOnce(const Row& row, uint64_t seed) const {
    train::GraphConfig config = request_.config;
    row.change(config);
    const auto folder = request_.out / row.name;
    const auto file = folder / ("seed-" + std::to_string(seed) + ".json");
    const Json before = Json::parse(ReadFileText(file), nullptr, /*allow_exceptions=*/false);
    if (before.is_object()) {
      if (before.value("key", "") == Key(data_, config)) return before;
      return InvalidArgument(file.string() + ": is of other data or settings. Try: another --out");
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::string name = std::string(row.name) + " seed " + std::to_string(seed);
    TSUGI_ASSIGN_OR_RETURN(const train::GraphResult result,
                           train::TrainGraph(data_, config, seed, request_.observe(name)));
    if (result.was_interrupted) {
      return InvalidArgument(name + ": stopped. Try: the same command again; finished runs stay");
    }
    const Json run = {{"key", Key(data_, config)},
                      {"best_epoch", result.best_epoch},
                      {"valid", result.best_valid},
                      {"false_negative_share", result.false_negative_share},
                      {"diffusion_loss", {result.first_diffusion_loss, result.last_diffusion_loss}},
                      {"seconds", result.seconds},
                      {"test", SumsJson(result.test)},
                      {"shifted", SumsJson(result.shifted)}};
    TSUGI_RETURN_IF_ERROR(WriteText(file, run.dump() + "\n"));
    return run;
  }

  static Json MetricsJson(const UserSums& users) {
    const auto intervals = BootstrapIntervals(users, {});
    Json json;
    for (size_t m = 0; m < kListMetrics; ++m) {
      double total = 0.0;
      for (size_t u = 0; u < users.case_counts.size(); ++u) {
        total += users.sums[u * kListMetrics + m];
      }
      json[kListMetricNames[m]] = {
          {"mean", total / std::max<double>(1.0, static_cast<double>(users.case_counts.size()))},
          {"ci95", {intervals[m].low, intervals[m].high}}};
    }
    return json;
  }

  Json ResultJson() const {
    Json json = {{"users", data_.user_count},   {"items", data_.item_count},
                 {"train", data_.train.size()}, {"valid", data_.valid.size()},
                 {"test", data_.test.size()},   {"shifted", data_.shifted.size()},
                 {"left_out", data_.left_out},  {"seeds", request_.seeds},
                 {"rows", Json::array()},       {"gains", Json::array()}};
    const RowResult* whole = nullptr;
    for (const RowResult& result : results_) {
      if (result.row->name == std::string_view(kWhole)) whole = &result;
      json["rows"].push_back({{"name", result.row->name},
                              {"about", result.row->about},
                              {"test", MetricsJson(result.test)},
                              {"shifted", MetricsJson(result.shifted)},
                              {"false_negative_share", result.false_negatives},
                              {"diffusion_loss", {result.first_loss, result.last_loss}},
                              {"best_epoch", result.epochs}});
    }
    for (const RowResult& result : results_) {
      if (whole == nullptr || &result == whole) continue;
      json["gains"].push_back({{"name", std::string(kWhole) + " - " + result.row->name},
                               {"test", MetricsJson(Subtract(whole->test, result.test))},
                               {"shifted", MetricsJson(Subtract(whole->shifted, result.shifted))}});
    }
    return json;
  }

  static std::string Cell(const Json& metric) {
    return FixedText(metric["mean"].get<double>(), 5) + " (" +
           FixedText(metric["ci95"][0].get<double>(), 5) + " to " +
           FixedText(metric["ci95"][1].get<double>(), 5) + ")";
  }

  std::string Table(const Json& json) const {
    std::vector<std::vector<std::string>> rows = {
        {std::to_string(request_.seeds) + " seeds, 95 % over users", "shifted: recall@20",
         "ndcg@20", "like training: recall@20", "ndcg@20", "false neg.", "epoch"}};
    const auto cells = [](const Json& row, std::string name) {
      return std::vector<std::string>{std::move(name), Cell(row["shifted"]["recall@20"]),
                                      Cell(row["shifted"]["ndcg@20"]),
                                      Cell(row["test"]["recall@20"]), Cell(row["test"]["ndcg@20"])};
    };
    for (const Json& row : json["rows"]) {
      rows.push_back(
          cells(row, row["name"].get<std::string>() + "  " + row["about"].get<std::string>()));
      rows.back().push_back(FixedText(100.0 * row["false_negative_share"].get<double>(), 2) + " %");
      rows.back().push_back(FixedText(row["best_epoch"].get<double>(), 0));
    }
    for (const Json& gain : json["gains"]) rows.push_back(cells(gain, gain["name"]));
    return AlignText(rows);
  }

  const ShiftData& data_;
  const ShiftStudyRequest& request_;
  std::vector<RowResult> results_;
};

}  // namespace

std::vector<std::string> ShiftRowNames() {
  std::vector<std::string> names;
  for (const Row& row : kRows) names.emplace_back(row.name);
  return names;
}

Status RunShiftStudy(const ShiftData& data, const ShiftStudyRequest& request) {
  return Study(data, request).Run();
}

}  // namespace tsugi
