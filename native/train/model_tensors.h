#ifndef TSUGI_NATIVE_TRAIN_MODEL_TENSORS_H_
#define TSUGI_NATIVE_TRAIN_MODEL_TENSORS_H_

#include <torch/torch.h>

#include <string>
#include <vector>

#include "core/model/model_view.h"

namespace tsugi::train {

/// [N, W] f32 rows of a model's item table.
torch::Tensor ReadItemRows(const ModelView& model);

/// Puts a module's parameters into a view as f32 tensors called `prefix` + their names; `held` owns
/// them.
void AddParameters(const torch::nn::Module& module, const std::string& prefix,
                   std::vector<torch::Tensor>& held, ModelView& view);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODEL_TENSORS_H_
