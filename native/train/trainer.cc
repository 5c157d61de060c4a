#include "native/train/trainer.h"

#include <algorithm>
#include <optional>

#include "core/model/model_view.h"
#include "native/dataset/item_attributes.h"
#include "native/train/batch_gradient.h"
#include "native/train/checkpoint.h"
#include "native/train/epochs.h"
#include "native/train/event_targets.h"
#include "native/train/item_counts/item_counts.h"
#include "native/train/item_tower/item_tower_config.h"
#include "native/train/model_tensors.h"
#include "native/train/negatives.h"
#include "native/train/packed_batch.h"
#include "native/train/parallel.h"

namespace tsugi::train {
namespace {

// Streams of the run's random numbers, far enough apart for a number per step in each. Every draw
// depends on seed, stream and step alone, so a resumed run draws what a whole one does.
constexpr uint64_t kNegativesStream = uint64_t{1} << 40;
constexpr uint64_t kDropoutStream = uint64_t{2} << 40;
constexpr uint64_t kMaskStream = uint64_t{3} << 40;
constexpr uint64_t kVectorMaskStream = uint64_t{4} << 40;
constexpr uint64_t kRankStride = 0x9e3779b97f4a7c15u;

/// Over three groups: the item table, matrices, and vectors (norms, biases: no decay).
/// Decay pulls a row of the item table towards zero in every step, also in steps that do not use
/// the row. So it has a key of its own.
std::unique_ptr<torch::optim::AdamW> MakeOptimiser(const SequenceModel& model,
                                                   const TrainConfig& config) {
  std::vector<torch::Tensor> item_table, matrices, vectors;
  for (const auto& named : model.named_parameters()) {
    const bool has_rows = named.value().dim() >= 2;
    // The item table, and what else item rows are made of: rows of which a step touches some.
    auto& group = has_rows && named.key().starts_with("item")    ? item_table
                  : has_rows && named.key().ends_with(".weight") ? matrices
                                                                 : vectors;
    group.push_back(named.value());
  }
  return MakeAdamW(config.learning_rate, {{std::move(item_table), config.item_weight_decay},
                                          {std::move(matrices), config.weight_decay},
                                          {std::move(vectors), 0.0}});
}

/// Linear warm-up over config.warmup_steps, then constant. `step` counts from 0.
double LearningRate(const TrainConfig& config, int64_t step) {
  const double warm = static_cast<double>(step + 1) / static_cast<double>(config.warmup_steps + 1);
  return config.learning_rate * std::min(1.0, warm);
}

/// The observer of several processes: all stop if one is asked to, and only rank 0 reports.
class GroupObserver : public Observer {
 public:
  GroupObserver(ProcessGroup& group, Observer& observer) : group_(group), observer_(observer) {}
  // A process that stopped alone would leave the others waiting in their next sum for ever.
  bool should_stop() override {
    return group_.AllReduceSum(observer_.should_stop() ? 1.0 : 0.0) > 0.0;
  }
  void OnEpochs(const EpochProgress& progress) override {
    if (group_.rank() == 0) observer_.OnEpochs(progress);
  }

 private:
  ProcessGroup& group_;
  Observer& observer_;
};

class Trainer : public Learner {
 public:
  Trainer(const StageContext& context, ModelData& best_model)
      : dataset_(context.dataset),
        config_(context.config),
        group_(context.group),
        options_(context.options),
        best_model_(best_model),
        valid_cases_(DrawValidationCases(dataset_, static_cast<size_t>(config_.max_valid_cases))) {
    UseOneThreadPerOperation();
    if (config_.value_weight) event_weights_ = EventWeights(dataset_);
    if (const IntentLabels* const labels = config_.intent.labels.get(); labels != nullptr) {
      auxiliary_ = {config_.intent.weight, [labels](uint64_t event, std::span<float> mass) {
                      labels->WriteTarget(event, mass);
                    }};
    }
    Reset(dataset_.train_end());
  }

  /// Selection, then, if asked for, the refit. The refit starts from fresh weights and keeps
  /// best_epoch and best of the selection: they say how long it runs and what it reports, since it
  /// has no validation events left.
  Result<TrainResult> Run(Observer& observer) {
    if (valid_cases_.empty()) {
      return InvalidArgument(
          "the data set has no validation case to choose the best epoch by (expected sequences of "
          "3 or more events). Try: a longer log, or a lower --min-count at import");
    }
    if (options_.resume && HasCheckpoint(options_.run_directory)) TSUGI_RETURN_IF_ERROR(Resume());
    state_.fingerprint = Fingerprint();
    GroupObserver group_observer(group_, observer);
    bool is_finished = true;
    if (!state_.is_refit) {
      TSUGI_ASSIGN_OR_RETURN(is_finished,
                             RunEpochs(*this, SelectionOptions(), group_observer, state_.loop));
      if (is_finished && config_.refit == Switch::kOn) {
        Reset(dataset_.refit_end());
        state_.loop.epoch = state_.loop.step = 0;
        state_.is_refit = true;
      }
    }
    if (is_finished && state_.is_refit && !state_.is_finished) {
      TSUGI_ASSIGN_OR_RETURN(is_finished, Refit(group_observer));
    }
    return TrainResult{!is_finished, state_.loop.best_epoch, state_.best, state_.loop.seconds};
  }

