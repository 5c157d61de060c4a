#ifndef TSUGI_NATIVE_STUDIES_SHIFT_LIST_METRICS_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_LIST_METRICS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "native/eval/bootstrap.h"

namespace tsugi {

/// Cuts of the metrics below, in the order in which they are reported.
inline constexpr uint32_t kListCuts[] = {10, 20};
inline constexpr size_t kListMetrics = 4;  ///< recall@10, ndcg@10, recall@20, ndcg@20
inline constexpr const char* kListMetricNames[kListMetrics] = {"recall@10", "ndcg@10", "recall@20",
                                                               "ndcg@20"};
inline constexpr size_t kNdcgAt20 = 3;

/// Metrics of one user with several targets: recall@k = hits / targets, NDCG@k with the ideal of
/// min(k, targets) hits. `list`: best first; `targets`: ascending, not empty.
void ComputeListMetrics(std::span<const uint32_t> list, std::span<const uint32_t> targets,
                        std::span<double, kListMetrics> metrics);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_LIST_METRICS_H_
