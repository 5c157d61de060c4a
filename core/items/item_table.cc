#include "core/items/item_table.h"

#include <algorithm>
#include <utility>

#include "core/kernels/rowwise.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

template <typename T>
const T* RowOf(const ItemRows& rows, size_t place) {
  return static_cast<const T*>(rows.table.data) + place * rows.width();
}

}  // namespace

ItemTable::ItemTable(const ModelView& view, const AddedItems* added)
    : added_(added), input_scale_(view.spec.input_scale) {
  const StoredRows stored = StoredRows::Of(view, kItemTable);
  rows_ = {stored.matrix, stored.scales};
}

std::pair<ItemRows, size_t> ItemTable::Place(size_t item_index) const {
  TSUGI_DCHECK(item_index < item_count());
  // Added items are numbered after the file's.
  if (item_index < rows_.count()) return {rows_, item_index};
  return {added_->rows(), item_index - rows_.count()};
}

void ItemTable::EmbedItem(size_t item_index, float* output) const {
  const auto [rows, place] = Place(item_index);
  const size_t width = rows.width();
  if (rows.table.dtype == DType::kI8) {
    const int8_t* row = RowOf<int8_t>(rows, place);
    const float scale = rows.scales[place];
    for (size_t d = 0; d < width; ++d)
      output[d] = static_cast<float>(row[d]) * scale * input_scale_;
  } else {
    const float* row = RowOf<float>(rows, place);
    for (size_t d = 0; d < width; ++d) output[d] = row[d] * input_scale_;
  }
}

// In units of the stored numbers: the scales of two rows cancel in a cosine, so they stay out. For
// i8 the sum is an integer and the same on every machine. For f32 each product is exact in a
// double.
double ItemTable::StoredDot(size_t a, size_t b) const {
  const auto [rows_a, place_a] = Place(a);
  const auto [rows_b, place_b] = Place(b);
  const size_t width = rows_a.width();
  if (rows_a.table.dtype == DType::kI8) {
    const int8_t *row_a = RowOf<int8_t>(rows_a, place_a), *row_b = RowOf<int8_t>(rows_b, place_b);
    // Exact: W is at most 4096, and 4096 * 128^2 is below 2^31.
    int32_t sum = 0;
    for (size_t d = 0; d < width; ++d) sum += row_a[d] * row_b[d];
    return sum;
  }
  const float *row_a = RowOf<float>(rows_a, place_a), *row_b = RowOf<float>(rows_b, place_b);
  double sum = 0;
  for (size_t d = 0; d < width; ++d) {
    sum += static_cast<double>(row_a[d]) * static_cast<double>(row_b[d]);
  }
  return sum;
}

double ItemTable::RowScale(size_t item_index) const {
  const auto [rows, place] = Place(item_index);
  return rows.table.dtype == DType::kI8 ? rows.scales[place] : 1.0f;
}

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
