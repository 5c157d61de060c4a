#ifndef TSUGI_CORE_ITEMS_ADDED_ITEMS_H_
#define TSUGI_CORE_ITEMS_ADDED_ITEMS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/kernels/item_scan.h"
#include "core/model/model_view.h"
#include "core/parts/item_tower/item_tower.h"

namespace tsugi {

/// An item that joins a catalogue at run time. Borrows.
struct NewItem {
  std::string_view id;
  ItemDescription description;
};

/// Who sees an added item: everybody, or one session. Sessions are numbered from 1.
using ItemOwner = uint64_t;
inline constexpr ItemOwner kEverybody = 0;
inline constexpr ItemOwner kNobody = UINT64_MAX;  ///< the item was removed

/// The items that were added to a model at run time: their rows, made by the item tower, and what
/// they were made of. An item has a place i and the item_index N + i.
///
/// A removed item keeps its place while events name it; then the next item takes the place.
class AddedItems {
 public:
  struct Item {
    std::string id, title;
    std::string attribute_lines;       ///< as they were given, each followed by a line feed
    std::vector<uint32_t> attributes;  ///< those that the model knows, ascending, each once
    std::string vectors;               ///< as they were given, the bytes of the numbers
    ItemOwner owner = kNobody;
    uint32_t events = 0;  ///< events of sessions that name the item
  };

  /// Requires: view.Validate().ok(). Borrows the view's memory.
  explicit AddedItems(const ModelView& view);

  /// Adds an item and returns its place, in microseconds.
  /// Errors: kUnsupported if the model has no item tower; kInvalidArgument for the vectors
  /// (ItemTower::MakeRow); kOutOfMemory; nothing is added then.
  /// Requires: at most 2^28 items in all; the owner sees no added item with this id.
  Result<uint32_t> Add(const NewItem& item, ItemOwner owner);
  /// Takes an item away from its owner. Requires: it has one.
  void Remove(size_t i);
  /// Drops the places from `count` on. Requires: they are free.
  void DropFreePlaces(size_t count);
  /// An event names item i, or no longer does.
  void Hold(size_t i) { ++items_[i]->events; }
  void Release(size_t i);

  /// Writes the row [W] f32 that the tower makes of a description. Returns false without a tower,
  /// or where it returns an error.
  bool MakeRow(const ItemDescription& description, std::span<float> row) {
    return tower_ && tower_->MakeRow(description, row).ok();
  }

  size_t count() const { return items_.size(); }  ///< places, also those without an item
  const Item& operator[](size_t i) const { return *items_[i]; }
  /// A viewer's own item hides everybody's of the same id.
  bool IsSeenBy(ItemOwner viewer, size_t i) const {
    const Item& item = *items_[i];
    if (item.owner != kEverybody) return item.owner == viewer;
    return owned_ == 0 || Find(item.id, viewer) == i;
  }
  /// The place of the item with this id that the viewer sees; its own first.
  std::optional<uint32_t> Find(std::string_view id, ItemOwner viewer) const;
  /// [count(), W], dtype as items.table. Valid until the next Add.
  ItemRows rows() const;

 private:
  Status Reserve(size_t count);
  /// Adds a free place at the end. Errors: kOutOfMemory.
  Status AddPlace();
  void StoreRow(size_t i, std::span<const float> row);
  void StoreAttributes(std::span<const std::string_view> attributes, Item& item) const;
  void Free(size_t i);
  /// The slot of the item with this id and owner, or the free one where the search for it ends.
  size_t SlotOf(std::string_view id, ItemOwner owner) const;
  /// Makes room for one more item in slots_, which it fills again.
  void GrowSlots();

  DType dtype_;  ///< of items.table
  StringTableView attribute_names_;
  std::optional<ItemTower> tower_;
  AlignedBuffer<uint8_t> rows_;               ///< [capacity, W] of the table's dtype
  std::vector<float> scales_;                 ///< [count()], room for capacity; all 1 for f32
  std::vector<float> row_;                    ///< [W] scratch
  std::vector<std::unique_ptr<Item>> items_;  ///< none is null
  std::vector<uint32_t> slots_;  ///< a hash table of the items that somebody sees: place + 2
  size_t used_slots_ = 0;        ///< at most half of them
  size_t owned_ = 0;             ///< items that one session alone sees
  std::vector<uint32_t> free_;   ///< places without an item
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ADDED_ITEMS_H_
