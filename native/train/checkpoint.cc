#include "native/train/checkpoint.h"

#include <functional>

#include "native/files/whole_file.h"
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

/// As doubles: one tensor holds them all, and whole numbers are exact up to 2^53 steps.
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

// LibTorch's reader trusts sizes in the file, so bytes that changed must never reach it.
Status WriteHashed(torch::serialize::OutputArchive& archive, ByteSink& file) {
  HashedSink hashed(file);
  Status status;
  // An error must not leave this function as a short count: the archive's destructor writes again,
  // and would throw again.
  const std::function<size_t(const void*, size_t)> append = [&](const void* data, size_t size) {
    if (status.ok()) status = hashed.Append({static_cast<const uint8_t*>(data), size});
    return size;
  };
  archive.save_to(append);
  TSUGI_RETURN_IF_ERROR(status);
  return hashed.Finish();
}

Result<AlignedBuffer<uint8_t>> ReadHashed(const std::filesystem::path& path) {
  return ReadHashedFile(path, "a tsugi checkpoint", "train without --resume, into another --out");
}

}  // namespace

bool HasCheckpoint(const std::filesystem::path& run_directory) {
  std::error_code ignored;
  return std::filesystem::exists(run_directory / kCheckpointFile, ignored);
}

Status SaveCheckpoint(const std::filesystem::path& run_directory, const RunState& state,
                      const SequenceModel& model, torch::optim::AdamW& optimiser,
                      WeightAverage& average) {
  const auto path = run_directory / kCheckpointFile;
  try {
    torch::serialize::OutputArchive archive, weights, optimiser_state;
    model.save(weights);
    optimiser.save(optimiser_state);
    archive.write("model", weights);
    archive.write("optimiser", optimiser_state);
    archive.write("state", torch::tensor(Numbers(state), torch::kFloat64));
    archive.write("fingerprint", c10::IValue(state.fingerprint));
    // The averages are saved too: started anew from the resumed weights, they would forget all
    // steps before the interruption.
    for (size_t i = 0; i < average.averages().size(); ++i) {
      archive.write("average" + std::to_string(i), average.averages()[i]);
    }
    return WriteWholeFile(
        path, [&](ByteSink& file) { return WriteHashed(archive, file); },
        [](const std::filesystem::path& written) { return ReadHashed(written).status(); });
  } catch (const std::exception& error) {
    return Internal(path.string() + ": could not write the checkpoint (" + error.what() +
                    "). Try: free disk space, then tsugi train --resume");
  }
}

Result<RunState> LoadCheckpoint(const std::filesystem::path& run_directory,
                                const std::string& fingerprint, SequenceModel& model,
                                torch::optim::AdamW& optimiser, WeightAverage& average) {
  const auto path = run_directory / kCheckpointFile;
  if (!std::filesystem::exists(path)) {
    return NotFound(path.string() + ": there is no checkpoint to resume. Try: leave out --resume");
  }
  TSUGI_ASSIGN_OR_RETURN(const auto bytes, ReadHashed(path));
  try {
    torch::serialize::InputArchive archive, weights, optimiser_state;
    archive.load_from(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    c10::IValue saved_fingerprint;
    archive.read("fingerprint", saved_fingerprint);
    // Before the weights: with another width LibTorch would fail on a shape, and its message would
    // not name the key that has changed.
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
    // A state of another length is of another version. Its numbers would be taken for others.
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
