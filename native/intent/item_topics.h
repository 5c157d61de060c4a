#ifndef TSUGI_NATIVE_INTENT_ITEM_TOPICS_H_
#define TSUGI_NATIVE_INTENT_ITEM_TOPICS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/dataset/dataset.h"
#include "native/dataset/item_attributes.h"

namespace tsugi {

/// Labels of the catalogue's items; an item may have several or none.
struct ItemLabels {
  std::vector<std::string> labels;
  std::vector<uint32_t> offsets;  ///< [N + 1]
  std::vector<uint32_t> indices;  ///< ascending within an item

  std::span<const uint32_t> of(size_t item) const {
    return std::span(indices).subspan(offsets[item], offsets[item + 1] - offsets[item]);
  }
};

/// The values of metadata field `field` as labels: the `limit` that most training events carry;
/// further values give none. Empty labels if no item has the field.
ItemLabels LabelsOfField(const Dataset& dataset, const ItemAttributeTable& attributes,
                         std::string_view field, size_t limit);

/// What items are about: the metadata field that most items have among those with text values and 2
/// or more of them, several values an item winning ties (genres, categories); 16 behavioural
/// clusters, named after their most popular item, where no field covers half of the items.
/// Fields that say what kind of thing an item is (IsKindField) are not topics.
ItemLabels FindTopics(const Dataset& dataset, const ItemAttributeTable& attributes);

/// Whether a field's name says that it tells an item's type: "type", "kind" or "format", whatever
/// the case.
bool IsKindField(std::string_view field);

/// [N] each item's topic that fewest items have, the most telling one; kNoTopic without any.
inline constexpr uint32_t kNoTopic = ~0u;
std::vector<uint32_t> PrimaryTopics(const ItemLabels& topics);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_ITEM_TOPICS_H_
