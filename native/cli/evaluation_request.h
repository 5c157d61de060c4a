#ifndef TSUGI_NATIVE_CLI_EVALUATION_REQUEST_H_
#define TSUGI_NATIVE_CLI_EVALUATION_REQUEST_H_

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "native/dataset/dataset.h"
#include "native/train/run_files.h"

namespace tsugi {

/// What every kind of `tsugi evaluate` is asked.
struct EvaluationRequest {
  std::filesystem::path model;
  std::string data;
  Split split = Split::kTest;
  std::optional<bool> filter_seen;  ///< unset: the model's own default
  bool as_json = false;
};

/// The model file itself, or that of a training run's folder.
inline std::filesystem::path FindModel(const std::filesystem::path& run_or_model) {
  std::error_code ignored;  // what can not be read fails when it is opened
  return std::filesystem::is_directory(run_or_model, ignored) ? run_or_model / train::kWeightsFile
                                                              : run_or_model;
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_EVALUATION_REQUEST_H_
