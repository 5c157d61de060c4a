#ifndef TSUGI_NATIVE_CLI_SHIFT_STUDY_H_
#define TSUGI_NATIVE_CLI_SHIFT_STUDY_H_

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/shift/interactions.h"
#include "native/train/graph/graph_trainer.h"

namespace tsugi {

struct ShiftStudyRequest {
  std::vector<std::string> rows;  ///< of ShiftRowNames(); at least one
  train::GraphConfig config;      ///< what all rows share
  uint64_t first_seed = 1;
  uint32_t seeds = 3;
  std::filesystem::path out;
  std::function<train::Observer&(const std::string& run)> observe;  ///< called before a run
};

/// Ways to draw negatives, "cnsdiff" last, then cnsdiff without each of its parts.
std::vector<std::string> ShiftRowNames();

/// Trains one graph model for every row and seed, prints both tests beside each other with 95 %
/// intervals and what the first cnsdiff row gains over each other row, paired over users. Writes
/// shift.json. A finished run (out/ROW/seed-N.json) of the same
/// settings and data is not repeated.
///
/// Errors: kInvalidArgument for an unknown row, or if interrupted; those of TrainGraph.
Status RunShiftStudy(const ShiftData& data, const ShiftStudyRequest& request);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_SHIFT_STUDY_H_
