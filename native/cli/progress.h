#ifndef TSUGI_NATIVE_CLI_PROGRESS_H_
#define TSUGI_NATIVE_CLI_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tsugi {

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
  void Update(std::string_view what, size_t done, size_t total) {
    if (what != what_) {
      what_ = what;
      line_ = std::make_unique<Progress>("evaluate " + what_, "cases");
    }
    line_->Update(done, total);
  }

 private:
  std::string what_;
  std::unique_ptr<Progress> line_;
};

/// "153k", "1.2M", "87": three figures at most.
std::string FormatRate(double per_second);
/// "00:42", "1:02:03".
std::string FormatDuration(double seconds);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_PROGRESS_H_
