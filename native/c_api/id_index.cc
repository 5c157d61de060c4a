#include "native/c_api/id_index.h"

#include <bit>
#include <span>

#include "model_format/checksum.h"

namespace tsugi {
namespace {

uint64_t Hash(std::string_view text) {
  return ComputeChecksum({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace

Result<IdIndex> IdIndex::Create(const StringTableView& ids) {
  IdIndex index;
  index.ids_ = ids;
  const size_t slot_count = std::bit_ceil(2 * ids.size() + 1);
  TSUGI_ASSIGN_OR_RETURN(index.slots_, AlignedBuffer<uint32_t>::Create(slot_count));
  for (uint32_t i = 0; i < ids.size(); ++i) {
    uint32_t& slot = index.slots_[index.SlotOf(ids[i])];
    if (slot == 0) slot = i + 1;
  }
  return index;
}

size_t IdIndex::SlotOf(std::string_view id) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = static_cast<size_t>(Hash(id)) & mask;
  while (slots_[slot] != 0 && ids_[slots_[slot] - 1] != id) slot = (slot + 1) & mask;
  return slot;
}

std::optional<uint32_t> IdIndex::Find(std::string_view id) const {
  const uint32_t found = slots_[SlotOf(id)];
  return found == 0 ? std::nullopt : std::optional(found - 1);
}

}  // namespace tsugi
