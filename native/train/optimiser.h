#ifndef TSUGI_NATIVE_TRAIN_OPTIMISER_H_
#define TSUGI_NATIVE_TRAIN_OPTIMISER_H_

#include <torch/torch.h>

#include "native/train/modules/sequence_model.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// AdamW over three groups: the item table, matrices, and vectors (norms, biases: no decay).
std::unique_ptr<torch::optim::AdamW> MakeOptimiser(const SequenceModel& model,
                                                   const TrainConfig& config);

/// Linear warm-up over config.warmup_steps, then constant. `step` counts from 0.
double LearningRate(const TrainConfig& config, int64_t step);

void SetLearningRate(torch::optim::AdamW& optimiser, double learning_rate);

/// Exponential moving average of a model's parameters; the averaged weights are what is validated
/// and exported. decay 0 = the parameters themselves.
class WeightAverage {
 public:
  WeightAverage(const torch::nn::Module& model, double decay);
  /// Call after each optimiser step; the decay is warmed up as min(decay, (1 + step) / (10 +
  /// step)).
  void Update(int64_t step);
  /// Exchanges the model's parameters with the averages; call twice to return.
  void Swap();
  std::vector<torch::Tensor>& averages() { return averages_; }

 private:
  double decay_;
  std::vector<torch::Tensor> parameters_;
  std::vector<torch::Tensor> averages_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_OPTIMISER_H_
