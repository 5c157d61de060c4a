#include "native/train/optimiser.h"

#include <algorithm>

#include "core/model/tensor_table.h"

namespace tsugi::train {

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
  const auto options = [&](double decay) {
    return std::make_unique<torch::optim::AdamWOptions>(
        torch::optim::AdamWOptions(config.learning_rate).betas({0.9, 0.98}).weight_decay(decay));
  };
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(item_table, options(config.item_weight_decay));
  groups.emplace_back(matrices, options(config.weight_decay));
  groups.emplace_back(vectors, options(0.0));
  return std::make_unique<torch::optim::AdamW>(std::move(groups),
                                               torch::optim::AdamWOptions(config.learning_rate));
}

double LearningRate(const TrainConfig& config, int64_t step) {
  const double warm = static_cast<double>(step + 1) / static_cast<double>(config.warmup_steps + 1);
  return config.learning_rate * std::min(1.0, warm);
}

void SetLearningRate(torch::optim::AdamW& optimiser, double learning_rate) {
  for (auto& group : optimiser.param_groups()) group.options().set_lr(learning_rate);
}

WeightAverage::WeightAverage(const torch::nn::Module& model, double decay)
    : decay_(decay), parameters_(model.parameters()) {
  if (decay_ <= 0.0) return;
  for (const auto& parameter : parameters_) averages_.push_back(parameter.detach().clone());
}

void WeightAverage::Update(int64_t step) {
  if (decay_ <= 0.0) return;
  torch::NoGradGuard no_grad;
  const double at = static_cast<double>(step);
  const double keep = std::min(decay_, (1.0 + at) / (10.0 + at));
  for (size_t i = 0; i < averages_.size(); ++i) averages_[i].lerp_(parameters_[i], 1.0 - keep);
}

void WeightAverage::Swap() {
  torch::NoGradGuard no_grad;
  for (size_t i = 0; i < averages_.size(); ++i) {
    const auto held = averages_[i].clone();
    averages_[i].copy_(parameters_[i]);
    parameters_[i].copy_(held);
  }
}

}  // namespace tsugi::train
