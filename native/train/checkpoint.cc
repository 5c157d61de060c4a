#include "native/train/checkpoint.h"

namespace tsugi::train {
namespace {

constexpr int64_t kNumbers = 13;

torch::Tensor Numbers(const RunState& s) {
  return torch::tensor(
      {static_cast<double>(s.loop.epoch), static_cast<double>(s.loop.step),
       static_cast<double>(s.loop.epoch_step), s.loop.epoch_loss, s.loop.epoch_count,
       static_cast<double>(s.loop.best_epoch), s.loop.best, s.loop.seconds, s.best.recall_at_10,
       s.best.ndcg_at_10, s.best.mrr_at_20, s.is_refit ? 1.0 : 0.0, s.is_finished ? 1.0 : 0.0},
      torch::kFloat64);
}

/// Requires: kNumbers numbers.
RunState FromNumbers(const torch::Tensor& numbers) {
  const auto n = numbers.accessor<double, 1>();
  RunState s;
  s.loop.epoch = static_cast<int64_t>(n[0]);
  s.loop.step = static_cast<int64_t>(n[1]);
  s.loop.epoch_step = static_cast<int64_t>(n[2]);
  s.loop.epoch_loss = n[3];
  s.loop.epoch_count = n[4];
  s.loop.best_epoch = static_cast<int64_t>(n[5]);
  s.loop.best = n[6];
  s.loop.seconds = n[7];
  s.best = {n[8], n[9], n[10]};
  s.is_refit = n[11] > 0.5;
  s.is_finished = n[12] > 0.5;
  return s;
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
    archive.write("state", Numbers(state));
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
    if (numbers.dim() != 1 || numbers.size(0) != kNumbers) {
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
