#ifndef TSUGI_NATIVE_STUDIES_STUDY_RESULTS_H_
#define TSUGI_NATIVE_STUDIES_STUDY_RESULTS_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/eval/bootstrap.h"

namespace tsugi {

/// A measured number.
struct StudyValue {
  /// What it is, as a path: "backbone_parameters", "rare/ndcg@10" (group, metric) or
  /// "delay/1h/mrr" (section, line, column; a line may hold slashes).
  std::string name;
  double mean = 0.0;
  /// Its mean in every resample of the users (BootstrapMeans), or empty. This is what intervals of
  /// means over seeds and of paired differences are made from, and smaller than a number a user.
  std::vector<double> draws = {};
};
using StudyValues = std::vector<StudyValue>;

/// Appends "`prefix``names[m]`" for every metric of `users`; nothing if there are no users.
void AddValues(const std::string& prefix, const std::vector<std::string>& names,
               const UserSums& users, StudyValues& values);

/// What one row reached with one seed, and what it was made by.
struct StudyResult {
  std::string row, about;
  uint64_t seed = 0;
  std::string data_hash, config_hash, model_hash;  ///< as StudyTask
  std::string commit;                              ///< of the build, or "unknown"
  std::string command;
  StudyValues values;
};

/// The results of one study in a JSON file, a line each, fit for a repository.
///   {"study": NAME, "results": [{"row", "about", "seed", "data", "config", "model", "commit",
///    "command", "values": {NAME: NUMBER or {"mean", "low", "step", "draws"}}}]}
/// "draws": three characters of base 64 a resample, q; the resample's mean is low + q * step.
class StudyResults {
 public:
  /// Reads the file if it exists. `path` empty: results are kept in memory alone.
  /// Errors: kInvalidArgument if it is no such file or of another study.
  static Result<StudyResults> Open(const std::filesystem::path& path, std::string_view study);

  const std::vector<StudyResult>& all() const { return results_; }
  bool Has(std::string_view row, uint64_t seed) const;

  /// Adds a result and replaces the file: written aside, then renamed. Errors: WriteText.
  Status Add(const StudyResult& result);

 private:
  StudyResults(std::filesystem::path path, std::string_view study)
      : path_(std::move(path)), study_(study) {}
  std::filesystem::path path_;
  std::string study_;
  std::vector<StudyResult> results_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_STUDY_RESULTS_H_
