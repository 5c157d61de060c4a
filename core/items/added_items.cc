#include "core/items/added_items.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/base/tensor_view.h"
#include "core/base/text.h"

namespace tsugi {
namespace {

constexpr size_t kFirstCapacity = 64;
// What a slot holds: nothing, an item that is gone, or kFirst + a place.
constexpr uint32_t kFree = 0, kGone = 1, kFirst = 2;

// The first attribute that is not below `name` in the order of the file: by field, then value.
size_t FindAttribute(const StringTableView& names, std::string_view name) {
  const FieldValue wanted = FieldValue::Of(name);
  size_t low = 0, high = names.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (FieldValue::Of(names[middle]) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

AddedItems::AddedItems(const ModelView& view)
    : dtype_(view.spec.weight_dtype),
      attribute_names_(view.attribute_names()),
      row_(view.spec.row_width()) {
  if (view.spec.item_tower) tower_.emplace(view);
}

// Open addressing. A slot whose item is gone stays used until the table is made again, because a
// search must go on beyond it.
size_t AddedItems::SlotOf(std::string_view id, ItemOwner owner) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = static_cast<size_t>(Random::Mix(FnvHash(id) ^ owner)) & mask;
  for (; slots_[slot] != kFree; slot = (slot + 1) & mask) {
    if (slots_[slot] == kGone) continue;
    const Item& item = *items_[slots_[slot] - kFirst];
    if (item.id == id && item.owner == owner) break;
  }
  return slot;
}

// At most a quarter of the slots are used afterwards, and the next call comes when half of them
// are: adding costs O(1) on average. Slots of items that are gone become free again.
void AddedItems::GrowSlots() {
  std::vector<uint32_t> slots(std::bit_ceil(4 * (items_.size() + 1)), kFree);
  slots_.swap(slots);
  used_slots_ = 0;
  for (uint32_t i = 0; i < items_.size(); ++i) {
    const Item& item = *items_[i];
    if (item.owner == kNobody) continue;
    slots_[SlotOf(item.id, item.owner)] = i + kFirst;
    ++used_slots_;
  }
}

// The hash covers owner and id, so a viewer's own item and everybody's item of one id are two
// entries.
std::optional<uint32_t> AddedItems::Find(std::string_view id, ItemOwner viewer) const {
  if (slots_.empty()) return std::nullopt;
  uint32_t found = slots_[SlotOf(id, viewer)];
  if (found == kFree) found = slots_[SlotOf(id, kEverybody)];
  return found == kFree ? std::nullopt : std::optional(found - kFirst);
}

Status AddedItems::Reserve(size_t count) {
  // Doubles, so that adding n items copies O(n) rows.
  const size_t row_bytes = row_.size() * DTypeBytes(dtype_);
  if (count * row_bytes <= rows_.size()) return Status();
  const size_t capacity = std::max(kFirstCapacity, 2 * scales_.size());
  scales_.reserve(capacity);
  TSUGI_ASSIGN_OR_RETURN(auto rows, AlignedBuffer<uint8_t>::Create(capacity * row_bytes));
  if (!scales_.empty()) std::memcpy(rows.data(), rows_.data(), scales_.size() * row_bytes);
  rows_ = std::move(rows);
  return Status();
}

Result<uint32_t> AddedItems::Add(const NewItem& item, ItemOwner owner) {
  if (!tower_) {
    return Unsupported(
        "the model has no item tower, so items can not be added; train one with "
        "--set item_tower.enabled=on and item metadata");
  }
  TSUGI_RETURN_IF_ERROR(tower_->MakeRow(item.description, row_));
  // What can fail comes first: an error leaves everything as it was.
  Item added;
  added.id = item.id;
  added.title = item.description.title;
  const std::span<const float> vectors = item.description.vectors;
  added.vectors.assign(reinterpret_cast<const char*>(vectors.data()), vectors.size_bytes());
  StoreAttributes(item.description.attributes, added);
  if (2 * (used_slots_ + 1) > slots_.size()) GrowSlots();
  if (free_.empty()) TSUGI_RETURN_IF_ERROR(AddPlace());
  const uint32_t place = free_.back();
  free_.pop_back();
  *items_[place] = std::move(added);
  items_[place]->owner = owner;
  if (owner != kEverybody) ++owned_;
  ++used_slots_;
  slots_[SlotOf(item.id, owner)] = place + kFirst;
  StoreRow(place, row_);
  return place;
}

// A new place is free until an item takes it; nobody sees it meanwhile.
Status AddedItems::AddPlace() {
  TSUGI_RETURN_IF_ERROR(Reserve(count() + 1));
  items_.reserve(scales_.capacity());
  free_.reserve(scales_.capacity());
  items_.push_back(std::make_unique<Item>());
  free_.push_back(static_cast<uint32_t>(count() - 1));
  scales_.push_back(1.0f);
  return Status();
}

void AddedItems::DropFreePlaces(size_t count) {
  std::erase_if(free_, [count](uint32_t place) { return place >= count; });
  items_.resize(count);
  scales_.resize(count);
}

void AddedItems::Remove(size_t i) {
  slots_[SlotOf(items_[i]->id, items_[i]->owner)] = kGone;
  if (items_[i]->owner != kEverybody) --owned_;
  items_[i]->owner = kNobody;
  if (items_[i]->events == 0) Free(i);
}

void AddedItems::Release(size_t i) {
  if (--items_[i]->events == 0 && items_[i]->owner == kNobody) Free(i);
}

void AddedItems::Free(size_t i) {
  *items_[i] = Item();  // its texts are somebody's: they go at once
  free_.push_back(static_cast<uint32_t>(i));
}

void AddedItems::StoreRow(size_t i, std::span<const float> row) {
  const size_t at = i * row.size();
  if (dtype_ == DType::kF32) {
    std::memcpy(rows_.data() + at * sizeof(float), row.data(), row.size_bytes());
    return;
  }
  // Quantised as the file's rows (native/quantize), so that both are scanned alike: symmetric, the
  // largest value at 127. The floor keeps a row of zeros from dividing by 0.
  float highest = 0;
  for (const float value : row) highest = std::max(highest, std::fabs(value));
  const float scale = std::max(highest / 127.0f, kZeroRowScale);
  auto* to = reinterpret_cast<int8_t*>(rows_.data()) + at;
  for (size_t d = 0; d < row.size(); ++d) {
    to[d] = SaturatingCast<int8_t>(std::clamp(std::nearbyint(row[d] / scale), -127.0f, 127.0f));
  }
  scales_[i] = scale;
}

void AddedItems::StoreAttributes(std::span<const std::string_view> attributes, Item& item) const {
  // All lines are kept for the saved session; another model may know attributes that this one does
  // not. Filters see the known ones, ascending and each once, as the file's are.
  for (const std::string_view attribute : attributes) {
    item.attribute_lines.append(attribute) += '\n';
    const size_t found = FindAttribute(attribute_names_, attribute);
    if (found < attribute_names_.size() && attribute_names_[found] == attribute) {
      item.attributes.push_back(static_cast<uint32_t>(found));
    }
  }
  SortAscending(item.attributes);
  item.attributes.erase(std::unique(item.attributes.begin(), item.attributes.end()),
                        item.attributes.end());
}

ItemRows AddedItems::rows() const {
  ItemRows rows{{dtype_, Shape::Matrix(count(), row_.size()), rows_.data()}, {}};
  if (dtype_ == DType::kI8) rows.scales = scales_;
  return rows;
}

}  // namespace tsugi
