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

/// Clusters of items that visitors use in the same contexts.
struct BehaviourClusters {
  static constexpr uint32_t kNone = ~0u;
  std::vector<uint32_t> item_cluster;  ///< [N]; kNone for an item without a training event
  std::vector<uint32_t> popular_item;  ///< [C] the most frequent item, which names the cluster
};

/// Groups the catalogue into at most `count` clusters by the items that occur close to each item in
/// the training part. An item is represented by a random projection of its co-occurrence counts
/// with neighbours at most three events away, each divided by the square root of the neighbour's
/// frequency; k-means clusters these vectors. Clusters are numbered by descending frequency. The
/// seed is constant, so equal logs give equal clusters.
BehaviourClusters FindBehaviourClusters(const Dataset& dataset, uint32_t count);

/// Labels of the items of a catalogue. An item may have several labels or none.
struct ItemLabels {
  std::string field;                ///< of the metadata; empty for behavioural clusters
  std::vector<std::string> labels;  ///< the names
  std::vector<uint32_t> offsets;    ///< [N + 1]
  std::vector<uint32_t> indices;    ///< ascending within an item

  std::span<const uint32_t> of(size_t item) const {
    return std::span(indices).subspan(offsets[item], offsets[item + 1] - offsets[item]);
  }
};

/// Labels items by the values of a metadata field. The `limit` values with most training events are
/// labels, ordered by that number; other values are none. No labels if no item has the field.
ItemLabels LabelsOfField(const Dataset& dataset, const ItemAttributeTable& attributes,
                         std::string_view field, size_t limit);

/// Labels items by topic. Topics are the values of one metadata field with at least two values that
/// are not all numbers or dates. A field of at least half of the items that is called genre,
/// category, tag, class, department or the like comes first, then the one that most items have; on
/// a tie, the field with more values per item (genres, categories). Fields that IsKindField accepts
/// are no topics. If no field covers half of the items, topics are 16 behavioural clusters, named
/// after their most popular items.
ItemLabels FindTopics(const Dataset& dataset, const ItemAttributeTable& attributes);

/// Whether a field is named "type", "kind" or "format", in upper or lower case.
bool IsKindField(std::string_view field);

/// Returns for each item [N] the topic that the fewest items share, which says most about it;
/// kNoTopic for an item without topics.
inline constexpr uint32_t kNoTopic = ~0u;
std::vector<uint32_t> PrimaryTopics(const ItemLabels& topics);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_ITEM_TOPICS_H_