  /// All processes pack the same batches and take every world_size-th one. The number of steps is
  /// rounded up, so in the last step some processes may have no batch.
  int64_t BeginEpoch(const EpochState& state, EpochProgress& progress) override {
    const uint32_t bin_length = BinLength(static_cast<uint32_t>(config_.window));
    const auto bins =
        static_cast<uint32_t>(std::max<int64_t>(1, config_.batch_tokens / bin_length));
    packer_.emplace(dataset_, ends_, bin_length, bins, options_.seed,
                    static_cast<uint32_t>(state.epoch), model_->spec(), model_->ValueEdges());
    if (config_.targets == TargetKind::kSet) {
      sets_.emplace(dataset_, ends_, MakeSetRule(config_), event_weights_);
    }
    progress.epoch_count = static_cast<double>(packer_->target_count());
    const auto world = static_cast<int64_t>(group_.world_size());
    const auto batches = static_cast<int64_t>(packer_->batch_count());
    return std::max<int64_t>(1, (batches + world - 1) / world);
  }

  /// One optimiser step on this process's batch; returns the group's loss.
  StepLoss Step(const EpochState& state) override {
    SetLearningRate(*optimiser_, LearningRate(config_, state.step));
    for (auto& parameter : model_->parameters()) parameter.mutable_grad().reset();
    PackedBatch batch;
    const auto index = static_cast<size_t>(state.epoch_step * group_.world_size() + group_.rank());
    if (index < packer_->batch_count()) batch = packer_->Batch(index);
    // The gradient is divided by the targets of all processes. Then the sum over processes is the
    // gradient of the mean, whatever the share of each. A process without a batch joins every sum.
    const double count = group_.AllReduceSum(static_cast<double>(batch.target_count));
    // Every process draws the same negatives.
    Random random(options_.seed, kNegativesStream + static_cast<uint64_t>(state.step));
    const SharedNegatives negatives =
        config_.loss == LossKind::kCrossEntropy
            ? SharedNegatives{}
            : sampler_.Draw(
                  config_.logq == Switch::kOn && config_.loss == LossKind::kSampledSoftmax, random);
    double loss = 0.0;
    if (batch.target_count > 0) {
      const EventTargets targets{
          auxiliary_ ? &*auxiliary_ : nullptr, event_weights_, DrawMask(state.step),
          sets_ ? &*sets_ : nullptr,           made_.get(),    state.epoch};
      loss = BatchGradient(*model_, config_, targets)
                 .Compute(batch, negatives, 1.0 / count, DropoutSeed(state.step));
    }
    // Clipped after the sum: the norm is that of the whole gradient, and all processes clip alike.
    AllReduceGradients();
    torch::nn::utils::clip_grad_norm_(model_->parameters(), config_.clip_norm);
    optimiser_->step();
    return {group_.AllReduceSum(loss), count};
  }

  /// Validates on rank 0 and tells the others. A refit has nothing left to validate on.
  /// The others contribute zeros, so the sum hands them the numbers of rank 0. All processes then
  /// decide alike about the best epoch and about stopping.
  std::optional<double> Check(EpochProgress& progress) override {
    if (state_.is_refit) return std::nullopt;
    ValidationMetrics valid;
    if (group_.rank() == 0) valid = Validate(*model_, dataset_, valid_cases_, config_.workers);
    valid.ndcg_at_10 = group_.AllReduceSum(valid.ndcg_at_10);
    valid.recall_at_10 = group_.AllReduceSum(valid.recall_at_10);
    valid.mrr_at_20 = group_.AllReduceSum(valid.mrr_at_20);
    last_ = valid;
    progress.valid = valid.Figures();
    return valid.ndcg_at_10;
  }

  /// The model is saved before the checkpoint. If the process dies between the two, the resumed run
  /// repeats the epoch and saves the model again; the other order could lose the best model.
  Status Save(const EpochProgress& progress, bool is_best) override {
    if (is_best) {
      state_.best = last_;
      average_->Swap();
      TSUGI_RETURN_IF_ERROR(SaveModelOnRankZero(progress));
      average_->Swap();
    }
    return SaveState();
  }

  double MeanOverProcesses(double value) override {
    return group_.AllReduceSum(value) / group_.world_size();
  }

