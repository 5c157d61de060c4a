#ifndef TSUGI_CORE_ENCODER_KV_STATE_H_
#define TSUGI_CORE_ENCODER_KV_STATE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/layers/workspace.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// The keys and values of a session's last events in every layer, which is all that later events
/// can see of them.
///
/// The rows of a layer are contiguous and in order, at most [2 T, 2 D] f32. The memory grows with
/// the rows. When a layer holds 2 T, the last T - 1 rows move to the front, about once every T
/// events. No row is ever recomputed.
class KvState {
 public:
  /// For `layer_count` layers of encoders of this width and window. The state of a session holds
  /// those of every encoder (ModelSpec::state_layer_count). Allocates nothing.
  KvState(const EncoderShape& shape, size_t layer_count)
      : layer_count_(layer_count), window_(shape.window), row_width_(2 * size_t{shape.width}) {}

  /// Allocates for `rows` rows in all, or for 2 T, which it never exceeds.
  /// Errors: kOutOfMemory; nothing has changed then.
  Status Grow(size_t rows);
  /// Makes room for `rows` <= T more rows. May drop rows that no later event can see.
  /// Errors: kOutOfMemory.
  Status Reserve(size_t rows);
  /// The layer's rows, followed by `rows` uninitialised ones. Requires: Reserve(rows) was called.
  KeyValueRows Rows(size_t layer, size_t rows);
  /// Makes the next `rows` rows part of the state, once every layer has written them.
  void Commit(size_t rows) { row_count_ += rows; }

  /// Drops the last `rows` rows. Requires: rows <= row_count().
  void DropLast(size_t rows) { row_count_ -= rows; }
  void Clear() { row_count_ = 0; }
  /// Copies the last row of every layer to rows [layers, 2 D], and back. Requires: row_count() > 0.
  void CopyLast(float* rows);
  void RestoreLast(const float* rows);
  size_t row_count() const { return row_count_; }

 private:
  float* Layer(size_t layer) { return data_.data() + layer * capacity_ * row_width_; }

  AlignedBuffer<float> data_;  ///< [L, capacity, 2 D]
  size_t layer_count_;
  size_t window_;
  size_t row_width_;  ///< 2 D
  size_t capacity_ = 0, row_count_ = 0;
};

/// The keys and values of branches that continue one shared KvState, as the beams of a beam search
/// do. The rows of one depth each continue a row of the depth before. When branches split or end no
/// row is copied: every row knows its ancestors.
class BranchState {
 public:
  /// Allocates for at most `most_rows` branches of `most_depth` rows each. Errors: kOutOfMemory.
  static Result<BranchState> Create(const EncoderShape& shape, size_t most_rows,
                                    size_t most_depth) {
    BranchState state;
    state.most_rows_ = most_rows;
    state.layer_size_ = most_depth * most_rows * 2 * shape.width;
    state.ancestors_.resize(most_depth * most_rows);
    state.previous_.resize(most_depth * most_rows);
    TSUGI_ASSIGN_OR_RETURN(state.data_,
                           AlignedBuffer<float>::Create(shape.layers * state.layer_size_));
    return state;
  }

  /// Drops all branches.
  void Clear() { depth_ = 0; }
  /// Accepts the rows written last and goes one depth down. parents [rows]: for each row that will
  /// be written next, the row of the current depth that it continues.
  /// Requires: depth() + 1 < most_depth.
  void Descend(std::span<const uint32_t> parents) {
    std::swap(ancestors_, previous_);
    for (size_t row = 0; row < parents.size(); ++row) {
      for (size_t depth = 0; depth < depth_; ++depth) {
        ancestors_[depth * most_rows_ + row] = previous_[depth * most_rows_ + parents[row]];
      }
      ancestors_[depth_ * most_rows_ + row] = parents[row];
    }
    ++depth_;
  }

  size_t most_rows() const { return most_rows_; }
  size_t depth() const { return depth_; }  ///< rows that each branch has
  BranchRows Rows(size_t layer) {
    return {data_.data() + layer * layer_size_, most_rows_, depth_, ancestors_.data()};
  }

 private:
  size_t most_rows_ = 0, layer_size_ = 0, depth_ = 0;
  AlignedBuffer<float> data_;                   ///< [L, most_depth, most_rows, 2 D]
  std::vector<uint32_t> ancestors_, previous_;  ///< [most_depth, most_rows]
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENCODER_KV_STATE_H_
