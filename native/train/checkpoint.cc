#include "native/train/checkpoint.h"

#include "native/train/run.h"
#include "native/train/train_config.h"

namespace tsugi::train {
namespace {

/// Visits the numbers of a state, in the order of the file.
template <typename State, typename Visit>
void VisitNumbers(State& s, const Visit& visit) {
  visit(s.loop.epoch), visit(s.loop.step), visit(s.loop.epoch_step), visit(s.loop.epoch_loss);
  visit(s.loop.epoch_count), visit(s.loop.best_epoch), visit(s.loop.best), visit(s.loop.seconds);
  visit(s.best.recall_at_10), visit(s.best.ndcg_at_10), visit(s.best.mrr_at_20);
  visit(s.is_refit), visit(s.is_finished);
}

std::vector<double> Numbers(const RunState& state) {
  std::vector<double> numbers;
  VisitNumbers(state, [&](auto number) { numbers.push_back(static_cast<double>(number)); });
  return numbers;
}

/// Requires: as many numbers as Numbers gives.
RunState FromNumbers(const torch::Tensor& numbers) {
  const double* next = numbers.data_ptr<double>();
  RunState state;
  VisitNumbers(state, [&](auto& number) {
    number = static_cast<std::remove_reference_t<decltype(number)>>(*next++);
  });
  return state;
}

}  // namespace

Status SaveCheckpoint(const std::filesystem::path& run_directory, const RunState& state,
                      const SequenceModel& model, torch::optim::AdamW& optimiser,
                      WeightAverage& average) {
  const auto path = run_directory / kCheckpointFile;
  auto aside = path;
  aside += ".tmp";
  try {
    torch::serialize::OutputArchive archive, weights, optimiser_state;
    model.save(weights);
    optimiser.save(optimiser_state);
    archive.write("model", weights);
    archive.write("optimiser", optimiser_state);
    archive.write("state", torch::tensor(Numbers(state), torch::kFloat64));
    archive.write("fingerprint", c10::IValue(state.fingerprint));
    for (size_t i = 0; i < average.averages().size(); ++i) {
      archive.write("average" + std::to_string(i), average.averages()[i]);
    }
    archive.save_to(aside.string());
    std::filesystem::rename(aside, path);
  } catch (const std::exception& error) {
    std::error_code ignored;
    std::filesystem::remove(aside, ignored);
    return Internal(path.string() + ": could not write the checkpoint (" + error.what() +
                    "). Try: free disk space, then tsugi train --resume");
  }
  return Status();
}

Result<RunState> LoadCheckpoint(const std::filesystem::path& run_directory,
                                const std::string& fingerprint, SequenceModel& model,
                                torch::optim::AdamW& optimiser, WeightAverage& average) {
  const auto path = run_directory / kCheckpointFile;
  if (!std::filesystem::exists(path)) {
    return NotFound(path.string() + ": there is no checkpoint to resume. Try: leave out --resume");
  }
  try {
    torch::serialize::InputArchive archive, weights, optimiser_state;
    archive.load_from(path.string());
    c10::IValue saved_fingerprint;
    archive.read("fingerprint", saved_fingerprint);
    const auto changes = DescribeChanges(saved_fingerprint.toStringRef(), fingerprint);
    if (!changes.ok()) {
      return InvalidArgument(path.string() +
                             ": an earlier version, whose keys had other names, made this "
                             "checkpoint. Try: another --out");
    }
    if (!changes->empty()) {
      return InvalidArgument(path.string() + ": made with other settings (" + *changes +
                             "). Try: the same options as before, or another --out");
    }
    archive.read("model", weights);
    model.load(weights);
    archive.read("optimiser", optimiser_state);
    optimiser.load(optimiser_state);
    torch::Tensor numbers;
    archive.read("state", numbers);
    if (numbers.dim() != 1 || static_cast<size_t>(numbers.size(0)) != Numbers({}).size()) {
      return InvalidArgument(path.string() +
                             ": the checkpoint is of another version of tsugi. Try: train without "
                             "--resume");
    }
    for (size_t i = 0; i < average.averages().size(); ++i) {
      archive.read("average" + std::to_string(i), average.averages()[i]);
    }
    RunState state = FromNumbers(numbers);
    state.fingerprint = fingerprint;
    return state;
  } catch (const std::exception& error) {
    return Internal(path.string() + ": could not read the checkpoint (" + error.what() +
                    "). Try: train without --resume");
  }
}

}  // namespace tsugi::train
