#include "native/train/model_tensors.h"

#include <algorithm>
#include <cstring>

#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi::train {
namespace {

// A parameter may be a view with strides. Its numbers are read as one run only once it is
// contiguous; for a tensor that already is, this copies nothing.
void Write(const torch::Tensor& from, std::span<float> to) {
  const torch::Tensor values = from.detach().contiguous();
  TSUGI_DCHECK(to.size() == static_cast<size_t>(values.numel()));
  std::copy_n(values.data_ptr<float>(), to.size(), to.begin());
}

}  // namespace

// The table of tensors leads, not the module: a tensor of the format that the module does not have
// is found here and not by a reader of the file. The item table is the only entry that is computed.
// Its rows include the tower and are normalised, so the engine does neither for known items.
Result<ModelData> ToModelData(const SequenceModel& model) {
  torch::NoGradGuard no_grad;
  TSUGI_ASSIGN_OR_RETURN(ModelData data, ModelData::Create(model.spec()));
  const auto parameters = model.named_parameters();
  const auto buffers = model.named_buffers();
  for (const TensorEntry& entry : BuildTensorTable(data.spec)) {
    const torch::Tensor* const buffer = buffers.find(entry.name);
    Write(entry.name == kItemTable ? model.ItemRows()
          : buffer != nullptr      ? *buffer
                                   : parameters[entry.name],
          data.floats(entry.name));
  }
  return data;
}

void WriteParameters(const torch::nn::Module& module, const std::string& prefix, ModelData& model) {
  for (const auto& parameter : module.named_parameters()) {
    Write(parameter.value(), model.floats(prefix + parameter.key()));
  }
}

// Through StoredRows, which knows f32 and int8 rows: the rows are those that the engine scores
// with.
torch::Tensor ReadRows(const ModelView& model, const std::string& name) {
  const StoredRows stored = StoredRows::Of(model, name);
  const auto width = static_cast<int64_t>(stored.matrix.shape.columns());
  auto rows = torch::zeros({static_cast<int64_t>(stored.matrix.shape.rows()), width});
  for (int64_t i = 0; i < rows.size(0); ++i) {
    stored.AddTo(static_cast<size_t>(i), 1.0f,
                 {rows.data_ptr<float>() + i * width, static_cast<size_t>(width)});
  }
  return rows;
}

std::vector<float> FloatsOf(const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.detach().contiguous();
  return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

StringTable ToTable(const std::vector<std::string>& strings) {
  StringTable table;
  for (const std::string& text : strings) table.Append(text);
  return table;
}

}  // namespace tsugi::train
