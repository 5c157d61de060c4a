#include "native/cli/train_command.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "native/cli/interrupt.h"
#include "native/cli/progress.h"
#include "native/cli/training_run.h"

namespace tsugi {
namespace {

struct Arguments {
  std::string data;
  std::string preset = "next";
  std::string config;
  std::vector<std::string> settings;
  TrainingRunOptions run;
};

Result<std::string> ReadText(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (file) return text.str();
  return NotFound(path + ": can not be read (expected a TOML file). Try: check the path");
}

/// The line after an epoch: what it reached and how that compares.
std::string EpochLine(const train::TrainProgress& p) {
  char line[256];
  if (p.valid) {
    std::snprintf(
        line, sizeof line,
        "epoch %3ld  loss %.4f  validation ndcg@10 %.4f  recall@10 %.4f  best %.4f (epoch %ld)"
        "  %s\n",
        static_cast<long>(p.epoch), p.loss, p.valid->ndcg_at_10, p.valid->recall_at_10, p.best_ndcg,
        static_cast<long>(p.best_epoch), FormatDuration(p.seconds).c_str());
  } else {
    std::snprintf(line, sizeof line,
                  "epoch %3ld of %ld on training and validation events  loss %.4f  %s\n",
                  static_cast<long>(p.epoch), static_cast<long>(p.best_epoch), p.loss,
                  FormatDuration(p.seconds).c_str());
  }
  return line;
}

Status Train(Arguments& arguments) {
  TSUGI_ASSIGN_OR_RETURN(const std::string text, ReadText(arguments.config));
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(arguments.data));
  TSUGI_ASSIGN_OR_RETURN(
      train::TrainConfig config,
      train::MakeConfig(arguments.preset, text, arguments.config, arguments.settings));
  TSUGI_ASSIGN_OR_RETURN(config, train::ResolveConfig(config, dataset));
  const auto& interrupted = CatchInterrupts();
  Progress progress("train", "events");
  arguments.run.should_stop = [&interrupted] { return interrupted.load(); };
  arguments.run.on_progress = [&progress](const train::TrainProgress& p) {
    char text_line[96];
    std::snprintf(text_line, sizeof text_line, "epoch %ld  loss %.4f  best %.4f",
                  static_cast<long>(p.epoch), p.loss, p.best_ndcg);
    if (p.is_epoch_end && (p.valid || p.is_refit)) {
      progress.EndLine();
      std::fputs(EpochLine(p).c_str(), stderr);
    } else if (!p.is_epoch_end) {
      progress.Update(static_cast<size_t>(p.events_done), static_cast<size_t>(p.events_per_epoch),
                      text_line);
    }
  };
  TSUGI_ASSIGN_OR_RETURN(const train::TrainResult result,
                         RunTraining(dataset, config, arguments.run));
  progress.EndLine();
  char line[256];
  std::snprintf(
      line, sizeof line, "%s after %s: best validation ndcg@10 %.4f at epoch %ld, in %s\n",
      result.was_interrupted ? "stopped and saved" : "done", FormatDuration(result.seconds).c_str(),
      result.best.ndcg_at_10, static_cast<long>(result.best_epoch), arguments.run.out.c_str());
  Print(line);
  if (result.was_interrupted) Print("go on with the same command and --resume\n");
  return Status();
}

}  // namespace

void AddTrainCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "train", "Trains a model on an imported log",
                           "tsugi train --data data --preset next --out run",
                           [arguments] { return Train(*arguments); });
  verb->add_option("--data", arguments->data, "imported data set")->required();
  std::string presets;
  for (const auto name : train::PresetNames())
    presets += (presets.empty() ? "" : ", ") + std::string(name);
  verb->add_option("--preset", arguments->preset, "one of: " + presets)->capture_default_str();
  verb->add_option("--config", arguments->config, "TOML file over the preset");
  verb->add_option("--set", arguments->settings, "key=value over both; repeatable");
  verb->add_option("--out", arguments->run.out, "run directory to write")->required();
  verb->add_option("--seed", arguments->run.seed, "seed of weights, order and dropout")
      ->capture_default_str();
  verb->add_flag("--resume", arguments->run.resume, "go on from the run's checkpoint");
}

}  // namespace tsugi
