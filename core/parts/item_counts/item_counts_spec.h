#ifndef TSUGI_CORE_PARTS_ITEM_COUNTS_ITEM_COUNTS_SPEC_H_
#define TSUGI_CORE_PARTS_ITEM_COUNTS_ITEM_COUNTS_SPEC_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/model/spec_visitor.h"

namespace tsugi {

/// The part `item_counts`: how often each item occurs in the training events, for visitors of whom
/// nothing is known yet (core/parts/item_counts/popular_ranker.h).
struct ItemCountsSpec {
  uint32_t events = 0;  ///< all training events; their number saturates

  // What a part's spec offers: core/model/parts.h.
  static constexpr char kName[] = "item_counts";
  static constexpr uint32_t kRequiredFeatures = 0;
  static constexpr bool kComesFirst = false;
  void VisitFields(SpecVisitor& visitor);
  static Status CheckSpec(const ModelSpec& model);
  static void AddTensors(const ModelSpec& model, TensorTableBuilder& table);
  static void AddStrings(const ModelSpec& model, std::vector<StringsEntry>& table);
  static Status CheckView(const ModelView& view);
  static void AddCapabilities(const ModelSpec& model, std::vector<std::string_view>& names);
  bool operator==(const ItemCountsSpec&) const = default;
};

/// [N, 1] u8: the level of an item with c events, kLevelsPerLog ln(1 + c), rounded, at most 255.
inline constexpr char kItemCountLevels[] = "item_counts.levels";
inline constexpr float kLevelsPerLog = 16.0f;

}  // namespace tsugi

#endif  // TSUGI_CORE_PARTS_ITEM_COUNTS_ITEM_COUNTS_SPEC_H_
