#include "native/train/model_snapshot.h"

#include "core/model/tensor_table.h"

namespace tsugi::train {

ModelSnapshot::ModelSnapshot(const SequenceModel& model) {
  torch::NoGradGuard no_grad;
  view_.spec = model.spec();
  const auto parameters = model.named_parameters();
  for (const TensorEntry& entry : BuildTensorTable(view_.spec)) {
    held_.push_back(entry.name == kItemTable ? model.ItemRows().contiguous()
                                             : parameters[entry.name].contiguous());
    view_.tensors.emplace(entry.name,
                          TensorView{DType::kF32, entry.shape, held_.back().data_ptr<float>()});
  }
}

}  // namespace tsugi::train
