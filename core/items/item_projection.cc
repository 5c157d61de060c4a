#include "core/items/item_projection.h"

#include <algorithm>

#include "core/kernels/rowwise.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"

namespace tsugi {

Result<ItemProjection> ItemProjection::Create(const ModelView& view) {
  const LayerTensors tensors(view, kItemSide);
  ItemProjection projection;
  TSUGI_RETURN_IF_ERROR(
      tensors.Pack({{"input", &projection.input_}, {"output", &projection.output_}}));
  projection.row_width_ = view.spec.row_width();
  projection.model_width_ = view.spec.encoder.width;
  return projection;
}

// The rows come from ItemTable::EmbedItem, which has multiplied them by input_scale already.
Status ItemProjection::MakeTokens(size_t rows, Workspace& workspace, float* tokens) const {
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(rows, row_width_, workspace.item_rows.data()));
  return input_.Run(workspace.input.AllRows(), tokens);
}

// query = W_out (h + SiLU(h)) + b_out. The activation needs h twice, so it is made in a copy, and
// `hidden` stays as the caller gave it.
Status ItemProjection::MakeQuery(const float* hidden, Workspace& workspace, float* query) const {
  float* active = workspace.branch.data();
  std::copy_n(hidden, model_width_, active);
  AddGated(model_width_, hidden, hidden, active);  // h + SiLU(h) = h + sigmoid(h) h
  TSUGI_RETURN_IF_ERROR(workspace.input.Prepare(1, model_width_, active));
  return output_.Run(workspace.input.AllRows(), query);
}

}  // namespace tsugi
