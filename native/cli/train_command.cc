#include "native/cli/train_command.h"

#include <cstdio>
#include <memory>

#include "native/cli/ablation.h"
#include "native/cli/scaling_study.h"
#include "native/cli/training_progress.h"
#include "native/report/text_file.h"
#include "native/train/head_cost.h"
#include "native/train/run.h"
#include "native/train/trainer.h"

namespace tsugi {
namespace {

struct Arguments {
  std::string data;
  std::string preset = "next";
  std::string config;
  std::vector<std::string> settings;
  train::RunOptions run;
  std::string ablate;
  std::vector<std::string> rows;
  std::vector<uint32_t> scaling;
  uint32_t seeds = 3;
};

Result<std::string> ReadText(const std::string& path) {
  if (path.empty() || std::filesystem::exists(path)) return ReadFileText(path);
  return NotFound(path + ": can not be read (expected a TOML file). Try: check the path");
}

/// --ablate and --scaling.
Status Study(const Arguments& arguments, const Dataset& dataset, std::string config_text) {
  StudyRequest request{.preset = arguments.preset,
                       .config_text = std::move(config_text),
                       .config_path = arguments.config,
                       .settings = arguments.settings,
                       .out = arguments.run.out,
                       .first_seed = arguments.run.seed,
                       .seeds = arguments.seeds,
                       .rows = arguments.rows};
  std::unique_ptr<TrainingProgress> progress;
  request.observe = [&progress](const std::string& run) -> train::Observer& {
    progress = std::make_unique<TrainingProgress>(run);
    return *progress;
  };
  return arguments.ablate.empty() ? RunScalingStudy(arguments.scaling, dataset, request)
                                  : RunAblation(arguments.ablate, dataset, request);
}

Status Train(Arguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const std::string text, ReadText(arguments.config));
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(arguments.data));
  const bool is_study = !arguments.ablate.empty() || !arguments.scaling.empty();
  if (is_study) return Study(arguments, dataset, text);
  TSUGI_ASSIGN_OR_RETURN(
      train::TrainConfig config,
      train::MakeConfig(arguments.preset, text, arguments.config, arguments.settings));
  TSUGI_ASSIGN_OR_RETURN(config, train::ResolveConfig(config, dataset));
  TSUGI_ASSIGN_OR_RETURN(const auto left_out, train::LeftOutParts(dataset, config));
  for (const std::string& line : left_out) std::fputs((line + "\n").c_str(), stderr);
  std::fputs(train::DescribeCost(config, dataset).c_str(), stderr);
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
  if (result.was_interrupted) Print("go on with the same command and --resume\n");
  return {};
}

}  // namespace

void AddTrainCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "train", "Trains a model on an imported log",
                           "tsugi train --data data --preset next --out run",
                           [arguments] { return Train(*arguments); });
  verb->add_option("--data", arguments->data, "imported data set")->required();
  std::string presets;
  for (const auto name : train::PresetNames()) presets += " " + std::string(name);
  verb->add_option("--preset", arguments->preset, "one of" + presets)->capture_default_str();
  verb->add_option("--config", arguments->config, "TOML file over the preset");
  verb->add_option("--set", arguments->settings, "key=value over both; repeatable");
  verb->add_option("--out", arguments->run.out, "run directory to write")->required();
  verb->add_option("--seed", arguments->run.seed, "seed of weights, order and dropout")
      ->capture_default_str();
  verb->add_option("--base", arguments->run.base, "trained run to add the second stage to");
  verb->add_flag("--resume", arguments->run.resume, "go on from the run's checkpoint");
  CLI::Option* ablate = verb->add_option("--ablate", arguments->ablate,
                                         "train and compare the model without its parts instead")
                            ->check(CLI::IsMember({"intent", "netflix", "negatives", "semantic"}));
  verb->add_option("--rows", arguments->rows, "of --ablate, these beside the whole; default: all")
      ->delimiter(',')
      ->needs(ablate);
  verb->add_option("--scaling", arguments->scaling,
                   "train backbones of these widths instead and fit a law, e.g. 16,32,64,128")
      ->delimiter(',')
      ->excludes(ablate);
  verb->add_option("--seeds", arguments->seeds, "runs of each model of --ablate and --scaling")
      ->check(CLI::Range(1u, 100u))
      ->capture_default_str();
}

}  // namespace tsugi
