#ifndef TSUGI_NATIVE_TRAIN_OPTIMISER_H_
#define TSUGI_NATIVE_TRAIN_OPTIMISER_H_

#include <torch/torch.h>

#include "native/train/modules/sequence_model.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// Parameters with a weight decay of their own.
struct DecayGroup {
  std::vector<torch::Tensor> parameters;
  double weight_decay = 0.0;
};

/// AdamW with a second moment of .98: the usual .999 remembers a thousand steps, longer than many
/// runs here take to change.
std::unique_ptr<torch::optim::AdamW> MakeAdamW(double learning_rate,
                                               std::vector<DecayGroup> groups);

/// Over three groups: the item table, matrices, and vectors (norms, biases: no decay).
std::unique_ptr<torch::optim::AdamW> MakeOptimiser(const SequenceModel& model,
                                                   const TrainConfig& config);

/// Linear warm-up over config.warmup_steps, then constant. `step` counts from 0.
double LearningRate(const TrainConfig& config, int64_t step);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_OPTIMISER_H_
