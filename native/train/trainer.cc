#include "native/train/trainer.h"

#include <chrono>
#include <cmath>

#include "native/train/checkpoint.h"
#include "native/train/losses/chunked_backward.h"
#include "native/train/losses/item_loss.h"
#include "native/train/model_snapshot.h"
#include "native/train/negatives.h"
#include "native/train/optimiser.h"
#include "native/train/packed_batch.h"

namespace tsugi::train {
namespace {

using Clock = std::chrono::steady_clock;

/// Scores one chunk of the loss holds, [chunk, candidates] f32: 16 MB keeps it near the cache.
constexpr int64_t kChunkScores = 4 << 20;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct BatchTensors {
  torch::Tensor items, segments;     // [B, L]
  torch::Tensor positions, targets;  // [M] i64: rows of the flattened batch that have a target
};

BatchTensors ToTensors(const PackedBatch& batch) {
  const std::vector<int64_t> shape = {batch.bin_count, batch.bin_length};
  const auto targets = torch::tensor(batch.targets, torch::kInt64);
  const auto positions = torch::nonzero(targets != PackedBatch::kNoTarget).squeeze(1);
  return {torch::tensor(batch.items, torch::kInt64).view(shape),
          torch::tensor(batch.segments, torch::kInt32).view(shape), positions,
          targets.index_select(0, positions)};
}

class Trainer {
 public:
  Trainer(const Dataset& dataset, const TrainConfig& config, ProcessGroup& group,
          const TrainOptions& options, NegativeSampler sampler)
      : dataset_(dataset),
        config_(config),
        group_(group),
        options_(options),
        sampler_(std::move(sampler)),
        valid_cases_(DrawValidationCases(dataset, static_cast<size_t>(config.max_valid_cases))) {
    Reset();
  }

  Result<TrainResult> Run() {
    if (valid_cases_.empty()) {
      return InvalidArgument(
          "the data set has no validation case to choose the best epoch by (expected sequences of "
          "3 "
          "or more events). Try: a longer log, or a lower --min-count at import");
    }
    if (options_.resume) {
      TSUGI_ASSIGN_OR_RETURN(state_, LoadCheckpoint(options_.run_directory, Fingerprint(), *model_,
                                                    *optimiser_, *average_));
    }
    state_.fingerprint = Fingerprint();
    started_ = Clock::now();
    seconds_before_ = state_.seconds;
    if (!state_.is_refit) {
      TSUGI_RETURN_IF_ERROR(SelectionPhase());
      if (!interrupted_ && config_.refit == "on") {
        Reset();
        state_.epoch = state_.step = 0;
        state_.is_refit = true;
      }
    }
    if (!interrupted_ && state_.is_refit) TSUGI_RETURN_IF_ERROR(RefitPhase());
    return TrainResult{interrupted_, state_.best_epoch, Best(), TotalSeconds()};
  }

 private:
  /// Fresh weights, optimiser and averages from the seed; every process makes the same ones.
  void Reset() {
    torch::manual_seed(options_.seed);
    model_ = std::make_shared<SequenceModel>(
        MakeSpec(config_, dataset_), DropoutOptions{config_.input_dropout, config_.dropout});
    torch::manual_seed(options_.seed * 7919 + 1 + static_cast<uint64_t>(group_.rank()));
    optimiser_ = MakeOptimiser(*model_, config_);
    average_ = std::make_unique<WeightAverage>(*model_, config_.ema_decay);
    negatives_random_ = Random(options_.seed, 0x6e65);
  }

  Status SelectionPhase() {
    while (!ShouldEndSelection()) {
      TSUGI_RETURN_IF_ERROR(RunEpoch(dataset_.train_end()));
      if (interrupted_) return Status();
      TSUGI_RETURN_IF_ERROR(SelectBest());
      TSUGI_RETURN_IF_ERROR(SaveState());
    }
    return Status();
  }

  Status RefitPhase() {
    while (state_.epoch < state_.best_epoch) {
      TSUGI_RETURN_IF_ERROR(RunEpoch(dataset_.refit_end()));
      if (interrupted_) return Status();
      Report(progress_, std::nullopt);
      TSUGI_RETURN_IF_ERROR(SaveState());
    }
    average_->Swap();
    const Status saved = SaveModelOnRankZero();
    average_->Swap();
    return saved;
  }

  bool ShouldEndSelection() const {
    return state_.epoch >= config_.max_epochs ||
           (state_.best_epoch > 0 && state_.epoch - state_.best_epoch >= config_.patience) ||
           (config_.max_minutes > 0.0 && state_.epoch > 0 &&
            state_.seconds >= config_.max_minutes * 60.0);
  }

