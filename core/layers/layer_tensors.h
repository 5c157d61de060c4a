#ifndef TSUGI_CORE_LAYERS_LAYER_TENSORS_H_
#define TSUGI_CORE_LAYERS_LAYER_TENSORS_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/kernels/linear.h"
#include "core/kernels/rowwise.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Finds the tensors of one layer by their short names, e.g. "qkv" or "norm1". Borrows the view.
/// A name that the model does not have gives empty views.
/// Requires: view.Validate().ok().
class LayerTensors {
 public:
  LayerTensors(const ModelView& view, std::string prefix)
      : view_(view), prefix_(std::move(prefix)) {}

  TensorView Find(std::string_view name) const;
  NormWeights Norm(std::string_view name) const;
  LinearWeights Dense(std::string_view name) const;

  struct NamedLinear {
    const char* name;
    Linear* layer;
  };
  /// Packs the dense layers of these names. Errors: Linear::Create.
  Status Pack(std::initializer_list<NamedLinear> layers) const;

 private:
  const ModelView& view_;
  std::string prefix_;
};

/// The part of a dense layer that computes outputs [first, first + count).
LinearWeights OutputRows(const LinearWeights& weights, size_t first, size_t count);

}  // namespace tsugi

#endif  // TSUGI_CORE_LAYERS_LAYER_TENSORS_H_
