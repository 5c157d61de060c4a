#ifndef TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_
#define TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_

#include <atomic>
#include <memory>
#include <string>

#include "native/cli/progress.h"
#include "native/train/observer.h"

namespace tsugi {

/// Shows a training run on standard error: a bar that changes, and a line that stays per epoch.
/// Ctrl-C stops the run.
class TrainingProgress : public train::Observer {
 public:
  /// name: of the run, before every line; empty where there is only one.
  explicit TrainingProgress(std::string name = "");
  bool should_stop() override;
  void OnEpochs(const train::EpochProgress& progress) override;
  void OnWork(std::string_view what, const char* unit, size_t done, size_t total) override;
  void OnNote(std::string_view line) override;
  /// Ends the line of the bar, so that other output can follow.
  void EndLine();

 private:
  void ShowBar(std::string_view what, const char* unit, double done, double total,
               std::string_view text);
  void PrintLine(const std::string& line);

  const std::atomic<bool>& is_interrupted_;
  std::string name_;
  std::string what_;  ///< of the bar
  std::unique_ptr<Progress> bar_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_TRAINING_PROGRESS_H_
