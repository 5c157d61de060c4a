#include "native/train/batch_gradient.h"

#include <algorithm>

#include "core/base/random.h"
#include "native/train/losses/set_loss.h"
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

void AddTo(torch::Tensor& sum, const torch::Tensor& part) {
  if (!part.defined()) return;
  sum = sum.defined() ? sum.add_(part) : part;
}

}  // namespace

SequenceInput InputOf(const PackedBatch& batch, uint32_t first_bin, uint32_t bin_count) {
  const std::vector<int64_t> shape = {bin_count, batch.bin_length};
  const auto tensor_of = [&](const auto& values) {
    if (values.empty()) return torch::Tensor();  // not read
    return torch::tensor(TakeBins(values, batch, first_bin, bin_count)).view(shape);
  };
  return {tensor_of(batch.items),     tensor_of(batch.segments),
          tensor_of(batch.time_gaps), tensor_of(batch.short_term_counts),
          tensor_of(batch.actions),   tensor_of(batch.values)};
}

struct BatchGradient::Share {
  double loss = 0.0;
  std::vector<torch::Tensor> parameters;  ///< as model.parameters(); undefined = unused
  torch::Tensor item_rows;                ///< [N, W]
};

BatchGradient::Share BatchGradient::ComputeShare(const PackedBatch& batch, uint32_t first_bin,
                                                 uint32_t bin_count, const torch::Tensor& item_rows,
                                                 const PositionLoss& loss, double scale,
                                                 uint64_t dropout_seed) {
  const BatchTensors tensors = ToTensors(batch, first_bin, bin_count);
  if (tensors.targets.size(0) == 0) return {};
  const auto row_leaf = item_rows.detach().requires_grad_(true);
  const EncodedSequence encoded =
      model_.Encode(tensors.input, row_leaf, MakeDropoutRandom(dropout_seed));
  const auto rows_of = [&](const torch::Tensor& all) {  // [B, L, C] -> [M, C]
    return all.view({-1, all.size(2)}).index_select(0, tensors.positions);
  };
  const auto query = rows_of(encoded.query) * model_.spec().logit_scale;  // [M, W]
  const int64_t candidates =
      config_.loss == LossKind::kCrossEntropy ? model_.spec().item_count : config_.negatives;
  const int64_t chunk = std::max<int64_t>(16, kChunkScores / candidates);
  const auto [targets, weights] = targets_.sets != nullptr
                                      ? SetsOf(tensors.events, dropout_seed)
                                      : std::pair(tensors.targets, WeightsOf(tensors.events));
  const LossGradients gradients =
      ComputeChunkedLoss(query, item_rows, targets, chunk, scale, loss, weights);
  std::vector<torch::Tensor> outputs = {query}, output_gradients = {gradients.query};
  if (targets_.intents != nullptr) {
    outputs.push_back(IntentLoss(rows_of(encoded.intent_log_probabilities), tensors.events));
    output_gradients.push_back(torch::tensor(static_cast<float>(scale)));
  }
  std::vector<torch::Tensor> inputs = model_.parameters();
  inputs.push_back(row_leaf);
  Share share{gradients.loss,
              torch::autograd::grad(outputs, inputs, output_gradients, /*retain_graph=*/false,
                                    /*create_graph=*/false, /*allow_unused=*/true),
              {}};
  share.item_rows = share.parameters.back().add_(gradients.item_rows);
  share.parameters.pop_back();
  return share;
}

torch::Tensor BatchGradient::WeightsOf(std::span<const uint64_t> events) const {
  if (targets_.weights.empty()) return {};
  std::vector<float> weights;
  for (const uint64_t event : events) weights.push_back(targets_.weights[event]);
  return torch::tensor(weights);
}

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
  return {items, weights};
}

torch::Tensor BatchGradient::IntentLoss(const torch::Tensor& log_probabilities,
                                        std::span<const uint64_t> events) const {
  auto mass = torch::empty(log_probabilities.sizes());
  const auto width = static_cast<size_t>(mass.size(1));
  for (size_t m = 0; m < events.size(); ++m) {
    targets_.intents->WriteTarget(events[m], {mass.data_ptr<float>() + m * width, width});
  }
  return (mass * log_probabilities).sum() * -config_.intent.weight;
}

double BatchGradient::Compute(const PackedBatch& batch, const SharedNegatives& negatives,
                              double scale, uint64_t dropout_seed) {
  const auto item_rows = model_.ItemRows(targets_.id_mask);
  const auto row_values = item_rows.detach();
  BeginMadeNegatives(batch, row_values, dropout_seed);
  PositionLoss loss = MakeLoss(negatives);
  if (targets_.made != nullptr) loss = targets_.made->Around(std::move(loss));
  const auto workers = static_cast<uint32_t>(
      std::clamp<int64_t>(config_.workers, 1, static_cast<int64_t>(batch.bin_count)));
  std::vector<Share> shares(workers);
  RunWorkers(workers, [&](int64_t worker) {
    const auto first = static_cast<uint32_t>(batch.bin_count * worker / workers);
    const auto end = static_cast<uint32_t>(batch.bin_count * (worker + 1) / workers);
    shares[worker] = ComputeShare(batch, first, end - first, row_values, loss, scale,
                                  Random(dropout_seed, static_cast<uint64_t>(worker)).NextU64());
  });
  double total = 0.0;
  std::vector<torch::Tensor> parameters = model_.parameters();
  std::vector<torch::Tensor> gradients(parameters.size());
  torch::Tensor rows_gradient;
  for (const Share& share : shares) {
    total += share.loss;
    for (size_t i = 0; i < share.parameters.size(); ++i) AddTo(gradients[i], share.parameters[i]);
    AddTo(rows_gradient, share.item_rows);
  }
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].mutable_grad() = gradients[i];
  torch::autograd::backward({item_rows}, {rows_gradient});
  return total;
}

void BatchGradient::BeginMadeNegatives(const PackedBatch& batch, const torch::Tensor& row_values,
                                       uint64_t seed) const {
  if (targets_.made == nullptr) return;
  std::vector<int64_t> items;
  for (const int64_t target : batch.targets) {
    if (target != PackedBatch::kNoTarget) items.push_back(target);
  }
  targets_.made->BeginStep(row_values.index_select(0, torch::tensor(items)), seed, targets_.epoch,
                           config_.max_epochs);
}

PositionLoss BatchGradient::MakeLoss(const SharedNegatives& negatives) const {
  using torch::Tensor;
  const bool has_sets = targets_.sets != nullptr;
  if (config_.loss == LossKind::kCrossEntropy && has_sets) {
    return
        [smoothing = config_.label_smoothing](const Tensor& h, const Tensor& v, const Tensor& y) {
          return SetCrossEntropy(h, v, y, smoothing);
        };
  }
  if (config_.loss == LossKind::kCrossEntropy) {
    return
        [smoothing = config_.label_smoothing](const Tensor& h, const Tensor& v, const Tensor& y) {
          return CrossEntropy(h, v, y, smoothing);
        };
  }
  if (config_.loss == LossKind::kGbce) {
    return [negatives, t = config_.gbce_calibration](const Tensor& h, const Tensor& v,
                                                     const Tensor& y) {
      return GeneralisedBce(h, v, y, negatives.items, t);
    };
  }
  if (has_sets) {
    return [negatives](const Tensor& h, const Tensor& v, const Tensor& y) {
      return SetSampledSoftmax(h, v, y, negatives);
    };
  }
  return [negatives](const Tensor& h, const Tensor& v, const Tensor& y) {
    return SampledSoftmax(h, v, y, negatives);
  };
}

}  // namespace tsugi::train
