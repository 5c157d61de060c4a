#ifndef TSUGI_NATIVE_INTENT_BEHAVIOUR_CLUSTERS_H_
#define TSUGI_NATIVE_INTENT_BEHAVIOUR_CLUSTERS_H_

#include <cstdint>
#include <vector>

#include "native/dataset/dataset.h"

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

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_BEHAVIOUR_CLUSTERS_H_
