#ifndef TSUGI_NATIVE_TRAIN_MODEL_TENSORS_H_
#define TSUGI_NATIVE_TRAIN_MODEL_TENSORS_H_

#include <torch/torch.h>

#include <string>

#include "core/base/status.h"
#include "native/model/model_file.h"
#include "native/train/modules/sequence_model.h"

namespace tsugi::train {

/// A recommender's parameters and buffers as f32 tensors: a loop over the tensor table, by name.
/// Rows of cosine models are normalised here. The names of items and labels are left empty.
/// Errors: those of ModelData::Create.
Result<ModelData> ToModelData(const SequenceModel& model);

/// Copies the parameters of a module into the tensors that are called `prefix` and their name.
/// Requires: `model` has them, as f32 and of the same size.
void WriteParameters(const torch::nn::Module& module, const std::string& prefix, ModelData& model);

/// The rows of a matrix of a model as f32, e.g. [N, W] of kItemTable.
torch::Tensor ReadRows(const ModelView& model, const std::string& name);

/// The values of a tensor, row by row. Requires: f32.
std::vector<float> FloatsOf(const torch::Tensor& tensor);

/// A table of strings, in order.
StringTable ToTable(const std::vector<std::string>& strings);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODEL_TENSORS_H_
