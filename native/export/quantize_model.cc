#include "native/export/quantize_model.h"

#include <cstring>
#include <utility>

#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

TensorReport QuantizeTensor(const std::string& name, const TensorView& from, ModelData& to) {
  const auto weights = from.as<float>();
  const uint64_t columns = from.shape.columns();
  const auto quantized = to.tensors.at(name).as<int8_t>();
  const auto scales = to.floats(name + kScalesSuffix);
  QuantizeRows(weights, columns, quantized, scales);
  return {name, from.shape, MeasureError(weights, columns, quantized, scales)};
}

}  // namespace

Result<ModelData> Quantize(const ModelView& f32, DType weight_dtype,
                           std::vector<TensorReport>* report) {
  if (weight_dtype != DType::kF32 && weight_dtype != DType::kI8) {
    return Unsupported("weights: " + std::string(DTypeName(weight_dtype)) +
                       " is not available, expected f32 or int8");
  }
  TSUGI_RETURN_IF_ERROR(f32.Validate());
  if (f32.spec.weight_dtype != DType::kF32) {
    return InvalidArgument("weights: the model is " +
                           std::string(DTypeName(f32.spec.weight_dtype)) +
                           " already, expected f32; export from the run that trained it");
  }
  ModelSpec spec = f32.spec;
  spec.weight_dtype = weight_dtype;
  TSUGI_ASSIGN_OR_RETURN(ModelData model, ModelData::Create(spec));
  for (const TensorEntry& entry : BuildTensorTable(f32.spec)) {
    const TensorView from = f32.Find(entry.name);
    if (entry.is_quantizable && weight_dtype == DType::kI8) {
      TensorReport row = QuantizeTensor(entry.name, from, model);
      if (report != nullptr) report->push_back(std::move(row));
    } else {
      std::memcpy(model.tensors.at(entry.name).bytes.data(), from.data, from.bytes());
    }
  }
  model.CopyNames(f32);
  return model;
}

}  // namespace tsugi
