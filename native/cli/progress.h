#ifndef TSUGI_NATIVE_CLI_PROGRESS_H_
#define TSUGI_NATIVE_CLI_PROGRESS_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "native/train/observer.h"

namespace tsugi {

/// Turns the first Ctrl-C (or SIGTERM) into a request that long work polls, so that it can save and
/// exit; the second one ends the process at once. Call once, before the work starts. The first
/// signal prints `doing`, a literal: what the process does about it.
///
/// Returns a flag that becomes true at the first signal. It lives as long as the process.
const std::atomic<bool>& CatchInterrupts(std::string_view doing = "saving");

/// Whether such a signal has come.
bool WasInterrupted();

/// Progress of one piece of work on stderr: on a terminal a bar that is redrawn at most ten times a
/// second, otherwise a plain line at every tenth of the way and at most one in ten seconds besides.
///
/// Example:  train  [#########.............]  41 %  152k events/s  loss 5.21  00:42 left
/// Threads:  one at a time.
class Progress {
 public:
  /// `unit` names what is counted, e.g. "events".
  Progress(std::string label, std::string unit);
  /// Ends the line of the bar.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows `done` of `total` and a text such as "loss 5.21". A smaller `done` than before or
  /// another total starts the clock again.
  void Update(size_t done, size_t total, std::string_view text = {});

  /// Ends the current line, so that other output can follow; the next Update starts a new one.
  void EndLine();

 private:
  using Clock = std::chrono::steady_clock;
  bool IsDue(size_t done, size_t total, Clock::time_point now);

  std::string label_;
  std::string unit_;
  bool is_terminal_;
  bool has_line_ = false;  // a bar stands on the current line
  Clock::time_point start_;
  Clock::time_point last_shown_;
  size_t start_done_ = 0;
  size_t last_done_ = 0;
  size_t last_total_ = 0;
  size_t last_tenth_ = 0;
};

/// A progress line per ranking ("model", "markov", ...).
class EvaluationProgress {
 public:
  EvaluationProgress() = default;
  explicit EvaluationProgress(std::string unit) : unit_(std::move(unit)) {}
  void Update(std::string_view what, size_t done, size_t total) {
    if (what != what_) {
      what_ = what;
      line_ = std::make_unique<Progress>("evaluate " + what_, unit_);
    }
    line_->Update(done, total);
  }

 private:
  std::string unit_ = "cases", what_;
  std::unique_ptr<Progress> line_;
};

/// "153k", "1.2M", "87": three figures at most.
std::string FormatRate(double per_second);
/// "00:42", "1:02:03".
std::string FormatDuration(double seconds);

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

#endif  // TSUGI_NATIVE_CLI_PROGRESS_H_
