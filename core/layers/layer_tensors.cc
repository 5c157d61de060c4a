#include "core/layers/layer_tensors.h"

#include "core/base/text.h"
#include "core/model/tensor_table.h"

namespace tsugi {

TensorView LayerTensors::Find(std::string_view name) const {
  return view_.Find(Concat(prefix_, name));
}

NormWeights LayerTensors::Norm(std::string_view name) const {
  const TensorView weight = Find(Concat(name, ".weight"));
  const TensorView bias = Find(Concat(name, ".bias"));
  return {weight.as<float>().data(), bias.as<float>().data(),
          static_cast<size_t>(weight.shape.rows())};
}

LinearWeights LayerTensors::Dense(std::string_view name) const {
  const std::string weight = Concat(name, ".weight");
  LinearWeights tensors{Find(weight), {}, Find(Concat(name, ".bias")).as<float>()};
  // Only i8 weights have scales; the dtype of a weight decides, not the name of a tensor.
  if (tensors.weight.dtype == DType::kI8) tensors.scales = Find(weight + kScalesSuffix).as<float>();
  return tensors;
}

Status LayerTensors::Pack(std::initializer_list<NamedLinear> layers) const {
  for (const NamedLinear& to : layers) {
    TSUGI_ASSIGN_OR_RETURN(*to.layer, Linear::Create(Dense(to.name)));
  }
  return Status();
}

// A slice of a weight matrix borrows it in the middle. That is allowed: XNNPACK packs a copy, and
// the bytes after the slice are readable because more rows or the padding follow.
LinearWeights OutputRows(const LinearWeights& weights, size_t first, size_t count) {
  LinearWeights part = weights;
  const size_t row_bytes = weights.weight.shape.columns() * DTypeBytes(weights.weight.dtype);
  part.weight.shape = Shape::Matrix(count, weights.weight.shape.columns());
  part.weight.data = static_cast<const char*>(weights.weight.data) + first * row_bytes;
  part.bias = weights.bias.subspan(first, count);
  if (!weights.scales.empty()) part.scales = weights.scales.subspan(first, count);
  return part;
}

}  // namespace tsugi
