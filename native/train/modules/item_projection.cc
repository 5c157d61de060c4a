#include "native/train/modules/item_projection.h"

#include <cmath>

namespace tsugi::train {

ItemProjection::ItemProjection(const ModelSpec& spec, torch::nn::Module& items) {
  const auto columns =
      torch::nn::init::orthogonal_(torch::empty({spec.encoder.width, spec.row_width()}));
  const double widths = static_cast<double>(spec.encoder.width) / spec.row_width();
  input_ = AddLayer(items, "input", columns * std::sqrt(widths));
  output_ = AddLayer(items, "output", columns.t().contiguous());
}

ItemProjection::Layer ItemProjection::AddLayer(torch::nn::Module& items, const char* name,
                                               const torch::Tensor& weight) {
  const auto layer = items.register_module(name, std::make_shared<torch::nn::Module>(name));
  return {layer->register_buffer("weight", weight),
          layer->register_buffer("bias", torch::zeros({weight.size(0)}))};
}

torch::Tensor ItemProjection::MakeTokens(const torch::Tensor& rows) const {
  return torch::linear(rows, input_.weight, input_.bias);
}

torch::Tensor ItemProjection::MakeQuery(const torch::Tensor& hidden) const {
  return torch::linear(hidden + torch::silu(hidden), output_.weight, output_.bias);
}

}  // namespace tsugi::train
