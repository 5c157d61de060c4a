#include "native/train/batch_gradient.h"

#include <algorithm>
#include <numeric>

#include "core/base/random.h"
#include "native/train/parallel.h"

namespace tsugi::train {
namespace {

/// Scores one chunk of the loss holds, [chunk, candidates] f32: 16 MB keeps it near the cache.
constexpr int64_t kChunkScores = 4 << 20;

/// Row-major values of bins [first_bin, first_bin + bin_count).
template <typename T>
std::vector<T> TakeBins(const std::vector<T>& values, const PackedBatch& batch, uint32_t first_bin,
                        uint32_t bin_count) {
  const auto begin = values.begin() + static_cast<ptrdiff_t>(first_bin) * batch.bin_length;
  return {begin, begin + static_cast<ptrdiff_t>(bin_count) * batch.bin_length};
}

struct BatchTensors {
  SequenceInput input;               // [B, L]
  torch::Tensor positions, targets;  // [M] i64: rows of the flattened bins that have a target
  std::vector<uint64_t> events;      // [M] the targets' events
};

/// Lists the M positions that have a target. Only their rows are scored: scoring is the most
/// expensive part of a step, and the tails of bins would be scored for nothing.
BatchTensors ToTensors(const PackedBatch& batch, uint32_t first_bin, uint32_t bin_count) {
  const std::vector<int64_t> next = TakeBins(batch.targets, batch, first_bin, bin_count);
  const auto next_events = TakeBins(batch.target_events, batch, first_bin, bin_count);
  std::vector<int64_t> positions, targets;
  BatchTensors tensors;
  for (size_t i = 0; i < next.size(); ++i) {
    if (next[i] == PackedBatch::kNoTarget) continue;
    positions.push_back(static_cast<int64_t>(i));
    targets.push_back(next[i]);
    tensors.events.push_back(next_events[i]);
  }
  tensors.input = InputOf(batch, first_bin, bin_count);
  tensors.positions = torch::tensor(positions, torch::kInt64);
  tensors.targets = torch::tensor(targets, torch::kInt64);
  return tensors;
}

}  // namespace

SequenceInput InputOf(const PackedBatch& batch, uint32_t first_bin, uint32_t bin_count) {
  const std::vector<int64_t> shape = {bin_count, batch.bin_length};
  const auto tensor_of = [&](const auto& values) {
    if (values.empty()) return torch::Tensor();  // not read
    return torch::tensor(TakeBins(values, batch, first_bin, bin_count)).view(shape);
  };
  return {tensor_of(batch.items), tensor_of(batch.segments), tensor_of(batch.time_gaps),
          tensor_of(batch.times), tensor_of(batch.actions),  tensor_of(batch.values)};
}

struct BatchGradient::Share {
  double loss = 0.0;
  /// As model.parameters(), undefined = unused; then that of the item rows [N, W].
  std::vector<torch::Tensor> gradients;
};

// Three stages, so that no graph holds the scores [M, N]. The encoder runs with a graph. The loss
// is differentiated chunk by chunk with respect to `query` and the item rows alone. The gradient of
// `query` is then carried back through the encoder. The item rows are a leaf of each worker, or
// several threads would walk the graph that makes them from table and tower. Their gradient has two
// parts: inputs are read from them (row_leaf) and queries are scored with them
// (gradients.item_rows). `autograd::grad` returns the gradients; `backward` would add them to the
// parameters that all workers share, in the order of the schedule.
BatchGradient::Share BatchGradient::ComputeShare(const PackedBatch& batch, uint32_t first_bin,
                                                 uint32_t bin_count, const torch::Tensor& item_rows,
                                                 const PositionLoss& loss, double scale,
                                                 uint64_t dropout_seed) {
  BatchTensors tensors = ToTensors(batch, first_bin, bin_count);
  if (tensors.targets.size(0) == 0) return {};
  tensors.input.items = PlacesOf(tensors.input.items);
  tensors.targets = PlacesOf(tensors.targets);
  const auto row_leaf = item_rows.detach().requires_grad_(true);
  const EncodedSequence encoded =
      model_.Encode(tensors.input, row_leaf, MakeDropoutRandom(dropout_seed));
  const auto rows_of = [&](const torch::Tensor& all) {  // [B, L, C] -> [M, C]
    return all.view({-1, all.size(2)}).index_select(0, tensors.positions);
  };
  const auto query = rows_of(encoded.query) * model_.spec().logit_scale;  // [M, W]
  // With sets the scores are the same size: one pass serves all targets of a position.
  const int64_t candidates =
      config_.loss == LossKind::kCrossEntropy ? item_rows.size(0) : config_.negatives;
  const int64_t chunk = std::max<int64_t>(16, kChunkScores / candidates);
  const auto [targets, weights] = targets_.sets != nullptr
                                      ? SetsOf(tensors.events, dropout_seed)
                                      : std::pair(tensors.targets, WeightsOf(tensors.events));
  const LossGradients gradients =
      ComputeChunkedLoss(query, item_rows, targets, chunk, scale, loss, weights);
  std::vector<torch::Tensor> outputs = {query}, output_gradients = {gradients.query};
  if (targets_.auxiliary != nullptr) {
    outputs.push_back(AuxiliaryLoss(rows_of(encoded.auxiliary_log_probabilities), tensors.events));
    output_gradients.push_back(torch::tensor(static_cast<float>(scale)));
  }
  std::vector<torch::Tensor> inputs = model_.parameters();
  inputs.push_back(row_leaf);
  Share share{gradients.loss,
              torch::autograd::grad(outputs, inputs, output_gradients, /*retain_graph=*/false,
                                    /*create_graph=*/false, /*allow_unused=*/true)};
  share.gradients.back().add_(gradients.item_rows);
  return share;
}

torch::Tensor BatchGradient::PlacesOf(const torch::Tensor& items) const {
  if (!place_of_.defined()) return items;
  const auto places = place_of_.index_select(0, items.clamp_min(0).view(-1)).view(items.sizes());
  return torch::where(items < 0, items, places);
}

// An undefined tensor means that all weigh 1, which spares a product for each chunk.
torch::Tensor BatchGradient::WeightsOf(std::span<const uint64_t> events) const {
  if (targets_.weights.empty()) return {};
  std::vector<float> weights;
  for (const uint64_t event : events) weights.push_back(targets_.weights[event]);
  return torch::tensor(weights);
}

// Drawn anew for every batch: where more items follow than a set has places, the seed decides which
// of them are taken. Write fills every place, so the tensors need no zeros.
std::pair<torch::Tensor, torch::Tensor> BatchGradient::SetsOf(std::span<const uint64_t> events,
                                                              uint64_t seed) const {
  const size_t size = targets_.sets->rule().size;
  const std::vector<int64_t> shape = {static_cast<int64_t>(events.size()),
                                      static_cast<int64_t>(size)};
  const auto items = torch::empty(shape, torch::kInt64);
  const auto weights = torch::empty(shape, torch::kFloat32);
  for (size_t m = 0; m < events.size(); ++m) {
    targets_.sets->Write(events[m], seed, {items.data_ptr<int64_t>() + m * size, size},
                         {weights.data_ptr<float>() + m * size, size});
  }
  return {PlacesOf(items), weights};
}

// Cross-entropy with a distribution, -sum_p mass_p log p, summed over the events. An event without
// a label has zero mass everywhere and adds nothing.
torch::Tensor BatchGradient::AuxiliaryLoss(const torch::Tensor& log_probabilities,
                                           std::span<const uint64_t> events) const {
  auto mass = torch::empty(log_probabilities.sizes());
  const auto width = static_cast<size_t>(mass.size(1));
  for (size_t m = 0; m < events.size(); ++m) {
    targets_.auxiliary->write_target(events[m], {mass.data_ptr<float>() + m * width, width});
  }
  return (mass * log_probabilities).sum() * -targets_.auxiliary->weight;
}

// The item rows are made once for all workers. Their graph is walked once at the end, with the sum
// of the workers' gradients. That last backward adds to the gradients just assigned, so it has to
// come after the assignment.
//
// Rows of items that training never sees are left out here, once, and all losses are of the rows
// that remain: a softmax, its smoothing and a drawn negative need no mask of their own. No input is
// such an item but in the unused tails of bins, so place 0 will do for them.
double BatchGradient::Compute(const PackedBatch& batch, const SharedNegatives& negatives,
                              double scale, uint64_t dropout_seed) {
  auto item_rows = model_.ItemRows(targets_.mask);
  place_of_ = torch::Tensor();
  if (const torch::Tensor trained = model_.TrainedItems(); trained.defined()) {
    place_of_ = torch::zeros({item_rows.size(0)}, torch::kInt64)
                    .index_copy_(0, trained, torch::arange(trained.size(0)));
    item_rows = item_rows.index_select(0, trained);
  }
  const auto row_values = item_rows.detach();
  BeginMadeNegatives(batch, row_values, dropout_seed);
  PositionLoss loss = MakeLoss(negatives);
  if (targets_.made != nullptr) loss = targets_.made->Around(std::move(loss));
  const auto workers = static_cast<uint32_t>(
      std::clamp<int64_t>(config_.workers, 1, static_cast<int64_t>(batch.bin_count)));
  std::vector<double> losses(workers);
  std::vector<std::vector<torch::Tensor>> shares(workers);
  RunWorkers(workers, [&](int64_t worker) {
    // Contiguous ranges whose sizes differ by at most one bin. The seed is a function of the
    // batch's seed and the worker's number, never of the thread that happens to run it.
    const auto first = static_cast<uint32_t>(batch.bin_count * worker / workers);
    const auto end = static_cast<uint32_t>(batch.bin_count * (worker + 1) / workers);
    const uint64_t seed = Random(dropout_seed, static_cast<uint64_t>(worker)).NextU64();
    Share share = ComputeShare(batch, first, end - first, row_values, loss, scale, seed);
    losses[worker] = share.loss;
    shares[worker] = std::move(share.gradients);
  });
  const std::vector<torch::Tensor> gradients = SumShares(shares);
  std::vector<torch::Tensor> parameters = model_.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = gradients[i];
  torch::autograd::backward({item_rows}, {gradients.back()});
  return std::accumulate(losses.begin(), losses.end(), 0.0);
}

// Runs before the workers start and sees the targets of the whole batch. So the step of the
// diffusion does not depend on the number of workers, and they only read it afterwards.
void BatchGradient::BeginMadeNegatives(const PackedBatch& batch, const torch::Tensor& row_values,
                                       uint64_t seed) const {
  if (targets_.made == nullptr) return;
  std::vector<int64_t> items;
  for (const int64_t target : batch.targets) {
    if (target != PackedBatch::kNoTarget) items.push_back(target);
  }
  targets_.made->BeginStep(row_values.index_select(0, PlacesOf(torch::tensor(items))), seed,
                           targets_.epoch, config_.max_epochs);
}

PositionLoss BatchGradient::MakeLoss(const SharedNegatives& drawn) const {
  using torch::Tensor;
  SharedNegatives negatives = drawn;
  if (drawn.items.defined()) negatives.items = PlacesOf(drawn.items);
  return [&config = config_, negatives, has_sets = targets_.sets != nullptr](
             const Tensor& h, const Tensor& v, const Tensor& y) {
    switch (config.loss) {
      case LossKind::kGbce:
        return GeneralisedBce(h, v, y, negatives.items, config.gbce_calibration);
      case LossKind::kCrossEntropy:
        return (has_sets ? SetCrossEntropy : CrossEntropy)(h, v, y, config.label_smoothing);
      default:
        return (has_sets ? SetSampledSoftmax : SampledSoftmax)(h, v, y, negatives);
    }
  };
}

}  // namespace tsugi::train
