#include "native/train/epochs.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tsugi::train {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One call of RunEpochs.
class EpochLoop {
 public:
  EpochLoop(Learner& learner, const EpochOptions& options, Observer& observer, EpochState& state)
      : learner_(learner),
        options_(options),
        observer_(observer),
        state_(state),
        seconds_before_(state.seconds),
        best_(options.keep_best) {
    // A state that starts with a score vouches for the weights it starts with. Unless a check beats
    // that score, the loop ends with these weights and not with worse ones.
    if (std::isfinite(state.best)) best_.Keep();
  }

  /// Returns false if the observer stopped the run. The learner has then saved everything that a
  /// resumed run needs, so no epoch is ended and nothing is checked.
  Result<bool> Run() {
    while (!IsOver()) {
      progress_ = {.what = options_.what, .epoch = state_.epoch + 1, .epochs = options_.epochs};
      TSUGI_ASSIGN_OR_RETURN(const bool is_finished, RunSteps());
      if (!is_finished) return false;
      TSUGI_RETURN_IF_ERROR(EndEpoch());
    }
    best_.Restore();
    return true;
  }

 private:
  /// Without checks best_epoch stays 0. Such a loop must leave `patience` at its default, which no
  /// number of epochs reaches. The limit of time holds from the second epoch on, so that a run with
  /// a tiny limit still returns a trained model.
  bool IsOver() const {
    return state_.epoch >= options_.epochs ||
           state_.epoch - state_.best_epoch >= options_.patience ||
           (options_.max_seconds > 0.0 && state_.epoch > 0 &&
            state_.seconds >= options_.max_seconds);
  }

  /// Runs what is left of the epoch under way. The loss that is reported is the mean over the whole
  /// epoch, also after a resume, since state_ carries the sums. The rate counts the steps of this
  /// call alone: the seconds before an interruption are not known here.
  Result<bool> RunSteps() {
    progress_.steps = learner_.BeginEpoch(state_, progress_);
    const auto start = Clock::now();
    const double count_before = state_.epoch_count;
    while (state_.epoch_step < progress_.steps) {
      const StepLoss loss = learner_.Step(state_);
      if (options_.average != nullptr) options_.average->Update(state_.step);
      ++state_.step;
      ++state_.epoch_step;
      state_.epoch_loss += loss.sum;
      state_.epoch_count += loss.count;
      progress_.step = state_.epoch_step;
      progress_.count = state_.epoch_count;
      progress_.count_per_s =
          (state_.epoch_count - count_before) / std::max(SecondsSince(start), 1e-9);
      progress_.loss = state_.epoch_loss / std::max(state_.epoch_count, 1.0);
      // Asked before the loss is looked at and after every step: with several processes the
      // question is a collective operation, which all of them must reach equally often.
      if (observer_.should_stop()) {
        state_.seconds = learner_.MeanOverProcesses(TotalSeconds());
        TSUGI_RETURN_IF_ERROR(learner_.Save(progress_, /*is_best=*/false));
        best_.Restore();
        return false;
      }
      Report();
      // After the report, so that a log shows the epoch and step at which the loss went wrong.
      if (!std::isfinite(progress_.loss)) return NotFinite("loss", progress_.loss);
    }
    ++state_.epoch;
    state_.epoch_step = 0;
    state_.epoch_loss = state_.epoch_count = 0.0;
    return true;
  }

  /// Checks with the averages in the parameters' place, and copies the best while they are there:
  /// the weights that were measured are the ones that are kept. The averages leave before Save and
  /// before any return, since the next step goes on from the parameters themselves. A score of NaN
  /// is above nothing and so is never the best. Save comes last, because a checkpoint holds the
  /// score and the time of this epoch.
  Status EndEpoch() {
    if (options_.average != nullptr) options_.average->Swap();
    const std::optional<double> score = learner_.Check(progress_);
    const bool is_best = score && *score > state_.best;
    if (is_best) {
      state_.best = *score;
      state_.best_epoch = state_.epoch;
      best_.Keep();
    }
    if (options_.average != nullptr) options_.average->Swap();
    if (score && !std::isfinite(*score)) return NotFinite("validation", *score);
    state_.seconds = learner_.MeanOverProcesses(TotalSeconds());
    progress_.is_epoch_end = true;
    Report();
    return learner_.Save(progress_, is_best);
  }

