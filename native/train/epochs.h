#ifndef TSUGI_NATIVE_TRAIN_EPOCHS_H_
#define TSUGI_NATIVE_TRAIN_EPOCHS_H_

#include <torch/torch.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/train/observer.h"

namespace tsugi::train {

/// Exponential moving average of parameters. The averaged weights are what is checked and kept.
class WeightAverage {
 public:
  /// decay 0 = no average: the parameters themselves are checked and kept.
  WeightAverage(std::vector<torch::Tensor> parameters, double decay);
  /// Call after step `step` (from 0). The decay is warmed up as min(decay, (1 + step) / (10 +
  /// step)): without that the first weights, which are random, would count for thousands of steps.
  void Update(int64_t step);
  /// Exchanges the parameters with the averages; call twice to return.
  void Swap();
  std::vector<torch::Tensor>& averages() { return averages_; }

 private:
  double decay_;
  std::vector<torch::Tensor> parameters_;
  std::vector<torch::Tensor> averages_;  ///< as parameters_, or empty
};

/// A copy of parameters at their best.
class BestWeights {
 public:
  explicit BestWeights(std::vector<torch::Tensor> parameters)
      : parameters_(std::move(parameters)) {}
  /// Copies the parameters as they are.
  void Keep();
  /// Keeps them if `score` is above every earlier one; returns whether it is.
  bool KeepIfBetter(double score);
  /// Writes the copy back into the parameters. Without a copy they stay as they are.
  void Restore() const;

 private:
  std::vector<torch::Tensor> parameters_, kept_;
  double score_ = -std::numeric_limits<double>::infinity();
};

/// Parameters with a weight decay of their own.
struct DecayGroup {
  std::vector<torch::Tensor> parameters;
  double weight_decay = 0.0;
};

/// AdamW with a second moment of .98: the usual .999 remembers a thousand steps, longer than many
/// runs here take to change.
std::unique_ptr<torch::optim::AdamW> MakeAdamW(double learning_rate,
                                               std::vector<DecayGroup> groups);

/// One optimiser step against the gradient of `loss`; returns its value. The norm of the gradient
/// over all `clipped` parameters is first cut to 1.
double Descend(torch::optim::Optimizer& optimiser, const torch::Tensor& loss,
               const std::vector<torch::Tensor>& clipped = {});

void SetLearningRate(torch::optim::Optimizer& optimiser, double learning_rate);

/// Where a loop stands: what a checkpoint keeps of it. Start values are those of a new run.
struct EpochState {
  int64_t epoch = 0;                                       ///< epochs finished
  int64_t step = 0;                                        ///< steps made in all epochs
  int64_t epoch_step = 0;                                  ///< of them in the epoch under way
  double epoch_loss = 0.0;                                 ///< summed over the epoch under way
  double epoch_count = 0.0;                                ///< what it is summed over
  int64_t best_epoch = 0;                                  ///< from 1; 0 = none
  double best = -std::numeric_limits<double>::infinity();  ///< score of the best epoch
  double seconds = 0.0;
};

/// Of one step: a summed loss and what it is summed over (1 if it is a mean already).
struct StepLoss {
  double sum = 0.0;
  double count = 1.0;
};

/// What differs between the things that RunEpochs trains.
class Learner {
 public:
  virtual ~Learner() = default;
  /// Prepares epoch state.epoch and returns how many steps it has, at least 1. May set
  /// progress.epoch_count. A resumed epoch begins again here and goes on at state.epoch_step, so
  /// what an epoch looks like may depend on its number and the seed alone.
  virtual int64_t BeginEpoch(const EpochState& state, EpochProgress& progress) = 0;
  /// Makes optimiser step state.step, the state.epoch_step-th of its epoch.
  virtual StepLoss Step(const EpochState& state) = 0;
  /// Measures the weights (the averaged ones, if there is an average) on held-out data after an
  /// epoch: returns a score, higher is better, and may name figures in progress.valid. Nothing = an
  /// epoch is as good as another, so that all run and the last one is the result.
  virtual std::optional<double> Check(EpochProgress& progress) {
    (void)progress;
    return std::nullopt;
  }
  /// Saves what a resumed run needs. Called after every epoch and when the run is stopped;
  /// `is_best`: the epoch that has just ended is the best so far.
  virtual Status Save(const EpochProgress& progress, bool is_best) {
    (void)progress, (void)is_best;
    return Status();
  }
  /// The mean of a number over all processes that train together. Called by all at the same places,
  /// so that they decide alike.
  virtual double MeanOverProcesses(double value) { return value; }
};

struct EpochOptions {
  std::string what;    ///< as EpochProgress::what
  std::string remedy;  ///< ends "Try: " if the loss is not finite, e.g. "a lower learning_rate"
  int64_t epochs = 0;  ///< at most
  int64_t patience = std::numeric_limits<int64_t>::max();  ///< epochs without improvement
  /// Parameters that end as they were at the best check. Empty: the learner keeps them itself, or
  /// the last ones are the result.
  std::vector<torch::Tensor> keep_best = {};
  WeightAverage* average = nullptr;  ///< updated after steps, in place during checks; or none
  double max_seconds = 0.0;          ///< 0 = no limit
};

/// The one training loop: epochs of steps from `state` on, until they are over, no check has
/// improved for `patience` epochs, time is up or the observer stops the run. A state that starts
/// with a score has the parameters it starts with as its first best.
///
/// Returns whether it came to its end: false = stopped by the observer, after Save. `state` is
/// where it then stands, also after an error. Errors: kInternal if a loss or a score is not finite;
/// what Save returns.
Result<bool> RunEpochs(Learner& learner, const EpochOptions& options, Observer& observer,
                       EpochState& state);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_EPOCHS_H_
