#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include "native/cli/commands.h"
#include "native/cli/import_flags.h"
#include "native/cli/progress.h"
#include "native/files/folders.h"
#include "native/log/duckdb.h"

namespace tsugi {
namespace {

// On Ctrl-C the temporary folders go and the process ends; what was on disk before is still there,
// because an import writes aside. A thread waits for the signal, because a handler may not remove
// folders.
void RemoveTempFoldersOnInterrupt() {
  const std::atomic<bool>& is_interrupted = CatchInterrupts("stopping");
  std::thread([&is_interrupted] {
    while (!is_interrupted) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    auto held = TempFolder::HoldAll();  // first, since publishing may end the import with 0
    PrintError("import: stopped");
    TempFolder::RemoveAllAndExit(std::move(held), kExitInterrupted);
  }).detach();
}

constexpr int kCrashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};

// Some damaged Parquet files crash DuckDB, which may leave the heap broken, so nothing of this
// process can be used any more: a shell prints the message and removes the temporary folder. Only
// what POSIX lists as async-signal-safe happens here.
void EndClearly(int signal, siginfo_t* info, void*) {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (const int crash : kCrashes) sigaction(crash, &action, nullptr);
  const char* const what = LastReadByDuckDb();
  if (*what == '\0') {
    // A fault comes again when this returns.
    if (info->si_code <= 0) raise(signal);
    return;
  }
  constexpr char kScript[] =
      "printf '%s: DuckDB, which reads Parquet files and SQL, crashed on it; a file is probably "
      "damaged. Try: write the file again, or convert it to CSV\\n' \"$1\" >&2; "
      "[ -z \"$2\" ] || rm -rf -- \"$2\"; exit 1";
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execl("/bin/sh", "sh", "-c", kScript, "sh", what, TempFolder::Last(), nullptr);
  _exit(kExitFailed);
}

void EndClearlyIfDuckDbCrashes() {
  static char stack[1 << 16];  // the handler's on this thread, whose own may be full
  stack_t own{};
  own.ss_sp = stack;
  own.ss_size = sizeof stack;
  sigaltstack(&own, nullptr);
  struct sigaction action {};
  action.sa_sigaction = EndClearly;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int crash : kCrashes) sigaction(crash, &action, nullptr);
}

Status RunImport(const ImportFlags& flags) {
  RemoveTempFoldersOnInterrupt();
  EndClearlyIfDuckDbCrashes();
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is then an error of write, as a full disk is
  TSUGI_ASSIGN_OR_RETURN(const ImportOptions options, ToOptions(flags));
  TSUGI_ASSIGN_OR_RETURN(const ImportStats stats, ImportLog(options));
  Print(flags.is_json ? StatsToJson(stats, /*with_run=*/true) : SummarizeImport(stats, flags.out));
  return {};
}

}  // namespace

void AddImportCommand(CLI::App& app, CommandContext& context) {
  auto flags = std::make_shared<ImportFlags>();
  CLI::App* verb =
      AddVerb(app, context, "import", "Reads a log and writes a data set",
              "tsugi import --events log.csv --out data", [flags] { return RunImport(*flags); });
  AddImportFlags(*verb, *flags);
}

}  // namespace tsugi
