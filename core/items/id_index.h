#ifndef TSUGI_CORE_ITEMS_ID_INDEX_H_
#define TSUGI_CORE_ITEMS_ID_INDEX_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/aligned_buffer.h"
#include "core/base/status.h"
#include "core/model/model_view.h"

namespace tsugi {

/// Finds the place of an id in a string table: a hash table with open addressing over strings that
/// it does not own. 8 to 16 bytes per string.
class IdIndex {
 public:
  /// Adds the strings of `ids` from size() on; of equal ids the first is found. `ids` must begin
  /// with the strings added before. Errors: kOutOfMemory; the index is unchanged then.
  Status Extend(const StringTableView& ids);

  size_t size() const { return size_; }
  /// ids: as given to the last Extend.
  std::optional<uint32_t> Find(const StringTableView& ids, std::string_view id) const;

 private:
  /// The slot that holds `id`, or the free one where it belongs.
  size_t SlotOf(const StringTableView& ids, std::string_view id) const;
  void Insert(const StringTableView& ids, size_t first);

  AlignedBuffer<uint32_t> slots_;  ///< place + 1, 0 = free; a power of two, at most half full
  size_t size_ = 0;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ID_INDEX_H_
