#include "native/train/trainer.h"

#include <chrono>
#include <cmath>
#include <optional>

#include "core/model/string_table.h"
#include "native/dataset/item_attributes.h"
#include "native/train/batch_gradient.h"
#include "native/train/checkpoint.h"
#include "native/train/event_weights.h"
#include "native/train/model_snapshot.h"
#include "native/train/negatives.h"
#include "native/train/optimiser.h"
#include "native/train/packed_batch.h"
#include "native/train/parallel.h"
#include "native/train/set_targets.h"
#include "native/train/value_edges.h"

namespace tsugi::train {
namespace {

using Clock = std::chrono::steady_clock;

// Streams of the run's random numbers, far enough apart for a number per step in each.
constexpr uint64_t kNegativesStream = uint64_t{1} << 40;
constexpr uint64_t kDropoutStream = uint64_t{2} << 40;
constexpr uint64_t kMaskStream = uint64_t{3} << 40;
constexpr uint64_t kRankStride = 0x9e3779b97f4a7c15u;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class Trainer {
 public:
  Trainer(const Dataset& dataset, const TrainConfig& config, ProcessGroup& group,
          const TrainOptions& options, NegativeSampler sampler, std::optional<IntentLabels> intents)
      : dataset_(dataset),
        config_(config),
        group_(group),
        options_(options),
        sampler_(std::move(sampler)),
        intents_(std::move(intents)),
        valid_cases_(DrawValidationCases(dataset, static_cast<size_t>(config.max_valid_cases))) {
    UseOneThreadPerOperation();
    if (config.value_weight) event_weights_ = EventWeights(dataset);
    Reset(dataset.train_end());
  }

  Result<TrainResult> Run() {
    if (valid_cases_.empty()) {
      return InvalidArgument(
          "the data set has no validation case to choose the best epoch by (expected sequences of "
          "3 or more events). Try: a longer log, or a lower --min-count at import");
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
      if (!interrupted_ && config_.refit == Switch::kOn) {
        Reset(dataset_.refit_end());
        state_.epoch = state_.step = 0;
        state_.is_refit = true;
      }
    }
    if (!interrupted_ && state_.is_refit) TSUGI_RETURN_IF_ERROR(RefitPhase());
    return TrainResult{interrupted_, state_.best_epoch, Best(), TotalSeconds()};
  }

 private:
  /// Fresh weights, optimiser and averages from the seed; every process makes the same ones.
  /// Training sees the first `ends` [S] events of the sequences.
  void Reset(std::span<const uint32_t> ends) {
    torch::manual_seed(options_.seed);
    const IntentLabels* intents = intents_ ? &*intents_ : nullptr;
    TrainingOptions training{.input_dropout = config_.input_dropout,
                             .hidden_dropout = config_.dropout,
                             .trains_heads_by_items = config_.intent.heads_learn_items};
    if (intents != nullptr && !config_.intent.hierarchy) {
      training.auxiliary_labels = LabelCounts(*intents);
    }
    const ModelSpec spec = MakeSpec(config_, dataset_, intents);
    if (spec.item_tower) {
      const std::vector<bool> known_items = FindKnownItems(dataset_, ends);
      const auto features =
          ItemFeatureMatrix::Build(dataset_, known_items, spec.item_tower->features);
      model_ = std::make_shared<SequenceModel>(spec, training,
                                               CatalogueKnowledge{&features, &known_items});
    } else {
      model_ = std::make_shared<SequenceModel>(spec, training);
    }
    if (spec.value_buckets > 0) model_->SetValueEdges(FindValueEdges(dataset_));
    optimiser_ = MakeOptimiser(*model_, config_);
    average_ = std::make_unique<WeightAverage>(*model_, config_.ema_decay);
    if (config_.diffusion_negatives) {
      made_ = std::make_unique<SequenceNegatives>(spec.row_width());
    }
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
                             static_cast<uint32_t>(state_.epoch), model_->spec(),
                             model_->ValueEdges());
    const auto world = static_cast<int64_t>(group_.world_size());
    const int64_t batches = static_cast<int64_t>(packer.batch_count());
    const int64_t steps = std::max<int64_t>(1, (batches + world - 1) / world);
    if (config_.targets == TargetKind::kSet) {
      sets_.emplace(dataset_, ends, MakeSetRule(config_), event_weights_);
    }
    const auto epoch_start = Clock::now();
    const double targets_before = state_.epoch_targets;
    while (state_.epoch_step < steps) {
      const auto [loss, count] =
          Step(packer, static_cast<size_t>(state_.epoch_step * world + group_.rank()));
      ++state_.epoch_step;
      state_.epoch_loss += loss;
      state_.epoch_targets += count;
      UpdateProgress(packer, steps, state_.epoch_targets - targets_before,
                     SecondsSince(epoch_start));
      if (AnyProcessStops()) {
        interrupted_ = true;
        return SaveState();
      }
      Report(progress_, std::nullopt);
      if (!std::isfinite(progress_.loss)) {
        return Internal("the loss became " + std::to_string(progress_.loss) + " in epoch " +
                        std::to_string(progress_.epoch) + ". Try: a lower learning_rate");
      }
    }
    ++state_.epoch;
    state_.epoch_step = 0;
    state_.epoch_loss = state_.epoch_targets = 0.0;
    return Status();
  }

