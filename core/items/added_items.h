#ifndef TSUGI_CORE_ITEMS_ADDED_ITEMS_H_
#define TSUGI_CORE_ITEMS_ADDED_ITEMS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/items/id_index.h"
#include "core/kernels/item_scan.h"
#include "core/model/model_view.h"
#include "core/model/string_table.h"
#include "core/parts/item_tower/item_tower.h"

namespace tsugi {

/// An item that joins a catalogue at run time. Borrows.
struct NewItem {
  std::string_view id;
  ItemDescription description;
};

/// The items that were added to a model at run time: their rows, made by the item tower, their ids,
/// titles and attributes. Added item i has item_index N + i. Items are never removed.
class AddedItems {
 public:
  /// Requires: view.Validate().ok(). Borrows the view's memory.
  explicit AddedItems(const ModelView& view);

  /// Appends an item, in microseconds.
  /// Errors: kUnsupported if the model has no item tower; kOutOfMemory; nothing is added then.
  /// Requires: fewer than 2^28 items in all; no added item has this id.
  Status Add(const NewItem& item);

  /// Writes the row [W] f32 that the tower makes of a description. Returns false without a tower.
  bool MakeRow(const ItemDescription& description, std::span<float> row) {
    if (tower_) tower_->MakeRow(description, row);
    return tower_.has_value();
  }

  size_t count() const { return scales_.size(); }
  /// [count(), W], dtype as items.table. Valid until the next Add.
  ItemRows rows() const;
  /// Ascending indices of the attributes of added item i that the model knows.
  std::span<const uint32_t> AttributesOf(size_t i) const {
    return std::span(attributes_)
        .subspan(attribute_ends_[i], attribute_ends_[i + 1] - attribute_ends_[i]);
  }
  std::optional<uint32_t> Find(std::string_view id) const { return index_.Find(ids_.View(), id); }

  StringTableView ids() const { return ids_.View(); }  ///< [count()]; valid until the next Add
  /// As ids.
  StringTableView titles() const { return titles_.View(); }
  /// The attributes of each as they were given, each followed by a line feed; as ids.
  StringTableView attribute_lines() const { return attribute_lines_.View(); }

 private:
  Status Reserve(size_t count);
  void StoreRow(std::span<const float> row);
  void StoreAttributes(std::span<const std::string_view> attributes);

  ModelSpec spec_;
  StringTableView attribute_names_;
  std::optional<ItemTower> tower_;
  AlignedBuffer<uint8_t> rows_;  ///< [capacity, W] of the table's dtype
  std::vector<float> scales_;    ///< [count]; all 1 for f32
  std::vector<float> row_;       ///< [W] scratch
  std::vector<uint32_t> attribute_ends_ = {0}, attributes_;
  StringTable ids_, titles_, attribute_lines_;
  IdIndex index_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_ITEMS_ADDED_ITEMS_H_