 private:
  /// Fresh weights, optimiser and averages from the seed; every process makes the same ones.
  /// Training sees the first `ends` [S] events of the sequences.
  /// The tower's features are counted on the events that training sees: after the switch to the
  /// refit, items that only validation knew are known too.
  void Reset(std::span<const uint32_t> ends) {
    ends_ = ends;
    torch::manual_seed(options_.seed);
    TrainingOptions training{.input_dropout = config_.input_dropout,
                             .hidden_dropout = config_.dropout,
                             .trains_context_by_items = config_.intent.heads_learn_items};
    if (!config_.intent.hierarchy) training.auxiliary_labels = config_.intent.LabelCounts();
    const ModelSpec spec = MakeSpec(config_, dataset_);
    ItemFeatureMatrix features;
    if (spec.item_tower) {
      features = ItemFeatureMatrix::Build(dataset_, ends, spec.item_tower->features,
                                          config_.item_tower.modalities());
    }
    model_ = std::make_shared<SequenceModel>(spec, training, &features);
    const torch::Tensor trained = model_->TrainedItems();
    const int64_t candidates = trained.defined() ? trained.size(0) : int64_t{spec.item_count};
    // At least one item must stay that is no negative, as ResolveConfig has it for the catalogue.
    sampler_ = NegativeSampler::Create(
        config_.proposal, dataset_, std::min(config_.negatives, candidates - 1), features.is_known);
    if (spec.value_buckets > 0) model_->SetValueEdges(FindValueEdges(dataset_));
    optimiser_ = MakeOptimiser(*model_, config_);
    average_ = std::make_unique<WeightAverage>(model_->parameters(), config_.ema_decay);
    if (config_.diffusion_negatives) {
      made_ = std::make_unique<SequenceNegatives>(spec.row_width());
    }
  }

  Status Resume() {
    const auto load = [this]() -> Status {
      TSUGI_ASSIGN_OR_RETURN(state_, LoadCheckpoint(options_.run_directory, Fingerprint(), *model_,
                                                    *optimiser_, *average_));
      return Status();
    };
    TSUGI_RETURN_IF_ERROR(load());
    if (!state_.is_refit) return Status();
    Reset(dataset_.refit_end());  // which items are known is no part of a checkpoint
    return load();
  }

  EpochOptions SelectionOptions() {
    return {"recommender",  "a lower learning_rate",   config_.max_epochs, config_.patience, {},
            average_.get(), config_.max_minutes * 60.0};
  }

  /// Without checks there is no best epoch: the averages after the last epoch are the result.
  Result<bool> Refit(Observer& observer) {
    EpochOptions options = SelectionOptions();
    options.what = "refit";
    options.epochs = state_.loop.best_epoch;
    options.patience = EpochOptions().patience;
    options.max_seconds = 0.0;  // as many epochs as the selection chose, however long they take
    TSUGI_ASSIGN_OR_RETURN(const bool is_finished,
                           RunEpochs(*this, options, observer, state_.loop));
    if (!is_finished) return false;
    average_->Swap();
    const EpochProgress progress{.what = options.what,
                                 .epoch = state_.loop.epoch,
                                 .epochs = options.epochs,
                                 .best = state_.loop.best,
                                 .best_epoch = state_.loop.best_epoch};
    TSUGI_RETURN_IF_ERROR(SaveModelOnRankZero(progress));
    average_->Swap();
    state_.is_finished = true;
    TSUGI_RETURN_IF_ERROR(SaveState());
    return true;
  }

  /// What items go without in this step, the same for every process.
  ItemMask DrawMask(int64_t step) const {
    const ItemTowerConfig& tower = config_.item_tower;
    const auto modalities = static_cast<int64_t>(tower.modalities().size());
    const int64_t items = model_->spec().item_count;
    const auto draw = [&](std::vector<int64_t> shape, double share, uint64_t stream) {
      if (share <= 0.0) return torch::Tensor();
      Random random(options_.seed, stream + static_cast<uint64_t>(step));
      auto mask = torch::empty(shape, torch::kBool);
      bool* is_masked = mask.data_ptr<bool>();
      for (int64_t i = 0; i < mask.numel(); ++i) is_masked[i] = random.NextUniform() < share;
      return mask;
    };
    return {draw({items}, tower.id_mask, kMaskStream),
            draw({modalities, items}, tower.vector_mask, kVectorMaskStream)};
  }

  /// Masks differ between steps and processes, and not between a resumed run and a whole one.
  uint64_t DropoutSeed(int64_t step) const {
    return Random(options_.seed + static_cast<uint64_t>(group_.rank()) * kRankStride,
                  kDropoutStream + static_cast<uint64_t>(step))
        .NextU64();
  }

