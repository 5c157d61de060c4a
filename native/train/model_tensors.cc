#include "native/train/model_tensors.h"

#include "core/model/stored_rows.h"
#include "core/model/tensor_table.h"

namespace tsugi::train {

torch::Tensor ReadItemRows(const ModelView& model) {
  const StoredRows stored = StoredRows::Of(model, kItemTable);
  const auto width = static_cast<int64_t>(stored.matrix.shape.columns());
  auto rows = torch::zeros({static_cast<int64_t>(stored.matrix.shape.rows()), width});
  for (int64_t i = 0; i < rows.size(0); ++i) {
    stored.AddTo(static_cast<size_t>(i), 1.0f,
                 {rows.data_ptr<float>() + i * width, static_cast<size_t>(width)});
  }
  return rows;
}

void AddParameters(const torch::nn::Module& module, const std::string& prefix,
                   std::vector<torch::Tensor>& held, ModelView& view) {
  for (const auto& parameter : module.named_parameters()) {
    held.push_back(parameter.value().detach().contiguous());
    const torch::Tensor& tensor = held.back();
    const auto rows = static_cast<uint64_t>(tensor.size(0));
    const Shape shape = tensor.dim() == 1
                            ? Shape::Vector(rows)
                            : Shape::Matrix(rows, static_cast<uint64_t>(tensor.size(1)));
    view.tensors.insert_or_assign(prefix + parameter.key(),
                                  TensorView{DType::kF32, shape, tensor.data_ptr<float>()});
  }
}

}  // namespace tsugi::train
