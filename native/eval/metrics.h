#ifndef TSUGI_NATIVE_EVAL_METRICS_H_
#define TSUGI_NATIVE_EVAL_METRICS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tsugi {

/// Where the target of one case stands in the full ranking of the catalogue.
struct TargetRank {
  uint32_t rank = 0;  ///< 1-based; 0: the target itself was left out of the ranking (a miss)
  /// Rank of the first item with the target's score if several items share it, else 0. Example:
  /// scores 5 3 3 1 and target item 2: rank 3, tied_from 2.
  uint32_t tied_from = 0;
};

/// Ranks `target` in the list of the whole catalogue. Everything here that states a rank uses this
/// rule, the trainer's validation as well:
///   - a higher score stands first; of equal scores the lower item_index;
///   - an item of `left_out` is not in the list; a target that is left out is a miss, rank 0;
///   - NaN never helps: an item with a NaN score stands before the target, and a target whose own
///     score is NaN stands last. A model that has diverged can not look good.
///
/// Shapes:   scores [N], f32 or f64; left_out: distinct item indices.
/// Requires: target < N.
/// Example:  scores {9, 5, 5, NaN}, target 2: rank 4; with left_out {0, 3} rank 2.
TargetRank ComputeRank(std::span<const float> scores, uint32_t target,
                       std::span<const uint32_t> left_out);
TargetRank ComputeRank(std::span<const double> scores, uint32_t target,
                       std::span<const uint32_t> left_out);

/// 1 if the target is among the first k, else 0 (equals the hit rate with one target).
double RecallAt(uint32_t rank, uint32_t k);
/// 1 / log2(rank + 1) if the target is among the first k, else 0.
double NdcgAt(uint32_t rank, uint32_t k);
/// 1 / rank over the full ranking; 0 for a miss.
double ReciprocalRank(uint32_t rank);
/// 1 / rank if the target is among the first k, else 0.
double ReciprocalRankAt(uint32_t rank, uint32_t k);

/// Area under the ROC curve: the share of (positive, negative) pairs of which the positive one has
/// the higher score; a tie counts one half. 0.5 if there is no pair.
/// Shapes:   scores [n] without NaN; is_positive [n] 1 or 0.
double AreaUnderCurve(std::span<const float> scores, std::span<const uint8_t> is_positive);

/// The middle value, the upper one of two; 0 of none.
double MedianOf(std::vector<double> values);

/// A column of the report: its stable name, e.g. "recall@10", and what it computes.
struct Metric {
  enum class Kind : uint8_t { kRecall, kNdcg, kMrr, kPercentHit, kPercentMrr };
  Kind kind;
  uint32_t k;  ///< 0 for kMrr, which has no cut
  std::string name;

  double Compute(uint32_t rank) const;
};

/// "recall@k" and "ndcg@k" for every k, then "mrr"; for session sets also "p@20" and "mrr@20",
/// which that literature states in percent.
std::vector<Metric> BuildMetrics(std::span<const uint32_t> ks, bool is_session_set);

/// Means over the cases, [metrics.size()]; all 0 without cases.
std::vector<double> ComputeMeans(std::span<const Metric> metrics,
                                 std::span<const TargetRank> ranks);

/// Cases whose place was decided by the item order (equal scores) within the first k.
size_t CountTies(std::span<const TargetRank> ranks, uint32_t k);

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

#endif  // TSUGI_NATIVE_EVAL_METRICS_H_
