#ifndef TSUGI_NATIVE_C_API_ID_INDEX_H_
#define TSUGI_NATIVE_C_API_ID_INDEX_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/model/model_view.h"

namespace tsugi {

/// From the caller's id to the item: a hash table with open addressing over the model's strings,
/// which it borrows. 8 to 16 bytes per item.
class IdIndex {
 public:
  IdIndex() = default;

  /// Of equal ids the first counts. Errors: kOutOfMemory.
  static Result<IdIndex> Create(const StringTableView& ids);

  bool empty() const { return slots_.empty(); }
  /// Requires: not empty().
  std::optional<uint32_t> Find(std::string_view id) const;

 private:
  /// The slot that holds `id`, or the free one where it belongs.
  size_t SlotOf(std::string_view id) const;

  StringTableView ids_;
  AlignedBuffer<uint32_t> slots_;  ///< item_index + 1, 0 = free; a power of two, at most half full
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_C_API_ID_INDEX_H_