  Status RunEpoch(std::span<const uint32_t> ends) {
    const uint32_t bin_length = BinLength(static_cast<uint32_t>(config_.window));
    const auto bins =
        static_cast<uint32_t>(std::max<int64_t>(1, config_.batch_tokens / bin_length));
    const EpochPacker packer(dataset_, ends, bin_length, bins, options_.seed,
                             static_cast<uint32_t>(state_.epoch));
    const auto world = static_cast<size_t>(group_.world_size());
    const size_t steps = std::max<size_t>(1, (packer.batch_count() + world - 1) / world);
    const auto epoch_start = Clock::now();
    double loss_sum = 0.0, targets = 0.0;
    for (size_t step = 0; step < steps; ++step) {
      const auto [loss, count] = Step(packer, step * world + static_cast<size_t>(group_.rank()));
      loss_sum += loss;
      targets += count;
      const double elapsed = SecondsSince(epoch_start);
      progress_ = {.epoch = state_.epoch + 1,
                   .step = static_cast<int64_t>(step) + 1,
                   .steps_per_epoch = static_cast<int64_t>(steps),
                   .events_done = static_cast<int64_t>(targets),
                   .events_per_epoch = static_cast<int64_t>(packer.target_count()),
                   .events_per_s = targets / std::max(elapsed, 1e-9),
                   .loss = loss_sum / std::max(targets, 1.0),
                   .epoch_seconds_left = elapsed / (step + 1.0) * (steps - step - 1.0),
                   .valid = std::nullopt};
      if (AnyProcessStops()) {
        interrupted_ = true;
        return Status();
      }
      Report(progress_, std::nullopt);
      if (!std::isfinite(progress_.loss)) {
        return Internal("the loss became " + std::to_string(progress_.loss) + " in epoch " +
                        std::to_string(progress_.epoch) + ". Try: a lower learning_rate");
      }
    }
    ++state_.epoch;
    return Status();
  }

  /// One optimiser step on this process's batch; returns the group's {summed loss, target count}.
  std::pair<double, double> Step(const EpochPacker& packer, size_t batch_index) {
    SetLearningRate(*optimiser_, LearningRate(config_, state_.step));
    optimiser_->zero_grad();
    PackedBatch batch;
    if (batch_index < packer.batch_count()) batch = packer.Batch(batch_index);
    const double count = group_.AllReduceSum(static_cast<double>(batch.target_count));
    // Every process draws, so that all stay on the same negatives.
    const SharedNegatives negatives =
        config_.loss == "cross_entropy"
            ? SharedNegatives{}
            : sampler_.Draw(config_.negatives,
                            config_.logq == "on" && config_.loss == "sampled_softmax",
                            negatives_random_);
    double loss = 0.0;
    if (batch.target_count > 0) loss = Backward(batch, negatives, 1.0 / count);
    AllReduceGradients();
    torch::nn::utils::clip_grad_norm_(model_->parameters(), config_.clip_norm);
    optimiser_->step();
    average_->Update(state_.step++);
    return {group_.AllReduceSum(loss), count};
  }

  double Backward(const PackedBatch& batch, const SharedNegatives& negatives, double scale) {
    const BatchTensors tensors = ToTensors(batch);
    const auto encoded = model_->Encode(tensors.items, tensors.segments);  // [B, L, D]
    const auto hidden = encoded.view({-1, encoded.size(2)}).index_select(0, tensors.positions) *
                        model_->spec().logit_scale;  // [M, D]
    const int64_t candidates =
        negatives.items.defined() ? negatives.items.size(0) : model_->spec().item_count;
    const int64_t chunk = std::max<int64_t>(16, kChunkScores / candidates);
    return ChunkedBackward(hidden, model_->ItemRows(), tensors.targets, chunk, scale,
                           MakeLoss(negatives));
  }

  PositionLoss MakeLoss(const SharedNegatives& negatives) const {
    using torch::Tensor;
    if (config_.loss == "cross_entropy") {
      return
          [smoothing = config_.label_smoothing](const Tensor& h, const Tensor& v, const Tensor& y) {
            return CrossEntropy(h, v, y, smoothing);
          };
    }
    if (config_.loss == "gbce") {
      return [negatives, t = config_.gbce_calibration](const Tensor& h, const Tensor& v,
                                                       const Tensor& y) {
        return GeneralisedBce(h, v, y, negatives.items, t);
      };
    }
    return [negatives](const Tensor& h, const Tensor& v, const Tensor& y) {
      return SampledSoftmax(h, v, y, negatives);
    };
  }