  /// `targets` predicted events took `elapsed` seconds of this process's time.
  void UpdateProgress(const EpochPacker& packer, int64_t steps, double targets, double elapsed) {
    const double rate = targets / std::max(elapsed, 1e-9);
    const double left = static_cast<double>(packer.target_count()) - state_.epoch_targets;
    progress_ = {.epoch = state_.epoch + 1,
                 .step = state_.epoch_step,
                 .steps_per_epoch = steps,
                 .events_done = static_cast<int64_t>(state_.epoch_targets),
                 .events_per_epoch = static_cast<int64_t>(packer.target_count()),
                 .events_per_s = rate,
                 .loss = state_.epoch_loss / std::max(state_.epoch_targets, 1.0),
                 .epoch_seconds_left = std::max(0.0, left) / std::max(rate, 1e-9),
                 .valid = std::nullopt};
  }

  /// One optimiser step on this process's batch; returns the group's {summed loss, target count}.
  std::pair<double, double> Step(const EpochPacker& packer, size_t batch_index) {
    SetLearningRate(*optimiser_, LearningRate(config_, state_.step));
    for (auto& parameter : model_->parameters()) parameter.mutable_grad().reset();
    PackedBatch batch;
    if (batch_index < packer.batch_count()) batch = packer.Batch(batch_index);
    const double count = group_.AllReduceSum(static_cast<double>(batch.target_count));
    // Every process draws the same negatives.
    Random random(options_.seed, kNegativesStream + static_cast<uint64_t>(state_.step));
    const SharedNegatives negatives =
        config_.loss == LossKind::kCrossEntropy
            ? SharedNegatives{}
            : sampler_.Draw(
                  config_.logq == Switch::kOn && config_.loss == LossKind::kSampledSoftmax, random);
    double loss = 0.0;
    if (batch.target_count > 0) {
      const EventTargets targets{intents_ ? &*intents_ : nullptr, event_weights_, DrawIdMask(),
                                 sets_ ? &*sets_ : nullptr,       made_.get(),    state_.epoch};
      loss = BatchGradient(*model_, config_, targets)
                 .Compute(batch, negatives, 1.0 / count, DropoutSeed());
    }
    AllReduceGradients();
    torch::nn::utils::clip_grad_norm_(model_->parameters(), config_.clip_norm);
    optimiser_->step();
    average_->Update(state_.step++);
    return {group_.AllReduceSum(loss), count};
  }

