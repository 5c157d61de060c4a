#include "native/train/model_snapshot.h"

#include "core/model/tensor_table.h"

namespace tsugi::train {

ModelSnapshot::ModelSnapshot(const SequenceModel& model) {
  torch::NoGradGuard no_grad;
  view_.spec = model.spec();
  const auto parameters = model.named_parameters();
  const auto buffers = model.named_buffers();
  for (const TensorEntry& entry : BuildTensorTable(view_.spec)) {
    const torch::Tensor* const buffer = buffers.find(entry.name);
    held_.push_back(entry.name == kItemTable ? model.ItemRows().contiguous()
                    : buffer != nullptr      ? buffer->contiguous()
                                             : parameters[entry.name].contiguous());
    view_.tensors.emplace(entry.name,
                          TensorView{DType::kF32, entry.shape, held_.back().data_ptr<float>()});
  }
}

}  // namespace tsugi::train
