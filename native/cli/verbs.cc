#include <unistd.h>

#include <filesystem>
#include <string>

#include "native/cli/commands.h"

namespace tsugi {
namespace {

/// Puts the program of a verb in this process's place, so that signals and the exit code are its
/// own. Returns only if that fails.
int RunProgram(const ProgramVerb& verb, char** argv) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / verb.program).string();
  execv(program.c_str(), argv);
  PrintError(std::string(verb.name) + ": " + program +
             " can not be run (expected this program next to tsugi). Try: ./dev build, or "
             "configure with -DTSUGI_BUILD_TRAINER=ON and build all");
  return kExitFailed;
}

}  // namespace

// The other program parses its arguments itself, --help too, so it is started before any parsing.
// Here its verb only has to be in the help.
int RunVerbs(std::span<const Verb> verbs, int argc, char** argv) {
  CommandContext context;
  CLI::App app("Learns from an event log what comes next, recommends it on the device", "tsugi");
  app.set_version_flag("--version", "tsugi " TSUGI_VERSION);
  app.require_subcommand(1);
  app.footer("Examples:");
  for (const Verb& verb : verbs) {
    if (verb.add != nullptr) {
      verb.add(app, context);
      continue;
    }
    const ProgramVerb& other = *verb.elsewhere;
    if (argc > 1 && std::string_view(argv[1]) == other.name) return RunProgram(other, argv);
    AddVerb(app, context, other.name, other.about, other.example, [] { return Status(); });
  }
  // AddVerb has appended an example of each verb to the footer, so the exit codes come after them.
  app.footer(app.get_footer() +
             "\nExit codes: 0 done, 1 failed, 2 wrong usage. `tsugi VERB --help` lists a verb's "
             "options.");
  return RunCommandLine(app, context, argc, argv);
}

}  // namespace tsugi