  /// [N] which items go without their own vector in this step, the same for every process;
  /// undefined if none ever do.
  torch::Tensor DrawIdMask() const {
    if (config_.item_tower.id_mask <= 0.0) return {};
    Random random(options_.seed, kMaskStream + static_cast<uint64_t>(state_.step));
    auto mask = torch::empty({model_->spec().item_count}, torch::kBool);
    bool* is_masked = mask.data_ptr<bool>();
    for (uint32_t i = 0; i < model_->spec().item_count; ++i) {
      is_masked[i] = random.NextUniform() < config_.item_tower.id_mask;
    }
    return mask;
  }

  /// Masks differ between steps and processes, and not between a resumed run and a whole one.
  uint64_t DropoutSeed() const {
    return Random(options_.seed + static_cast<uint64_t>(group_.rank()) * kRankStride,
                  kDropoutStream + static_cast<uint64_t>(state_.step))
        .NextU64();
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
      valid = Validate(*model_, dataset_, valid_cases_, config_.workers);
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
    snapshot.view().SetStrings(kItemIdStrings, dataset_.item_ids());
    snapshot.view().SetStrings(kItemTitleStrings, dataset_.item_titles());
    const ItemAttributeTable attributes = BuildItemAttributes(dataset_.item_metadata());
    attributes.ShowIn(snapshot.view());
    StringTable labels;
    if (snapshot.view().spec.intent) {
      for (const std::string& name : intents_->LabelNames()) labels.Append(name);
    }
    snapshot.view().SetStrings(kIntentLabelStrings, labels.View());
    StringTable actions;
    if (snapshot.view().spec.action_count > 0) {
      const StringTableView names = dataset_.action_names();
      for (size_t i = 0; i < names.size(); ++i) {
        if (!names[i].empty()) actions.Append(names[i]);
      }
    }
    snapshot.view().SetStrings(kActionStrings, actions.View());
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
    return ToToml(config_) + "[run]\nseed = \"" + std::to_string(options_.seed) + "\"\ndata = \"" +
           std::string(dataset_.hash()) + "\"\n";
  }

  const Dataset& dataset_;
  const TrainConfig& config_;
  ProcessGroup& group_;
  const TrainOptions& options_;
  NegativeSampler sampler_;
  std::optional<IntentLabels> intents_;  ///< if the config asks for any
  std::vector<float> event_weights_;     ///< [E] or empty
  std::optional<SetTargets> sets_;       ///< of the current epoch, if sets are trained on
  std::vector<EvaluationCase> valid_cases_;
  std::shared_ptr<SequenceModel> model_;
  std::unique_ptr<torch::optim::AdamW> optimiser_;
  std::unique_ptr<WeightAverage> average_;
  std::unique_ptr<SequenceNegatives> made_;  ///< if asked for; anew in a resumed run
  RunState state_;
  TrainProgress progress_;
  bool interrupted_ = false;
  double seconds_before_ = 0.0;
  Clock::time_point started_ = Clock::now();
};

}  // namespace

Result<TrainResult> Train(const Dataset& dataset, const TrainConfig& resolved_config,
                          ProcessGroup& group, const TrainOptions& options) {
  NegativeSampler sampler =
      NegativeSampler::Create(resolved_config.proposal, dataset, resolved_config.negatives);
  std::optional<IntentLabels> intents;
  if (resolved_config.intent.enabled()) {
    TSUGI_ASSIGN_OR_RETURN(intents, IntentLabels::Build(dataset, resolved_config.intent.families));
  }
  return Trainer(dataset, resolved_config, group, options, std::move(sampler), std::move(intents))
      .Run();
}

Result<std::vector<std::string>> LeftOutParts(const Dataset& dataset,
                                              const TrainConfig& resolved_config) {
  std::vector<std::string> lines;
  if (!resolved_config.intent.enabled()) return lines;
  TSUGI_ASSIGN_OR_RETURN(const IntentLabels labels,
                         IntentLabels::Build(dataset, resolved_config.intent.families));
  for (const std::string& family : labels.dropped()) lines.push_back("without intent " + family);
  return lines;
}

}  // namespace tsugi::train
