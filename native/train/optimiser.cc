#include "native/train/optimiser.h"

#include <algorithm>

#include "core/model/tensor_table.h"

namespace tsugi::train {

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

std::unique_ptr<torch::optim::AdamW> MakeOptimiser(const SequenceModel& model,
                                                   const TrainConfig& config) {
  std::vector<torch::Tensor> item_table, matrices, vectors;
  for (const auto& named : model.named_parameters()) {
    const bool is_item_side = named.key() == kItemTable || named.key() == kTowerFeatures;
    auto& group = is_item_side                                                   ? item_table
                  : named.value().dim() >= 2 && named.key().ends_with(".weight") ? matrices
                                                                                 : vectors;
    group.push_back(named.value());
  }
  return MakeAdamW(config.learning_rate, {{std::move(item_table), config.item_weight_decay},
                                          {std::move(matrices), config.weight_decay},
                                          {std::move(vectors), 0.0}});
}

double LearningRate(const TrainConfig& config, int64_t step) {
  const double warm = static_cast<double>(step + 1) / static_cast<double>(config.warmup_steps + 1);
  return config.learning_rate * std::min(1.0, warm);
}

}  // namespace tsugi::train
