#ifndef TSUGI_NATIVE_TRAIN_HEAD_COST_H_
#define TSUGI_NATIVE_TRAIN_HEAD_COST_H_

#include <string>

#include "core/model/model_spec.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// Floating-point operations per predicted event that scoring costs in training, forward and
/// backward (three products of the same size, two operations a number): what Netflix's generative
/// recommender (arXiv 2605.23312) cuts by sampling and projection.
struct HeadCost {
  double here = 0.0;  ///< this configuration: scored items times W, and the projection's two layers
  double full = 0.0;  ///< every item, D wide
};

/// Requires: a resolved config, its spec.
HeadCost CountHeadCost(const TrainConfig& config, const ModelSpec& spec);

/// Two lines for people: what the head costs, and how often ids are masked.
/// Requires: a resolved config.
std::string DescribeCost(const TrainConfig& config, const Dataset& dataset);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_HEAD_COST_H_
