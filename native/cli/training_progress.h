#ifndef TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_
#define TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_

#include <string>

#include "native/cli/progress.h"
#include "native/cli/training_run.h"
#include "native/train/trainer.h"

namespace tsugi {

/// Shows a training run on standard error: a line that changes, and one that stays per epoch.
class TrainingProgress {
 public:
  explicit TrainingProgress(std::string name) : name_(std::move(name)), line_(name_, "events") {}
  void Update(const train::TrainProgress& progress);
  void End() { line_.EndLine(); }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Progress line_;
};

/// A line for a check of the prior.
void PrintPriorProgress(const train::PriorProgress& progress);

/// Makes a run's second stage print lines: a check of the prior, what came of the items' codes, an
/// epoch of the language model.
void ShowSecondStage(TrainingRunOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_
