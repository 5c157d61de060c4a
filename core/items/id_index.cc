#include "core/items/id_index.h"

#include <bit>

#include "core/base/random.h"

namespace tsugi {
namespace {

// The low bits of FNV follow from the low bits of the bytes alone, and a table of a power of two
// looks at nothing else.
uint64_t Hash(std::string_view text) { return Random::Mix(FnvHash(text)); }

}  // namespace

Status IdIndex::Extend(const StringTableView& ids) {
  // At most half full: a free slot always ends the search, and chains stay short.
  const bool is_full = 2 * ids.size() + 1 > slots_.size();
  if (is_full) {
    const size_t slot_count = std::bit_ceil(2 * ids.size() + 1);
    TSUGI_ASSIGN_OR_RETURN(slots_, AlignedBuffer<uint32_t>::Create(slot_count));
  }
  Insert(ids, is_full ? 0 : size_);
  return Status();
}

void IdIndex::Insert(const StringTableView& ids, size_t first) {
  for (size_t i = first; i < ids.size(); ++i) {
    uint32_t& slot = slots_[SlotOf(ids, ids[i])];
    if (slot == 0) slot = static_cast<uint32_t>(i + 1);
  }
  size_ = ids.size();
}

// The table is at most half full, so the search ends at a free slot after a few steps.
size_t IdIndex::SlotOf(const StringTableView& ids, std::string_view id) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = static_cast<size_t>(Hash(id)) & mask;
  while (slots_[slot] != 0 && ids[slots_[slot] - 1] != id) slot = (slot + 1) & mask;
  return slot;
}

std::optional<uint32_t> IdIndex::Find(const StringTableView& ids, std::string_view id) const {
  if (size_ == 0) return std::nullopt;
  const uint32_t found = slots_[SlotOf(ids, id)];
  return found == 0 ? std::nullopt : std::optional(found - 1);
}

}  // namespace tsugi
