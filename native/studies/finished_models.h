#ifndef TSUGI_NATIVE_STUDIES_FINISHED_MODELS_H_
#define TSUGI_NATIVE_STUDIES_FINISHED_MODELS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model_format/reader.h"
#include "native/studies/study.h"

namespace tsugi {

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

#endif  // TSUGI_NATIVE_STUDIES_FINISHED_MODELS_H_
