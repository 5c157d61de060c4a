#ifndef TSUGI_CORE_LAYERS_LAYER_TENSORS_H_
#define TSUGI_CORE_LAYERS_LAYER_TENSORS_H_

#include <string>
#include <string_view>

#include "core/kernels/linear.h"
#include "core/kernels/norm.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Tensors of one layer by their short names ("qkv", "norm1"). Borrows the view.
/// Requires: view.Validate().ok().
class LayerTensors {
 public:
  LayerTensors(const ModelView& view, std::string prefix)
      : view_(view), prefix_(std::move(prefix)) {}

  const ModelSpec& spec() const { return view_.spec; }
  TensorView Find(std::string_view name) const;
  NormWeights Norm(std::string_view name) const;
  LinearWeights Dense(std::string_view name) const;

 private:
  const ModelView& view_;
  std::string prefix_;
};

/// Rows (outputs) [first, first + count) of a dense layer's tensors.
LinearWeights OutputRows(const LinearWeights& weights, size_t first, size_t count);

}  // namespace tsugi

#endif  // TSUGI_CORE_LAYERS_LAYER_TENSORS_H_
