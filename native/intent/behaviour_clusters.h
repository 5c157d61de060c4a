#ifndef TSUGI_NATIVE_INTENT_BEHAVIOUR_CLUSTERS_H_
#define TSUGI_NATIVE_INTENT_BEHAVIOUR_CLUSTERS_H_

#include <cstdint>
#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi {

/// Items that the same visitors meet close together.
struct BehaviourClusters {
  static constexpr uint32_t kNone = ~0u;
  std::vector<uint32_t> item_cluster;  ///< [N]; kNone for an item without a training event
  std::vector<uint32_t> popular_item;  ///< [C] the cluster's most frequent item, which names it
};

/// Groups the catalogue into at most `count` clusters by what stands beside an item in the training
/// part: k-means over random projections of the co-occurrence counts of neighbours at most three
/// events apart, each divided by the root of the neighbour's frequency. Clusters are numbered by
/// falling frequency. Seeded by a constant: the same log gives the same clusters.
BehaviourClusters FindBehaviourClusters(const Dataset& dataset, uint32_t count);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_INTENT_BEHAVIOUR_CLUSTERS_H_
