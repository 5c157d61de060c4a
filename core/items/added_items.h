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
#include "core/parts/item_tower/item_tower.h"
#include "core/kernels/item_scan.h"
#include "core/model/model_view.h"
#include "core/model/string_table.h"

namespace tsugi {

/// An item that joins a catalogue at run time. Borrows.
struct NewItem {
  std::string_view id;
  ItemDescription description;
};

/// Items that were added to a model at run time: rows like those of the file, made by the semantic
/// tower, and what is known of the items. Item i of them is item_index N + i. Grows only.
class AddedItems {
 public:
  /// Requires: view.Validate().ok(). Borrows the view's memory.
  explicit AddedItems(const ModelView& view);

  /// Appends an item. Costs its features, microseconds.
  /// Errors: kUnsupported if the model has no semantic tower; kOutOfMemory; nothing is added then.
  /// Requires: fewer than 2^28 items in all; no item of this id among those added.
  Status Add(const NewItem& item);

  /// The row [W] f32 that the tower makes of a description; false without a tower.
  bool MakeRow(const ItemDescription& description, std::span<float> row) {
    if (tower_) tower_->MakeRow(description, row);
    return tower_.has_value();
  }

  size_t count() const { return scales_.size(); }
  /// [count(), W], dtype as items.table. Valid until the next Add.
  ItemRows rows() const;
  /// Ascending attribute indices of added item i: of its attributes those that the model knows.
  std::span<const uint32_t> AttributesOf(size_t i) const {
    return std::span(attributes_)
        .subspan(attribute_ends_[i], attribute_ends_[i + 1] - attribute_ends_[i]);
  }
  std::optional<uint32_t> Find(std::string_view id) const { return index_.Find(ids_.View(), id); }

  StringTableView ids() const { return ids_.View(); }  ///< [count()]; valid until the next Add
  /// As ids.
  StringTableView titles() const { return titles_.View(); }
  /// All attributes of each as they were given, each followed by a line feed; as ids.
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
