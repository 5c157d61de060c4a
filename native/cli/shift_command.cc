#include "native/cli/shift_command.h"

#include <cstdio>
#include <memory>

#include "native/cli/shift_study.h"
#include "native/cli/training_progress.h"
#include "native/shift/shift_files.h"
#include "native/shift/shift_split.h"

namespace tsugi {
namespace {

struct Arguments {
  ShiftFiles files;
  std::string data;
  std::string shift = "popularity";
  double min_value = 0.0;
  ShiftStudyRequest request;
  std::string epoch = "best";
};

Result<ShiftData> ReadData(const Arguments& arguments) {
  if (arguments.data.empty()) {
    ReadAudit audit;
    TSUGI_ASSIGN_OR_RETURN(ShiftData data, ReadShiftFiles(arguments.files, audit));
    for (const ReadAudit::Reason& reason : audit.reasons()) {
      PrintWarning(std::to_string(reason.count) + " rows left out: " + reason.reason + ", e.g. " +
                   reason.example);
    }
    return data;
  }
  TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Open(arguments.data));
  return SplitForShift(dataset, {.shift = arguments.shift,
                                 .min_value = arguments.min_value,
                                 .seed = arguments.request.first_seed});
}

Status Shift(Arguments& arguments) {
  if (arguments.data.empty() && arguments.files.train.empty()) {
    return InvalidArgument(
        "shift: no data. Try: --data DATA --shift popularity, or --train, --valid, --test and "
        "--shifted with a split of your own");
  }
  TSUGI_ASSIGN_OR_RETURN(const ShiftData data, ReadData(arguments));
  if (data.left_out > 0) {
    PrintWarning(std::to_string(data.left_out) +
                 " pairs left out: their users have no training pair");
  }
  std::fprintf(stderr,
               "shift  %zu users, %zu items; %zu pairs to train, %zu valid, %zu like training, %zu "
               "shifted\n",
               data.user_count, data.item_count, data.train.size(), data.valid.size(),
               data.test.size(), data.shifted.size());
  using Choice = train::GraphConfig::Choice;
  arguments.request.config.choice = arguments.epoch == "last"       ? Choice::kLast
                                    : arguments.epoch == "balanced" ? Choice::kBalanced
                                                                    : Choice::kValidation;
  std::unique_ptr<TrainingProgress> progress;
  arguments.request.observe = [&progress](const std::string& run) -> train::Observer& {
    progress = std::make_unique<TrainingProgress>(run);
    return *progress;
  };
  return RunShiftStudy(data, arguments.request);
}

}  // namespace

void AddShiftCommand(CLI::App& app, CommandContext& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = AddVerb(app, context, "shift",
                           "Compares negatives, diffusion-made ones among them, where tests differ "
                           "from training",
                           "tsugi shift --data data --shift popularity --out study",
                           [arguments] { return Shift(*arguments); });
  auto& [files, data, shift, min_value, request, epoch] = *arguments;
  auto* log = verb->add_option("--data", data, "imported data set, split here");
  verb->add_option("--shift", shift, "of --data: every item as likely as any other, or the latest")
      ->check(CLI::IsMember({"popularity", "time"}))
      ->capture_default_str();
  verb->add_option("--min-value", min_value,
                   "of --data: least value of a liked item, e.g. 4 stars");
  auto* train = verb->add_option("--train", files.train, "lines `user item`; a split of your own")
                    ->excludes(log);
  for (auto& [name, path] : {std::pair{"--valid", &files.valid}, std::pair{"--test", &files.test},
                             std::pair{"--shifted", &files.shifted}}) {
    train->needs(verb->add_option(name, *path, "the same")->needs(train));
  }
  request.rows = ShiftRowNames();
  verb->add_option("--rows", request.rows, "what to train")->delimiter(',')->capture_default_str();
  verb->add_option("--epochs", request.config.max_epochs, "at most")->capture_default_str();
  verb->add_option("--patience", request.config.patience, "epochs without improvement")
      ->capture_default_str();
  verb->add_option("--batch", request.config.batch, "pairs a step")->capture_default_str();
  verb->add_option("--learning-rate", request.config.learning_rate, "of Adam")
      ->capture_default_str();
  verb->add_option(
          "--epoch", epoch,
          "taken: the best by validation, the best as if all items were as likely, or last")
      ->check(CLI::IsMember({"best", "balanced", "last"}))
      ->capture_default_str();
  verb->add_option("--contrast-temperature", request.config.contrast_temperature, "of cnsdiff")
      ->capture_default_str();
  verb->add_option("--seed", request.first_seed, "the first")->capture_default_str();
  verb->add_option("--seeds", request.seeds, "runs of each row")
      ->check(CLI::Range(1u, 100u))
      ->capture_default_str();
  verb->add_option("--out", request.out, "folder of results")->required();
}

}  // namespace tsugi
