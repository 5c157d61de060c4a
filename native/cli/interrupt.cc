#include "native/cli/interrupt.h"

#include <unistd.h>

#include <csignal>

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

}  // namespace

const std::atomic<bool>& CatchInterrupts(std::string_view doing) {
  first_answer = doing;
  std::signal(SIGINT, HandleSignal);
  std::signal(SIGTERM, HandleSignal);
  return interrupt_requested;
}

}  // namespace tsugi
