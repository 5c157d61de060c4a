#include "native/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace tsugi {
namespace {

constexpr size_t kBarCells = 24;

std::string Bar(double share) {
  const auto filled = static_cast<size_t>(share * kBarCells);
  return "[" + std::string(filled, '#') + std::string(kBarCells - filled, '.') + "]";
}

}  // namespace

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

bool Progress::IsDue(size_t done, size_t total, Clock::time_point now) {
  // The end is always shown, once in a log file.
  if (done >= total) return last_tenth_ != 10 || is_terminal_;
  const auto since = now - last_shown_;
  if (is_terminal_) return since >= std::chrono::milliseconds(100);
  return done * 10 / total != last_tenth_ || since >= std::chrono::seconds(10);
}

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

}  // namespace tsugi