  void AllReduceGradients() {
    if (group_.world_size() == 1) return;
    std::vector<torch::Tensor> gradients;
    for (auto& parameter : model_->parameters()) {
      if (!parameter.grad().defined()) parameter.mutable_grad() = torch::zeros_like(parameter);
      gradients.push_back(parameter.grad());
    }
    group_.AllReduceSum(gradients);
  }

  /// Validates on rank 0, tells the others, keeps the best weights.
  Status SelectBest() {
    average_->Swap();
    ValidationMetrics valid;
    if (group_.rank() == 0) {
      valid = Validate(*model_, dataset_, valid_cases_, model_->spec().filter_seen);
    }
    valid.ndcg_at_10 = group_.AllReduceSum(valid.ndcg_at_10);
    valid.recall_at_10 = group_.AllReduceSum(valid.recall_at_10);
    valid.mrr_at_20 = group_.AllReduceSum(valid.mrr_at_20);
    state_.seconds = group_.AllReduceSum(TotalSeconds()) / group_.world_size();
    Status saved;
    if (valid.ndcg_at_10 > state_.best_ndcg) {
      state_.best_ndcg = valid.ndcg_at_10;
      state_.best_recall = valid.recall_at_10;
      state_.best_mrr = valid.mrr_at_20;
      state_.best_epoch = state_.epoch;
      saved = SaveModelOnRankZero();
    }
    average_->Swap();
    Report(progress_, valid);
    return saved;
  }

  Status SaveModelOnRankZero() {
    if (group_.rank() != 0 || !options_.save_model) return Status();
    ModelSnapshot snapshot(*model_);
    snapshot.view().item_ids = dataset_.item_ids();
    snapshot.view().item_titles = dataset_.item_titles();
    TrainProgress progress = progress_;
    Complete(progress);
    return options_.save_model(snapshot.view(), progress);
  }

  Status SaveState() {
    state_.seconds = group_.AllReduceSum(TotalSeconds()) / group_.world_size();
    if (group_.rank() != 0) return Status();
    return SaveCheckpoint(options_.run_directory, state_, *model_, *optimiser_, *average_);
  }

  bool AnyProcessStops() {
    const bool stop = options_.should_stop && options_.should_stop();
    return group_.AllReduceSum(stop ? 1.0 : 0.0) > 0.0;
  }

  void Complete(TrainProgress& progress) const {
    progress.seconds = TotalSeconds();
    progress.is_refit = state_.is_refit;
    progress.best_ndcg = std::max(0.0, state_.best_ndcg);
    progress.best_epoch = state_.best_epoch;
  }

  void Report(TrainProgress progress, std::optional<ValidationMetrics> valid) {
    if (group_.rank() != 0 || !options_.on_progress) return;
    Complete(progress);
    progress.valid = valid;
    progress.is_epoch_end = progress.step == progress.steps_per_epoch;
    options_.on_progress(progress);
  }

  ValidationMetrics Best() const {
    return {state_.best_recall, std::max(0.0, state_.best_ndcg), state_.best_mrr};
  }
  double TotalSeconds() const { return seconds_before_ + SecondsSince(started_); }
  std::string Fingerprint() const {
    return ToToml(config_) + "seed " + std::to_string(options_.seed) + " data " +
           std::string(dataset_.hash());
  }

  const Dataset& dataset_;
  const TrainConfig& config_;
  ProcessGroup& group_;
  const TrainOptions& options_;
  NegativeSampler sampler_;
  std::vector<EvaluationCase> valid_cases_;
  std::shared_ptr<SequenceModel> model_;
  std::unique_ptr<torch::optim::AdamW> optimiser_;
  std::unique_ptr<WeightAverage> average_;
  Random negatives_random_{0};
  RunState state_;
  TrainProgress progress_;
  bool interrupted_ = false;
  double seconds_before_ = 0.0;
  Clock::time_point started_ = Clock::now();
};

}  // namespace

Result<TrainResult> Train(const Dataset& dataset, const TrainConfig& resolved_config,
                          ProcessGroup& group, const TrainOptions& options) {
  TSUGI_ASSIGN_OR_RETURN(NegativeSampler sampler,
                         NegativeSampler::Create(resolved_config.proposal, dataset));
  return Trainer(dataset, resolved_config, group, options, std::move(sampler)).Run();
}

}  // namespace tsugi::train
