#include "native/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <utility>

namespace tsugi {
namespace {

std::atomic<bool> interrupt_requested{false};
std::string_view first_answer;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler needs such a flag");

void HandleSignal(int signal) {
  // Only what POSIX lists as async-signal-safe happens here: no printf, no allocation. The second
  // signal gets the default action back, so that the shell sees the process end by it.
  if (interrupt_requested.exchange(true)) {
    std::signal(signal, SIG_DFL);
    raise(signal);
    return;
  }
  for (const std::string_view text : {std::string_view("\n"), first_answer,
                                      std::string_view("; press Ctrl-C again to stop at once\n")}) {
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  }
}

constexpr size_t kBarCells = 24;

std::string Bar(double share) {
  const auto filled = static_cast<size_t>(share * kBarCells);
  return "[" + std::string(filled, '#') + std::string(kBarCells - filled, '.') + "]";
}

std::string Format(const char* format, auto... values) {
  char text[128];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

/// "recommender epoch   3 of 15  loss 5.2100  validation ndcg@10 0.0495  best at epoch 2  00:31".
std::string EpochLine(const train::EpochProgress& p) {
  std::string line = Format("%s epoch %3ld of %ld  loss %.4f", p.what.c_str(),
                            static_cast<long>(p.epoch), static_cast<long>(p.epochs), p.loss);
  if (!p.valid.empty()) line += "  validation";
  for (const train::Figure& figure : p.valid) {
    line += Format(" %s %.4f ", figure.name.c_str(), figure.value);
  }
  if (!p.valid.empty()) line += Format(" best at epoch %ld", static_cast<long>(p.best_epoch));
  return line + "  " + FormatDuration(p.seconds);
}

}  // namespace

// The answer is set before the handlers are, since a signal may come at once. SIGTERM is what
// schedulers and containers send.
const std::atomic<bool>& CatchInterrupts(std::string_view doing) {
  first_answer = doing;
  std::signal(SIGINT, HandleSignal);
  std::signal(SIGTERM, HandleSignal);
  return interrupt_requested;
}

bool WasInterrupted() { return interrupt_requested; }

Progress::Progress(std::string label, std::string unit)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      is_terminal_(isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      last_shown_(start_ - std::chrono::hours(1)) {}

Progress::~Progress() { EndLine(); }

void Progress::EndLine() {
  if (has_line_) std::fputc('\n', stderr);
  has_line_ = false;
}

// A terminal shows ten lines a second at most. A log file gets one for each tenth of the work, and
// one every ten seconds so that its reader knows that the process lives.
bool Progress::IsDue(size_t done, size_t total, Clock::time_point now) {
  // The end is always shown, once in a log file.
  if (done >= total) return last_tenth_ != 10 || is_terminal_;
  const auto since = now - last_shown_;
  if (is_terminal_) return since >= std::chrono::milliseconds(100);
  return done * 10 / total != last_tenth_ || since >= std::chrono::seconds(10);
}

// The time that is left is that at the mean rate so far, which jumps less than the last step's.
void Progress::Update(size_t done, size_t total, std::string_view text) {
  if (total == 0) return;
  const auto now = Clock::now();
  // New work under the same label. An hour ago: the first line is due at once. Work that resumes
  // starts above 0, and its rate counts from there.
  if (done < last_done_ || total != last_total_) {
    start_ = now;
    start_done_ = done;
    last_tenth_ = 0;
    last_shown_ = now - std::chrono::hours(1);
  }
  last_done_ = done;
  last_total_ = total;
  if (!IsDue(done, total, now)) return;
  last_shown_ = now;
  last_tenth_ = done * 10 / total;

  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0.0 ? static_cast<double>(done - start_done_) / seconds : 0.0;
  char percent[16];
  // Rounded down: 100 % means finished.
  std::snprintf(percent, sizeof percent, "%3.0f %%", std::floor(100.0 * share));
  std::string line = label_ + "  " + (is_terminal_ ? Bar(share) + "  " : "") + percent;
  if (rate > 0.0) line += "  " + FormatRate(rate) + " " + unit_ + "/s";
  if (!text.empty()) line += "  " + std::string(text);
  if (rate > 0.0 && done < total) {
    line += "  " + FormatDuration(static_cast<double>(total - done) / rate) + " left";
  }
  // ESC [ K erases what a longer line before has left.
  std::fprintf(stderr, is_terminal_ ? "\r%s\x1b[K" : "%s\n", line.c_str());
  std::fflush(stderr);
  has_line_ = is_terminal_;
}

std::string FormatRate(double per_second) {
  const char* suffix = "";
  for (const char* next : {"k", "M", "G"}) {
    if (per_second < 999.5) break;  // 999.5 would be printed as 1000
    per_second /= 1000.0;
    suffix = next;
  }
  char text[32];
  const bool has_fraction = per_second < 9.95 && (*suffix != '\0' || per_second < 1.0);
  std::snprintf(text, sizeof text, has_fraction ? "%.1f%s" : "%.0f%s", per_second, suffix);
  return text;
}

// Ends at 99:59:59: at a rate of almost nothing the time that is left would be a number of any
// length.
std::string FormatDuration(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::min(seconds, 359999.0)));
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                  whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%02lld:%02lld", whole / 60, whole % 60);
  }
  return text;
}

TrainingProgress::TrainingProgress(std::string name)
    : is_interrupted_(CatchInterrupts()), name_(std::move(name)) {
  if (!name_.empty()) name_ += "  ";
}

bool TrainingProgress::should_stop() { return is_interrupted_; }

void TrainingProgress::OnEpochs(const train::EpochProgress& p) {
  if (p.is_epoch_end) return PrintLine(EpochLine(p));
  const std::string text = Format("epoch %ld of %ld  loss %.4f", static_cast<long>(p.epoch),
                                  static_cast<long>(p.epochs), p.loss);
  if (p.epoch_count > 0.0) return ShowBar(p.what, "events", p.count, p.epoch_count, text);
  ShowBar(p.what, "steps", static_cast<double>(p.step), static_cast<double>(p.steps), text);
}

void TrainingProgress::OnWork(std::string_view what, const char* unit, size_t done, size_t total) {
  ShowBar(what, unit, static_cast<double>(done), static_cast<double>(total), "");
}

void TrainingProgress::OnNote(std::string_view line) { PrintLine(std::string(line)); }

void TrainingProgress::EndLine() {
  if (bar_ != nullptr) bar_->EndLine();
}

void TrainingProgress::ShowBar(std::string_view what, const char* unit, double done, double total,
                               std::string_view text) {
  if (bar_ == nullptr || what_ != what) {
    what_ = what;
    bar_.reset();  // which ends its line
    bar_ = std::make_unique<Progress>(name_ + what_, unit);
  }
  bar_->Update(static_cast<size_t>(done), static_cast<size_t>(total), text);
}

void TrainingProgress::PrintLine(const std::string& line) {
  EndLine();
  std::fprintf(stderr, "%s%s\n", name_.c_str(), line.c_str());
}

}  // namespace tsugi
