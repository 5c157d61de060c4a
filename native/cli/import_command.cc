#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include "native/cli/commands.h"
#include "native/cli/import_flags.h"
#include "native/cli/progress.h"
#include "native/files/folders.h"

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

Status RunImport(const ImportFlags& flags) {
  RemoveTempFoldersOnInterrupt();
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
