#include "native/export/quantize_model.h"

#include <cstring>
#include <utility>

#include "core/model/tensor_table.h"
#include "model_format/int4_rows.h"
#include "native/quantize/quantize_rows.h"

namespace tsugi {
namespace {

TensorReport QuantizeTensor(const std::string& name, const TensorView& from, WeightFormat format,
                            ModelData& to) {
  // For int4 the model in memory keeps the int8 rows that the file's bits expand to: the copy
  // computes exactly what a reader of the file does.
  const auto weights = from.as<float>();
  const uint64_t columns = from.shape.columns();
  const auto quantized = to.tensors.at(name).as<int8_t>();
  const auto scales = to.floats(name + kScalesSuffix);
  if (format == WeightFormat::kInt4) {
    std::vector<uint8_t>& packed = to.int4[name];
    packed.resize(from.shape.rows() * Int4RowBytes(columns));
    QuantizeInt4Rows(weights, columns, packed, quantized, scales);
  } else {
    QuantizeRows(weights, columns, quantized, scales);
  }
  return {name, from.shape, MeasureError(weights, columns, quantized, scales)};
}

}  // namespace

// Only f32 is read: quantising rounded weights again would add a second error to the first.
Result<ModelData> Quantize(const ModelView& f32, WeightFormat format,
                           std::vector<TensorReport>* report) {
  TSUGI_RETURN_IF_ERROR(f32.Validate());
  if (f32.spec.weight_dtype != DType::kF32) {
    return InvalidArgument("weights: the model is " +
                           std::string(DTypeName(f32.spec.weight_dtype)) +
                           " already, expected f32; export from the run that trained it");
  }
  ModelSpec spec = f32.spec;
  spec.weight_dtype = format == WeightFormat::kF32 ? DType::kF32 : DType::kI8;
  TSUGI_ASSIGN_OR_RETURN(ModelData model, ModelData::Create(spec));
  for (const TensorEntry& entry : BuildTensorTable(f32.spec)) {
    const TensorView from = f32.Find(entry.name);
    if (entry.is_quantizable && format != WeightFormat::kF32) {
      TensorReport row = QuantizeTensor(entry.name, from, format, model);
      if (report != nullptr) report->push_back(std::move(row));
    } else {
      // Norms, biases and other vectors stay f32: they are few. With kF32 every tensor comes here.
      std::memcpy(model.tensors.at(entry.name).bytes.data(), from.data, from.bytes());
    }
  }
  model.CopyNames(f32);
  return model;
}

}  // namespace tsugi
