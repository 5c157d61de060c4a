#include "native/eval/metrics.h"
#include "native/studies/shift/graph_trainer.h"
#include "native/studies/shift/shift_data.h"
#include "native/studies/study.h"

namespace tsugi {
namespace {

/// A row is a change of the shared configuration, so rows differ by that change alone.
struct ShiftRow {
  const char* name;
  const char* about;
  void (*change)(train::GraphConfig&);
};

// Negatives of other methods, then ours, then ours less a part.
const ShiftRow kShiftRows[] = {
    {"random", "any item", [](train::GraphConfig& c) { c.negatives.kind = "random"; }},
    {"dns", "hardest of several", [](train::GraphConfig& c) { c.negatives.kind = "dns"; }},
    {"mixgcf", "mixed with the positive",
     [](train::GraphConfig& c) { c.negatives.kind = "mixgcf"; }},
    {"cnsdiff", "made by diffusion", [](train::GraphConfig&) {}},
    {"no-causal", "without the causal term",
     [](train::GraphConfig& c) { c.negatives.diffusion.causal_weight = 0.0; }},
    {"no-training", "the denoiser stays as drawn",
     [](train::GraphConfig& c) { c.negatives.diffusion.is_trained = false; }},
    {"one-start", "one candidate",
     [](train::GraphConfig& c) { c.negatives.diffusion.has_several_starts = false; }},
    {"no-curriculum", "half hard, half random, always",
     [](train::GraphConfig& c) { c.negatives.has_curriculum = false; }},
    {"no-contrast", "without the contrastive term",
     [](train::GraphConfig& c) { c.contrastive_weight = 0.0; }},
    {"only-contrast", "random negatives and the contrastive term",
     [](train::GraphConfig& c) {
       c.negatives.kind = "random";
       c.contrasts_random = true;
     }},
};

/// Of the pairs themselves: other splits of a log have the same numbers of them.
std::string HashOfPairs(const ShiftData& data) {
  std::vector<uint32_t> numbers;
  for (const Interactions* part : {&data.train, &data.valid, &data.test, &data.shifted}) {
    numbers.push_back(static_cast<uint32_t>(part->size()));
    for (const auto& [user, item] : part->pairs()) numbers.insert(numbers.end(), {user, item});
  }
  return HashOf(std::string_view(reinterpret_cast<const char*>(numbers.data()),
                                 numbers.size() * sizeof(uint32_t)));
}

/// An imported log, split here; or a folder with a split of somebody else.
Result<ShiftData> ReadData(const StudyRequest& request, const ShiftSplitOptions& options) {
  const std::filesystem::path folder = request.data;
  const ShiftFiles files{folder / "train.txt", folder / "valid.txt", folder / "test.txt",
                         folder / "shifted.txt"};
  ShiftData data;
  // A split of somebody else is taken as it is: published numbers hold for their split alone.
  if (std::filesystem::exists(files.train)) {
    ReadAudit audit;
    TSUGI_ASSIGN_OR_RETURN(data, ReadShiftFiles(files, audit));
    for (const ReadAudit::Reason& reason : audit.reasons()) {
      request.note("warning: " + std::to_string(reason.count) + " rows left out: " + reason.reason +
                   ", e.g. " + reason.example);
    }
  } else {
    TSUGI_ASSIGN_OR_RETURN(const Dataset dataset, OpenData(request));
    TSUGI_ASSIGN_OR_RETURN(data, SplitForShift(dataset, options));
  }
  if (data.left_out > 0) {
    request.note("warning: " + std::to_string(data.left_out) +
                 " pairs left out: their users have no training pair");
  }
  request.note(std::to_string(data.user_count) + " users, " + std::to_string(data.item_count) +
               " items; " + std::to_string(data.train.size()) + " pairs to train, " +
               std::to_string(data.valid.size()) + " valid, " + std::to_string(data.test.size()) +
               " like training, " + std::to_string(data.shifted.size()) + " shifted");
  return data;
}

/// The mean loss of the diffusion in the first and the last epoch shows whether it learnt anything
/// at all: negatives from a denoiser that did not learn are noise.
Result<StudyValues> Train(const StudyRequest& request, const ShiftData& data,
                          const train::GraphConfig& config, const std::string& row, uint64_t seed) {
  const std::string name = row + " seed " + std::to_string(seed);
  const auto observer = request.observe(name);
  TSUGI_ASSIGN_OR_RETURN(const train::GraphResult result,
                         train::TrainGraph(data, config, seed, *observer));
  if (result.was_interrupted) {
    return InvalidArgument(name +
                           ": stopped. Try: the same command with --resume; finished rows "
                           "stay");
  }
  const std::vector<std::string> metrics(std::begin(kListMetricNames), std::end(kListMetricNames));
  StudyValues values;
  AddValues("shifted/", metrics, result.shifted, values);
  AddValues("test/", metrics, result.test, values);
  values.push_back({"false_negative_share", result.false_negative_share});
  values.push_back({"diffusion_loss/first", result.first_diffusion_loss});
  values.push_back({"diffusion_loss/last", result.last_diffusion_loss});
  values.push_back({"best_epoch", static_cast<double>(result.best_epoch)});
  values.push_back({"valid", result.best_valid});
  values.push_back({"seconds", result.seconds});
  return values;
}

/// The data are read once and shared by all tasks. Their hash is that of the pairs, so a result
/// says by itself which split it belongs to.
Result<std::vector<StudyTask>> PlanShift(const StudyRequest& request) {
  using Choice = train::GraphConfig::Choice;
  train::GraphConfig shared;
  ShiftSplitOptions split;
  std::string shift = "popularity", epoch = "best";
  int64_t split_seed = 1;
  TSUGI_ASSIGN_OR_RETURN(
      const std::string settings,
      ReadSettings(request, {{.key = "shift", .value = &shift, .words = "popularity|time"},
                             {"min_value", &split.min_value, -1e9, 1e9},
                             {"split_seed", &split_seed, 0, 1e9},
                             {"max_epochs", &shared.max_epochs, 1, 1e6},
                             {"patience", &shared.patience, 1, 1e6},
                             {"batch", &shared.batch, 1, 1e9},
                             {"learning_rate", &shared.learning_rate, 1e-9, 10},
                             {"contrast_temperature", &shared.contrast_temperature, 1e-3, 1e3},
                             {.key = "epoch", .value = &epoch, .words = "best|balanced|last"}}));
  split.shift = shift;
  split.seed = static_cast<uint64_t>(split_seed);
  shared.choice = epoch == "last"       ? Choice::kLast
                  : epoch == "balanced" ? Choice::kBalanced
                                        : Choice::kValidation;
  TSUGI_ASSIGN_OR_RETURN(ShiftData read, ReadData(request, split));
  const auto data = std::make_shared<const ShiftData>(std::move(read));
  std::vector<StudyTask> tasks;
  for (const uint64_t seed : SeedsOf(request, 3)) {
    for (const ShiftRow& row : kShiftRows) {
      train::GraphConfig config = shared;
      // The hash below leaves the change out: the name of the row stands for it.
      row.change(config);
      tasks.push_back({row.name, row.about, seed, HashOfPairs(*data), HashOf(settings), "",
                       [&request, data, config, &row, seed] {
                         return Train(request, *data, config, row.name, seed);
                       }});
    }
  }
  return tasks;
}

}  // namespace

Study ShiftStudy() {
  return {"shift",
          "ways to draw negatives where tests differ from training",
          {.title = "95 % over users",
           .columns = {{"shifted: recall@20", "shifted/recall@20"},
                       {"ndcg@20", "shifted/ndcg@20"},
                       {"like training: recall@20", "test/recall@20"},
                       {"ndcg@20", "test/ndcg@20"},
                       {"false negatives", "false_negative_share"},
                       {"epoch", "best_epoch"}},
           .pairs = {{"cnsdiff", kEachOtherRow}},
           .digits = 5},
          PlanShift};
}

}  // namespace tsugi
