#include <cstdio>
#include <memory>

#include "native/cli/commands.h"
#include "native/cli/progress.h"
#include "native/report/text.h"
#include "native/studies/study.h"

namespace tsugi {
namespace {

struct Arguments {
  std::string name;
  StudyRequest request;
  std::vector<std::string> runs, models;
  uint32_t seeds = 0;
};

/// What a study says while it works, on standard error. Results are written one by one, so a study
/// that is stopped keeps those that it has.
void Observe(StudyRequest& request) {
  const auto& interrupted = CatchInterrupts();
  request.should_stop = [&interrupted] { return interrupted.load(); };
  request.note = [](std::string_view line) {
    std::fprintf(stderr, "%s\n", std::string(line).c_str());
  };
  const auto measured = std::make_shared<EvaluationProgress>();
  request.progress = [measured](std::string_view what, size_t done, size_t total) {
    measured->Update(what, done, total);
  };
  request.observe = [](const std::string& name) {
    return std::make_unique<TrainingProgress>(name);
  };
}

/// The configuration is read once, however many runs the study trains with it.
Status RunNamed(Arguments& arguments) {
  StudyRequest& request = arguments.request;
  if (arguments.seeds > 0) request.seeds = arguments.seeds;
  request.models.assign(arguments.runs.begin(), arguments.runs.end());
  request.models.insert(request.models.end(), arguments.models.begin(), arguments.models.end());
  if (!request.config_path.empty()) {
    TSUGI_ASSIGN_OR_RETURN(request.config_text, ReadSmallText(request.config_path));
  }
  Observe(request);
  for (const Study& study : Studies()) {
    if (study.name != arguments.name) continue;
    TSUGI_ASSIGN_OR_RETURN(const std::string report, RunStudy(study, request));
    request.progress = {};  // ends its line
    Print(report);
  }
  return Status();
}

}  // namespace

void AddStudyCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  StudyRequest& request = arguments->request;
  CLI::App* verb = AddVerb(app, context, kStudyVerb.name, kStudyVerb.about, kStudyVerb.example,
                           [arguments, &context] {
                             arguments->request.command = context.command_line;
                             return RunNamed(*arguments);
                           });
  // Those of this build: some studies need the trainer.
  std::string about = "the study:";
  std::vector<std::string> names;
  for (const Study& study : Studies()) {
    names.emplace_back(study.name);
    about += "\n" + names.back() + ": " + std::string(study.about);
  }
  verb->add_option("NAME", arguments->name, about)->required()->check(CLI::IsMember(names));
  verb->add_option("--data", request.data, "imported data set");
  verb->add_option("--preset", request.preset, "of the recommenders that are trained")
      ->capture_default_str();
  verb->add_option("--config", request.config_path, "TOML file over the preset");
  verb->add_option("--set", request.settings,
                   "key=value over both, or of a study that trains no recommender; repeatable")
      ->allow_extra_args(false);
  verb->add_option("--run", arguments->runs, "training run to measure; repeatable")
      ->allow_extra_args(false);
  verb->add_option("--model", arguments->models, "model file to measure; repeatable")
      ->allow_extra_args(false);
  verb->add_option("--against", request.against,
                   "run or model file whose row comes first; differences are from it");
  verb->add_option("--rows", request.rows, "rows to make, e.g. V0,V3; default: all")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb->add_option("--seeds", arguments->seeds, "runs of each row; default: of most studies 3")
      ->check(CLI::Range(1u, 100u));
  verb->add_option("--seed", request.first_seed, "the first")->capture_default_str();
  verb->add_option("--out", request.out, "folder of the runs that are trained");
  verb->add_option("--results", request.results,
                   "JSON file of the results; default: results.json in --out. Given alone: shown");
  verb->add_flag("--resume", request.resume, "keep what the results hold, add what is missing");
  verb->add_option("--svg", request.svg, "plot to write");
  verb->add_flag("--json", request.as_json, "print one JSON object");
}

}  // namespace tsugi
