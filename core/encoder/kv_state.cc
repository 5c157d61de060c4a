#include "core/encoder/kv_state.h"

#include <algorithm>

namespace tsugi {

Result<KvState> KvState::Create(const EncoderShape& shape, size_t layer_count) {
  KvState state;
  state.layer_count_ = layer_count;
  state.window_ = shape.window;
  state.row_width_ = 2 * size_t{shape.width};
  // Twice the window: rows move only when the buffer is full, so appending is amortised O(1).
  const size_t layer_size = MaxKeyRows(shape.window) * state.row_width_;
  TSUGI_ASSIGN_OR_RETURN(state.data_,
                         AlignedBuffer<float>::Create(state.layer_count_ * layer_size));
  return state;
}

void KvState::Reserve(size_t rows) {
  TSUGI_DCHECK(rows <= window_);
  const size_t capacity = MaxKeyRows(window_);
  if (row_count_ + rows <= capacity) return;
  // A later row attends to itself and the window_ - 1 rows before it, so older rows can go. There
  // are at least window_ rows here: capacity is 2 * window_ and at most window_ are asked for.
  const size_t kept = window_ - 1;
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    float* first = data_.data() + layer * capacity * row_width_;
    std::copy(first + (row_count_ - kept) * row_width_, first + row_count_ * row_width_, first);
  }
  row_count_ = kept;
}

KeyValueRows KvState::Rows(size_t layer, size_t rows) {
  TSUGI_DCHECK(row_count_ + rows <= MaxKeyRows(window_));
  return {data_.data() + layer * MaxKeyRows(window_) * row_width_, row_count_ + rows};
}

// CopyLast and RestoreLast let a caller overwrite the newest row, e.g. to encode it again without
// an intent family, and put the original back without encoding anything a third time.
void KvState::CopyLast(float* rows) const {
  const size_t layer_size = MaxKeyRows(window_) * row_width_;
  const float* last = data_.data() + (row_count_ - 1) * row_width_;
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    std::copy_n(last + layer * layer_size, row_width_, rows + layer * row_width_);
  }
}

void KvState::RestoreLast(const float* rows) {
  const size_t layer_size = MaxKeyRows(window_) * row_width_;
  float* last = data_.data() + (row_count_ - 1) * row_width_;
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    std::copy_n(rows + layer * row_width_, row_width_, last + layer * layer_size);
  }
}

}  // namespace tsugi
