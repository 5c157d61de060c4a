#ifndef TSUGI_NATIVE_STUDIES_STUDY_H_
#define TSUGI_NATIVE_STUDIES_STUDY_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/status.h"
#include "model_format/reader.h"
#include "native/dataset/dataset.h"
#include "native/studies/study_report.h"
#include "native/studies/study_results.h"
#include "native/train/observer.h"

namespace tsugi {

/// What `tsugi study` was asked for. Every study takes the same flags.
struct StudyRequest {
  std::string data;                                       ///< imported data set
  std::string preset = "next", config_text, config_path;  ///< of the recommenders that it trains
  std::vector<std::string> settings;                      ///< "key=value"
  std::vector<std::filesystem::path>
      models;                     ///< finished ones to measure, or folders of their runs
  std::filesystem::path against;  ///< the same; its row comes first; or empty
  std::vector<std::string> rows;  ///< these alone; empty = all
  uint64_t first_seed = 1;
  std::optional<uint32_t> seeds;  ///< unset: Study::seeds
  std::filesystem::path out;      ///< folder of trained runs
  std::filesystem::path results;  ///< file of results; empty: out/results.json
  bool resume = false;            ///< keep what `results` holds
  std::filesystem::path svg;      ///< plot to write, or empty
  bool as_json = false;
  std::string command;  ///< the command line, kept in the results
  std::function<void(std::string_view line)> note = [](std::string_view) {};
  std::function<void(std::string_view what, size_t done, size_t total)> progress = {};
  /// Makes what hears a training run called `name`, and may stop it.
  std::function<std::unique_ptr<train::Observer>(const std::string& name)> observe =
      [](const std::string&) { return std::make_unique<train::Observer>(); };
  std::function<bool()> should_stop = [] { return false; };
};

/// One row with one seed: what a result has to agree with, and how to get it.
struct StudyTask {
  std::string row, about;
  uint64_t seed = 0;
  std::string data_hash;
  std::string config_hash;  ///< of all that the results of a row share
  std::string model_hash;   ///< of a finished model that is measured, or empty
  std::function<Result<StudyValues>()> measure;
};

/// A study is a list of rows and a way to measure one. RunStudy does the rest.
struct Study {
  std::string_view name, about;
  StudyLayout layout;
  /// Tasks of all rows for the request's seeds, in the order of the table.
  std::function<Result<std::vector<StudyTask>>(const StudyRequest& request)> plan;
};

/// Measures what is asked for and not yet in the file of results, appending every result as soon as
/// it is there; then makes the table (or the JSON object) and the plot from that file alone. A
/// request without data and settings shows what the file holds. Returns the text to print.
///
/// Errors: kInvalidArgument for an unknown row, a file with results without `resume`, and results
/// of other data or of another configuration; those of the study.
Result<std::string> RunStudy(const Study& study, const StudyRequest& request);

/// All studies of this build, by name; those that train need the trainer.
std::vector<Study> Studies();

Study IntentsStudy();
Study NetflixStudy();
Study SemanticStudy();
Study NegativesStudy();
Study ScalingStudy();
Study StalenessStudy();
Study ShiftStudy();
Study RankingsStudy();
Study PriorStudy();

// For the studies' own files.

/// The commit that this build was made from, with "-dirty" if files differed; "unknown" outside
/// git.
const char* BuildCommit();

/// The 64-bit checksum of a text or file as 16 hexadecimal digits.
std::string HashOf(std::string_view bytes);

/// Whether the request wants this row.
bool IsAsked(const StudyRequest& request, std::string_view row);

/// The seeds to run, ascending.
std::vector<uint64_t> SeedsOf(const StudyRequest& request, uint32_t by_default);

/// Opens the request's data set. Errors: kInvalidArgument if none is named; Dataset::Open.
Result<Dataset> OpenData(const StudyRequest& request);

/// A key of --set of a study that trains no recommender, and the variable that holds its value.
struct StudySetting {
  std::string_view key;
  std::variant<double*, int64_t*, std::string*> value;
  double low = 0.0, high = 0.0;  ///< of a number
  std::string_view words = {};   ///< that a text may be, "best|last"; empty: any text
};

/// Sets the variables of the request's settings. Returns all keys and values as text, for the hash
/// of the configuration. Errors: kInvalidArgument for an unknown key, with all keys, or a value
/// that is not allowed, with those that are.
Result<std::string> ReadSettings(const StudyRequest& request,
                                 const std::vector<StudySetting>& settings);

/// A model that a study measures as it is.
struct FinishedModel {
  /// Of the run's folder or of the file; the folder above "seed-1", so that the runs of one row
  /// have one name.
  std::string name;
  uint64_t seed = 0;  ///< it was trained with
  std::string hash;   ///< of the file
  std::shared_ptr<const Model> model;
};

/// Loads request.models, request.against before them if there is one; a folder is a training run.
/// Errors: kInvalidArgument without a model; LoadModelFile.
Result<std::vector<FinishedModel>> LoadModels(const StudyRequest& request);

/// Settings of a study that ranks the cases of a split. Finished models have their seeds.
struct RankingSettings {
  std::string split = "test", seen = "model";
  std::string hashed;  ///< all settings of the study as text

  /// Errors: ReadSettings; kInvalidArgument with --seeds.
  Status Read(const StudyRequest& request, std::vector<StudySetting> others);
  Split TheSplit() const { return split == "test" ? Split::kTest : Split::kValid; }
  /// Unset: as the model says.
  std::optional<bool> FilterSeen() const {
    return seen == "model" ? std::nullopt : std::optional(seen == "filter");
  }
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_STUDY_H_
