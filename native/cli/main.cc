#include "native/cli/commands.h"

namespace tsugi {
namespace {

int Main(int argc, const char* const* argv) {
  CommandContext context;
  CLI::App app("Learns from an event log what comes next, recommends it on the device", "tsugi");
  app.set_version_flag("--version", "tsugi " TSUGI_VERSION);
  app.require_subcommand(1);
  app.footer("Examples:");
  for (const auto add : kCommands) add(app, context);
  // AddVerb has appended an example of each verb to the footer, so the exit codes come after them.
  app.footer(app.get_footer() +
             "\nExit codes: 0 done, 1 failed, 2 wrong usage. `tsugi VERB --help` lists a verb's "
             "options.");
  return RunCommandLine(app, context, argc, argv);
}

}  // namespace

// The verb exists in every build, so that its users learn how to get it, and not that there is
// none.
#ifndef TSUGI_HAS_TRAINER
void AddTrainCommand(CLI::App& app, CommandContext& context) {
  CLI::App* verb = AddVerb(app, context, "train", "Trains a model (not in this build)",
                           "tsugi train --data data --preset next --out run", [] {
                             return Unsupported(
                                 "train: this build has no trainer (expected one with LibTorch). "
                                 "Try: configure with -DTSUGI_BUILD_TRAINER=ON");
                           });
  verb->allow_extras();
}
#endif

}  // namespace tsugi

int main(int argc, char** argv) { return tsugi::Main(argc, argv); }
