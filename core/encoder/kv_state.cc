#include "core/encoder/kv_state.h"

#include <algorithm>

namespace tsugi {

// A little more than is asked for, because all rows are copied each time: a session of N events
// copies at most 8 N rows in its life, and holds a sixteenth, or four rows, that it does not use.
Status KvState::Grow(size_t rows) {
  const size_t capacity = std::min(MaxKeyRows(window_), rows + std::max<size_t>(3, rows / 16));
  if (std::min(rows, capacity) <= capacity_) return Status();
  TSUGI_ASSIGN_OR_RETURN(auto data,
                         AlignedBuffer<float>::Create(layer_count_ * capacity * row_width_));
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    std::copy_n(Layer(layer), row_count_ * row_width_, data.data() + layer * capacity * row_width_);
  }
  data_ = std::move(data);
  capacity_ = capacity;
  return Status();
}

Status KvState::Reserve(size_t rows) {
  TSUGI_DCHECK(rows <= window_);
  // A later row attends to itself and the window_ - 1 rows before it, so older rows can go. They go
  // when 2 * window_ rows are full, so that moving the others is amortised O(1).
  if (row_count_ + rows > MaxKeyRows(window_)) {
    const size_t kept = window_ - 1;
    for (size_t layer = 0; layer < layer_count_; ++layer) {
      float* first = Layer(layer);
      std::copy(first + (row_count_ - kept) * row_width_, first + row_count_ * row_width_, first);
    }
    row_count_ = kept;
  }
  return Grow(row_count_ + rows);
}

KeyValueRows KvState::Rows(size_t layer, size_t rows) {
  TSUGI_DCHECK(row_count_ + rows <= capacity_);
  return {Layer(layer), row_count_ + rows};
}

// CopyLast and RestoreLast let a caller overwrite the newest row, e.g. to encode it again without
// an intent family, and put the original back without encoding anything a third time.
void KvState::CopyLast(float* rows) {
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    std::copy_n(Layer(layer) + (row_count_ - 1) * row_width_, row_width_,
                rows + layer * row_width_);
  }
}

void KvState::RestoreLast(const float* rows) {
  for (size_t layer = 0; layer < layer_count_; ++layer) {
    std::copy_n(rows + layer * row_width_, row_width_,
                Layer(layer) + (row_count_ - 1) * row_width_);
  }
}

}  // namespace tsugi
