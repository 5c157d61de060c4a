#include "core/items/item_projection.h"

#include <algorithm>

#include "core/kernels/activation.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"

namespace tsugi {

Result<ItemProjection> ItemProjection::Create(const ModelView& view) {
  const LayerTensors tensors(view, kItems);
  TSUGI_ASSIGN_OR_RETURN(Linear input, Linear::Create(tensors.Dense("input")));
  TSUGI_ASSIGN_OR_RETURN(Linear output, Linear::Create(tensors.Dense("output")));
  return ItemProjection(std::move(input), std::move(output), view.spec.row_width(),
                        view.spec.model_width);
}

Status ItemProjection::ToTokens(size_t rows, Workspace& workspace) const {
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, item_width_, workspace.item_rows.data()));
  return input_.Run(workspace.input.AllRows(), workspace.x.data());
}

Status ItemProjection::ToHidden(Workspace& workspace, float* hidden) const {
  // silu(h) = 0 + sigmoid(h) * h
  const float* encoded = workspace.branch.data();
  float* active = workspace.normed.data();
  std::fill_n(active, width_, 0.0f);
  AddGated(width_, encoded, encoded, active);
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(1, width_, active));
  return output_.Run(workspace.input.AllRows(), hidden);
}

}  // namespace tsugi
