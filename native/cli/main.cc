#include "native/cli/commands.h"

namespace tsugi {
namespace {

constexpr char kExamples[] =
    "Examples:\n"
    "  tsugi import --events log.csv --items items.jsonl --out data\n"
    "  tsugi train --data data --preset next --out run\n"
    "  tsugi evaluate --run run --data data --baselines\n"
    "  tsugi export --run run --out model.tsugi --weights int8\n"
    "  tsugi inspect model.tsugi\n"
    "  tsugi recommend model.tsugi --history \"B00123 B00456\" -k 10\n"
    "  tsugi imagine model.tsugi --history \"B00123 B00456\" -n 4\n"
    "  tsugi benchmark model.tsugi\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage. `tsugi VERB --help` lists a verb's options.";

int Main(int argc, const char* const* argv) {
  CommandContext context;
  CLI::App app("Learns from an event log what comes next, recommends it on the device", "tsugi");
  app.set_version_flag("--version", "tsugi " TSUGI_VERSION);
  app.require_subcommand(1);
  app.footer(kExamples);
  AddImportCommand(app, context);
  AddTrainCommand(app, context);
  AddEvaluateCommand(app, context);
  AddExportCommand(app, context);
  AddInspectCommand(app, context);
  AddRecommendCommand(app, context);
  AddImagineCommand(app, context);
  AddBenchmarkCommand(app, context);
  AddStudyCommand(app, context);
#ifdef TSUGI_HAS_TRAINER
  AddTokenizeCommand(app, context);
#endif
  return RunCommandLine(app, context, argc, argv);
}

}  // namespace

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
