#ifndef TSUGI_NATIVE_CLI_INTERRUPT_H_
#define TSUGI_NATIVE_CLI_INTERRUPT_H_

#include <atomic>
#include <string_view>

namespace tsugi {

/// Turns the first Ctrl-C (or SIGTERM) into a request that long work polls, so that it can save and
/// exit; the second one ends the process at once. Call once, before the work starts. The first
/// signal prints `doing`, a literal: what the process does about it.
///
/// Returns a flag that becomes true at the first signal. It lives as long as the process.
const std::atomic<bool>& CatchInterrupts(std::string_view doing = "saving");

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_INTERRUPT_H_