  void Report() {
    progress_.seconds = TotalSeconds();
    progress_.best = std::isfinite(state_.best) ? state_.best : 0.0;
    progress_.best_epoch = state_.best_epoch;
    observer_.OnEpochs(progress_);
  }

  Status NotFinite(const char* number, double value) const {
    return Internal("the " + options_.what + "'s " + number + " became " + std::to_string(value) +
                    " in epoch " + std::to_string(progress_.epoch) + ". Try: " + options_.remedy);
  }

  double TotalSeconds() const { return seconds_before_ + SecondsSince(start_); }

  Learner& learner_;
  const EpochOptions& options_;
  Observer& observer_;
  EpochState& state_;
  const double seconds_before_;
  const Clock::time_point start_ = Clock::now();
  EpochProgress progress_;
  BestWeights best_;
};

}  // namespace

// The average starts at the first weights and not at zero, so it needs no bias correction; the
// warm-up of Update makes it forget them.
WeightAverage::WeightAverage(std::vector<torch::Tensor> parameters, double decay)
    : decay_(decay), parameters_(std::move(parameters)) {
  if (decay_ <= 0.0) return;
  for (const auto& parameter : parameters_) averages_.push_back(parameter.detach().clone());
}

// average = keep * average + (1 - keep) * parameter, in place: no tensor is allocated in a step.
void WeightAverage::Update(int64_t step) {
  if (decay_ <= 0.0) return;
  torch::NoGradGuard no_grad;
  const double at = static_cast<double>(step);
  const double keep = std::min(decay_, (1.0 + at) / (10.0 + at));
  for (size_t i = 0; i < averages_.size(); ++i) averages_[i].lerp_(parameters_[i], 1.0 - keep);
}

// Exchanges values and not tensors. Modules, the optimiser and other holders refer to the tensors
// themselves. One tensor is held at a time, so the peak is the largest parameter and not a second
// model. Without averages this does nothing, and callers need not ask.
void WeightAverage::Swap() {
  torch::NoGradGuard no_grad;
  for (size_t i = 0; i < averages_.size(); ++i) {
    const auto held = averages_[i].clone();
    averages_[i].copy_(parameters_[i]);
    parameters_[i].copy_(held);
  }
}

// Drops the old copy before the new one is made: the two never exist together.
void BestWeights::Keep() {
  kept_.clear();
  for (const auto& parameter : parameters_) kept_.push_back(parameter.detach().clone());
}

// Negated, so that a score of NaN is refused.
bool BestWeights::KeepIfBetter(double score) {
  if (!(score > score_)) return false;
  score_ = score;
  Keep();
  return true;
}

// Writes in place, because the optimiser and the module hold these very tensors.
void BestWeights::Restore() const {
  torch::NoGradGuard no_grad;
  for (size_t i = 0; i < kept_.size(); ++i) parameters_[i].copy_(kept_[i]);
}

// Decay is a matter of the group: norms, biases and other vectors are few and set a scale that
// decay would pull towards zero, so callers give them a group without it.
std::unique_ptr<torch::optim::AdamW> MakeAdamW(double learning_rate,
                                               std::vector<DecayGroup> groups) {
  std::vector<torch::optim::OptimizerParamGroup> of_torch;
  for (DecayGroup& group : groups) {
    auto options = std::make_unique<torch::optim::AdamWOptions>(learning_rate);
    options->betas({0.9, 0.98}).weight_decay(group.weight_decay);
    of_torch.emplace_back(std::move(group.parameters), std::move(options));
  }
  return std::make_unique<torch::optim::AdamW>(std::move(of_torch),
                                               torch::optim::AdamWOptions(learning_rate));
}

// The value is that of the weights before the step. It is read last: `item` waits for the graph,
// and the step needs the gradient alone.
double Descend(torch::optim::Optimizer& optimiser, const torch::Tensor& loss,
               const std::vector<torch::Tensor>& clipped) {
  optimiser.zero_grad();
  loss.backward();
  if (!clipped.empty()) torch::nn::utils::clip_grad_norm_(clipped, 1.0);
  optimiser.step();
  return loss.item<double>();
}

void SetLearningRate(torch::optim::Optimizer& optimiser, double learning_rate) {
  for (auto& group : optimiser.param_groups()) group.options().set_lr(learning_rate);
}

Result<bool> RunEpochs(Learner& learner, const EpochOptions& options, Observer& observer,
                       EpochState& state) {
  return EpochLoop(learner, options, observer, state).Run();
}

}  // namespace tsugi::train
