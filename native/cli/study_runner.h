#ifndef TSUGI_NATIVE_CLI_STUDY_RUNNER_H_
#define TSUGI_NATIVE_CLI_STUDY_RUNNER_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "native/cli/ablation_rows.h"
#include "native/eval/bootstrap.h"
#include "native/eval/evaluation_set.h"
#include "native/eval/metrics.h"
#include "native/train/run.h"

namespace tsugi {

/// What a command that trains several models was asked for.
struct StudyRequest {
  std::string preset;
  std::string config_text, config_path;
  std::vector<std::string> settings;
  std::filesystem::path out;
  uint64_t first_seed = 1;
  uint32_t seeds = 3;
  std::vector<std::string> rows = {};  ///< of an ablation, the whole beside them; empty = all
  std::function<train::Observer&(const std::string& run)> observe = {};  ///< called before a run
};

/// Cases that a study tells apart.
enum class CaseGroup : uint8_t {
  kAll,
  kWarm,  ///< training knows the target
  kCold,  ///< it does not
  kRare,  ///< the target is of the half of the items with the fewest training events
  kEven,  ///< all, weighed so that every item is as likely a target: a shift of popularity
};
inline constexpr size_t kCaseGroups = 5;

/// What one row reached.
struct RowResult {
  std::vector<UserSums> groups;  ///< [kCaseGroups] averaged over seeds
  /// [kCaseGroups][seeds][metrics]
  std::vector<std::vector<std::vector<double>>> seed_means;
  ModelSpec spec;
  uint64_t backbone_parameters = 0;  ///< of everything but item table, tower and projection

  const UserSums& of(CaseGroup group) const { return groups[static_cast<size_t>(group)]; }
};

/// Trains rows and measures them through the engine, with int8 weights, on the test split. A run
/// that is there is not trained again, so the same command goes on after an interruption.
class StudyRunner {
 public:
  /// Borrows both.
  StudyRunner(const Dataset& dataset, const StudyRequest& request);

  /// The request's configuration with `settings` over it, resolved.
  Result<train::TrainConfig> Configure(const std::vector<std::string>& settings) const;

  /// Trains the row once per seed into out/FOLDER/seed-N, and the recommender that it stands on.
  /// Errors: those of configuration, training and evaluation; kInvalidArgument if a run that is
  /// there had another configuration or other data.
  Result<RowResult> Run(const AblationRow& row) const;

  /// The file of a row's first run. Requires: Run.
  std::filesystem::path FirstWeights(const AblationRow& row) const;

  const std::vector<Metric>& metrics() const { return metrics_; }
  bool has_cold_cases() const { return has_cold_cases_; }

 private:
  std::filesystem::path RunFolder(const std::string& folder, uint64_t seed) const;
  std::filesystem::path RunFolder(const AblationRow& row, uint64_t seed) const {
    return RunFolder(row.folder.empty() ? row.name : row.folder, seed);
  }
  /// With `base`: its second stage.
  Status TrainUnlessDone(const std::string& name, const train::TrainConfig& config,
                         const std::filesystem::path& out, uint64_t seed,
                         const std::filesystem::path& base) const;
  Status Measure(const std::filesystem::path& weights, RecommendOptions::Ranking ranking,
                 RowResult& result) const;
  std::vector<double> WeightsOf(CaseGroup group) const;  ///< [cases]

  const Dataset& dataset_;
  const StudyRequest& request_;
  std::vector<Metric> metrics_;
  EvaluationSet set_;
  std::vector<bool> is_cold_, is_rare_;  ///< [cases]
  bool has_cold_cases_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_STUDY_RUNNER_H_
