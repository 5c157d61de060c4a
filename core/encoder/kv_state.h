#ifndef TSUGI_CORE_ENCODER_KV_STATE_H_
#define TSUGI_CORE_ENCODER_KV_STATE_H_

#include "core/base/aligned_buffer.h"
#include "core/layers/workspace.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// The keys and values of a session's last events in every layer, which is all that later events
/// can see of them.
///
/// The rows of a layer are contiguous and in order, [2 T, 2 D] f32. Appending fills the buffer;
/// when it is full, the last T - 1 rows move to the front, about once every T events. No row is
/// ever recomputed.
class KvState {
 public:
  /// Allocates for `layer_count` layers of encoders of this width and window. The state of a
  /// session holds those of every encoder (ModelSpec::state_layer_count). Errors: kOutOfMemory.
  static Result<KvState> Create(const EncoderShape& shape, size_t layer_count);

  /// Makes room for `rows` <= T more rows. May drop rows that no later event can see.
  void Reserve(size_t rows);
  /// The layer's rows, followed by `rows` uninitialised ones. Requires: Reserve(rows) was called.
  KeyValueRows Rows(size_t layer, size_t rows);
  /// Makes the next `rows` rows part of the state, once every layer has written them.
  void Commit(size_t rows) { row_count_ += rows; }

  /// Drops the last `rows` rows. Requires: rows <= row_count().
  void DropLast(size_t rows) { row_count_ -= rows; }
  void Clear() { row_count_ = 0; }
  /// Copies the last row of every layer to rows [layers, 2 D], and back. Requires: row_count() > 0.
  void CopyLast(float* rows) const;
  void RestoreLast(const float* rows);
  size_t row_count() const { return row_count_; }

 private:
  AlignedBuffer<float> data_;  ///< [L, 2 T, 2 D]
  size_t layer_count_ = 0;
  size_t window_ = 0;
  size_t row_width_ = 0;  ///< 2 D
  size_t row_count_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ENCODER_KV_STATE_H_
