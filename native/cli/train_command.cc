#include <cstdio>
#include <memory>

#include "native/cli/commands.h"
#include "native/cli/progress.h"
#include "native/report/text.h"
#include "native/train/run.h"

namespace tsugi {
namespace {

struct Arguments {
  std::string data;
  std::string preset = "next";
  std::string config;
  std::vector<std::string> settings;
  train::RunOptions run;
  bool wants_keys = false;
};

// Mistakes in the configuration are found before the data set is opened. Everything but the result
// goes to standard error, so that a script can read standard output.
Status Train(Arguments& arguments, CommandContext& context) {
  TSUGI_ASSIGN_OR_RETURN(const std::string text, ReadSmallText(arguments.config));
  TSUGI_ASSIGN_OR_RETURN(
      train::TrainConfig config,
      train::MakeConfig(arguments.preset, text, arguments.config, arguments.settings));
  if (arguments.wants_keys) return Print(train::DescribeKeys(config)), Status();
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(arguments.data));
  TSUGI_ASSIGN_OR_RETURN(config, train::ResolveConfig(config, dataset));
  std::fputs(train::DescribeResolved(config, dataset).c_str(), stderr);
  TrainingProgress progress;
  TSUGI_ASSIGN_OR_RETURN(const train::RunResult result,
                         train::RunTraining(dataset, config, arguments.run, progress));
  progress.EndLine();
  char line[256];
  std::snprintf(
      line, sizeof line, "%s after %s: best validation ndcg@10 %.4f at epoch %ld, in %s\n",
      result.was_interrupted ? "stopped and saved" : "done", FormatDuration(result.seconds).c_str(),
      result.best_ndcg, static_cast<long>(result.best_epoch), arguments.run.out.c_str());
  Print(line);
  if (!result.was_interrupted) return {};
  Print("go on with the same command and --resume\n");
  context.exit_code = kExitInterrupted;
  return {};
}

}  // namespace

void AddTrainCommand(CLI::App& app, CommandContext& context) {
  // Shared with the callback, which runs long after this function has returned.
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, kTrainVerb.name, kTrainVerb.about, kTrainVerb.example,
                           [arguments, &context] { return Train(*arguments, context); });
  auto* data = verb->add_option("--data", arguments->data, "imported data set")->required();
  std::string presets;
  for (const auto name : train::PresetNames()) presets += " " + std::string(name);
  verb->add_option("--preset", arguments->preset, "one of" + presets)->capture_default_str();
  verb->add_option("--config", arguments->config, "TOML file over the preset");
  verb->add_option("--set", arguments->settings, "key=value over both; repeatable");
  auto* out = verb->add_option("--out", arguments->run.out, "run directory to write")->required();
  // The parser asks for required options after all flags were read, so a flag can still lift that.
  const auto ask_for_keys = [=] {
    arguments->wants_keys = true;
    for (CLI::Option* option : {data, out}) option->required(false);
  };
  verb->add_flag_callback("--help-keys", ask_for_keys, "print the keys of --config and --set");
  verb->add_option("--seed", arguments->run.seed, "seed of weights, order and dropout")
      ->capture_default_str();
  verb->add_option("--base", arguments->run.base, "trained run to add the second stage to");
  verb->add_flag("--resume", arguments->run.resume, "go on from the run's checkpoint");
}

}  // namespace tsugi
