#ifndef TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_
#define TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_

#include <string>

#include "native/cli/progress.h"
#include "native/train/imagine/concept_prior.h"
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

/// A line for every check of the second stage of a run that imagines.
void PrintPriorProgress(const train::PriorProgress& progress);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_
