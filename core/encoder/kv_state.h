#ifndef TSUGI_CORE_ENCODER_KV_STATE_H_
#define TSUGI_CORE_ENCODER_KV_STATE_H_

#include "core/base/aligned_buffer.h"
#include "core/layers/workspace.h"
#include "core/model/model_spec.h"

namespace tsugi {

/// Keys and values of a session's last events, per layer: all that later events can see of them.
///
/// Rows of a layer stay contiguous and in order, [2 T, 2 D] f32: appending fills the buffer, and
/// when it is full the last T - 1 rows move to the front (once every T events). No row is
/// recomputed.
class KvState {
 public:
  /// Room for the layers of every encoder of `spec` (ModelSpec::state_layer_count).
  /// Errors: kOutOfMemory.
  static Result<KvState> Create(const ModelSpec& spec);

  /// Makes room for `rows` <= T more rows, dropping those that no later event can see.
  void Reserve(size_t rows);
  /// The layer's rows with `rows` uninitialised ones behind. Requires: Reserve(rows).
  KeyValueRows Rows(size_t layer, size_t rows);
  /// Takes the rows that every layer has written.
  void Commit(size_t rows) { row_count_ += rows; }

  /// Forgets the last `rows` rows. Requires: rows <= row_count().
  void DropLast(size_t rows) { row_count_ -= rows; }
  void Clear() { row_count_ = 0; }
  /// Copies the last row of every layer out, and back: rows [layers, 2 D]. Requires: row_count() >
  /// 0.
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