  /// A parameter that this process did not use has no gradient. It gets zeros, because all
  /// processes must sum the same list of tensors.
  void AllReduceGradients() {
    if (group_.world_size() == 1) return;
    std::vector<torch::Tensor> gradients;
    for (auto& parameter : model_->parameters()) {
      if (!parameter.grad().defined()) parameter.mutable_grad() = torch::zeros_like(parameter);
      gradients.push_back(parameter.grad());
    }
    group_.AllReduceSum(gradients);
  }

  Status SaveModelOnRankZero(const EpochProgress& progress) {
    if (group_.rank() != 0) return Status();
    best_model_ = ModelData();  // before the next one is made: an item table may be large
    TSUGI_ASSIGN_OR_RETURN(best_model_, ToModelData(*model_));
    AddNames();
    const auto ends = state_.is_refit ? dataset_.refit_end() : dataset_.train_end();
    TSUGI_RETURN_IF_ERROR(AddItemCounts(dataset_, ends, best_model_));
    return options_.save_model ? options_.save_model(best_model_, progress) : Status();
  }

  /// The names travel in the model file, so that a reader of it needs no data set. The unnamed
  /// action of a data set is the engine's action 0 and has no name in the file.
  void AddNames() {
    ModelView names;
    names.SetStrings(kItemIdStrings, dataset_.item_ids());
    names.SetStrings(kItemTitleStrings, dataset_.item_titles());
    const StringTable modalities = ToTable(config_.item_tower.modalities());
    names.SetStrings(kModalityStrings, modalities.View());
    const ItemAttributeTable attributes = BuildItemAttributes(dataset_.item_metadata());
    attributes.ShowIn(names);
    StringTable labels, actions;
    if (best_model_.spec.intent) labels = ToTable(config_.intent.labels->LabelNames());
    names.SetStrings(kIntentLabelStrings, labels.View());
    const StringTableView told = dataset_.action_names();
    for (size_t i = 0; i < told.size() && best_model_.spec.action_count > 0; ++i) {
      if (!told[i].empty()) actions.Append(told[i]);
    }
    names.SetStrings(kActionStrings, actions.View());
    best_model_.CopyNames(names);
  }

  Status SaveState() {
    if (group_.rank() != 0) return Status();
    return SaveCheckpoint(options_.run_directory, state_, *model_, *optimiser_, *average_);
  }

  /// All that decides the numbers of a run. A checkpoint of another fingerprint is refused, since a
  /// run that went on from it could not be repeated.
  std::string Fingerprint() const {
    return ToToml(config_) + "[run]\nseed = \"" + std::to_string(options_.seed) + "\"\ndata = \"" +
           std::string(dataset_.hash()) + "\"\n";
  }

  const Dataset& dataset_;
  const TrainConfig& config_;
  ProcessGroup& group_;
  const TrainOptions& options_;
  ModelData& best_model_;
  NegativeSampler sampler_;                 ///< of the items that the model sees
  std::optional<AuxiliaryTask> auxiliary_;  ///< if the config asks for one
  std::vector<float> event_weights_;        ///< [E] or empty
  std::vector<EvaluationCase> valid_cases_;
  std::span<const uint32_t> ends_;     ///< [S] the events of each sequence that are trained on
  std::optional<EpochPacker> packer_;  ///< of the current epoch
  std::optional<SetTargets> sets_;     ///< of the current epoch, if sets are trained on
  std::shared_ptr<SequenceModel> model_;
  std::unique_ptr<torch::optim::AdamW> optimiser_;
  std::unique_ptr<WeightAverage> average_;
  std::unique_ptr<SequenceNegatives> made_;  ///< if asked for; anew in a resumed run
  RunState state_;
  ValidationMetrics last_;  ///< of the last check
};

Result<StageResult> RunRecommender(const StageContext& context, ModelData& model,
                                   Observer& observer) {
  TSUGI_ASSIGN_OR_RETURN(const TrainResult result, Train(context, model, observer));
  nlohmann::json valid;
  for (const Figure& figure : result.best.Figures()) valid[figure.name] = figure.value;
  return StageResult{
      result.was_interrupted,
      {{"valid", valid}, {"best_epoch", result.best_epoch}, {"seconds", result.seconds}}};
}

}  // namespace

const Stage kRecommenderStage = {
    .name = "recommender",
    .is_wanted = [](const TrainConfig&) { return true; },
    .is_in = [](const ModelSpec& spec) { return spec.item_count > 0; },
    .check = [](const Dataset&, const TrainConfig&) { return Status(); },
    .run = RunRecommender,
};

Result<TrainResult> Train(const StageContext& context, ModelData& model, Observer& observer) {
  return Trainer(context, model).Run(observer);
}

}  // namespace tsugi::train
