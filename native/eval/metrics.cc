#include "native/eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tsugi {
namespace {

/// Counts instead of sorting: one target a case makes O(N) enough, and nothing is allocated. The
/// items that are left out are few, so they are counted with the rest and taken off again. `!(a <=
/// b)` and not `a > b`: an item with a score of NaN then counts as better than the target.
template <typename Score>
TargetRank RankAmong(std::span<const Score> scores, uint32_t target,
                     std::span<const uint32_t> left_out) {
  if (std::find(left_out.begin(), left_out.end(), target) != left_out.end()) return {};
  const Score own = scores[target];
  if (std::isnan(own)) return {static_cast<uint32_t>(scores.size() - left_out.size()), 0};
  uint32_t better = 0;  // strictly better, or not a number
  uint32_t equal_before = 0;
  uint32_t equal_after = 0;
  for (size_t i = 0; i < scores.size(); ++i) better += !(scores[i] <= own) ? 1 : 0;
  for (size_t i = 0; i < target; ++i) equal_before += scores[i] == own ? 1 : 0;
  for (size_t i = target + 1; i < scores.size(); ++i) equal_after += scores[i] == own ? 1 : 0;
  for (const uint32_t item : left_out) {
    if (!(scores[item] <= own)) --better;
    if (scores[item] == own) --(item < target ? equal_before : equal_after);
  }
  const bool is_tied = equal_before + equal_after > 0;
  return {better + equal_before + 1, is_tied ? better + 1 : 0};
}

/// Rank 0 is a target that is in no list. Without the first comparison it would be the best hit.
bool IsHit(uint32_t rank, uint32_t k) { return rank >= 1 && rank <= k; }

}  // namespace

TargetRank ComputeRank(std::span<const float> scores, uint32_t target,
                       std::span<const uint32_t> left_out) {
  return RankAmong(scores, target, left_out);
}

TargetRank ComputeRank(std::span<const double> scores, uint32_t target,
                       std::span<const uint32_t> left_out) {
  return RankAmong(scores, target, left_out);
}

double RecallAt(uint32_t rank, uint32_t k) { return IsHit(rank, k) ? 1.0 : 0.0; }

// With one relevant item the ideal gain is 1 / log2(2) = 1, so DCG and NDCG are the same number.
double NdcgAt(uint32_t rank, uint32_t k) {
  return IsHit(rank, k) ? 1.0 / std::log2(static_cast<double>(rank) + 1.0) : 0.0;
}

double ReciprocalRank(uint32_t rank) { return rank == 0 ? 0.0 : 1.0 / rank; }

double ReciprocalRankAt(uint32_t rank, uint32_t k) { return IsHit(rank, k) ? 1.0 / rank : 0.0; }

// The Mann-Whitney statistic: sorted by score, each positive is right about every negative before
// it and about half of those with its own score. Equal scores are taken as one group, or the result
// would depend on how the sort leaves them. O(n log n); doubles count pairs exactly up to 2^53.
double AreaUnderCurve(std::span<const float> scores, std::span<const uint8_t> is_positive) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  double negatives = 0.0, right = 0.0, positives = 0.0;
  for (size_t i = 0; i < order.size();) {
    double tied_positives = 0.0, tied_negatives = 0.0;
    const float score = scores[order[i]];
    for (; i < order.size() && scores[order[i]] == score; ++i) {
      (is_positive[order[i]] != 0 ? tied_positives : tied_negatives) += 1.0;
    }
    right += tied_positives * (negatives + 0.5 * tied_negatives);
    positives += tied_positives;
    negatives += tied_negatives;
  }
  return positives > 0.0 && negatives > 0.0 ? right / (positives * negatives) : 0.5;
}

// By value, because nth_element reorders. O(n).
double MedianOf(std::vector<double> values) {
  if (values.empty()) return 0.0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double Metric::Compute(uint32_t rank) const {
  switch (kind) {
    case Kind::kRecall:
      return RecallAt(rank, k);
    case Kind::kNdcg:
      return NdcgAt(rank, k);
    case Kind::kMrr:
      return ReciprocalRank(rank);
    // The session literature calls the hit rate P@20, and means it in percent.
    case Kind::kPercentHit:
      return 100.0 * RecallAt(rank, k);
    case Kind::kPercentMrr:
      return 100.0 * ReciprocalRankAt(rank, k);
  }
  return 0.0;
}

std::vector<Metric> BuildMetrics(std::span<const uint32_t> ks, bool is_session_set) {
  std::vector<Metric> metrics;
  for (const uint32_t k : ks) {
    metrics.push_back({Metric::Kind::kRecall, k, "recall@" + std::to_string(k)});
    metrics.push_back({Metric::Kind::kNdcg, k, "ndcg@" + std::to_string(k)});
  }
  metrics.push_back({Metric::Kind::kMrr, 0, "mrr"});
  if (is_session_set) {
    metrics.push_back({Metric::Kind::kPercentHit, 20, "p@20"});
    metrics.push_back({Metric::Kind::kPercentMrr, 20, "mrr@20"});
  }
  return metrics;
}

// A miss counts as 0 and stays in the divisor: a model gains nothing by leaving targets out.
std::vector<double> ComputeMeans(std::span<const Metric> metrics,
                                 std::span<const TargetRank> ranks) {
  std::vector<double> means(metrics.size(), 0.0);
  if (ranks.empty()) return means;
  for (size_t m = 0; m < metrics.size(); ++m) {
    for (const TargetRank& r : ranks) means[m] += metrics[m].Compute(r.rank);
    means[m] /= static_cast<double>(ranks.size());
  }
  return means;
}

size_t CountTies(std::span<const TargetRank> ranks, uint32_t k) {
  return static_cast<size_t>(std::count_if(ranks.begin(), ranks.end(), [k](const TargetRank& r) {
    return r.tied_from >= 1 && r.tied_from <= k;
  }));
}

// A short list scores nothing at the places it does not fill, while the ideal still has them. The
// ideal is above 0 since `targets` is not empty.
void ComputeListMetrics(std::span<const uint32_t> list, std::span<const uint32_t> targets,
                        std::span<double, kListMetrics> metrics) {
  size_t column = 0;
  for (const uint32_t k : kListCuts) {
    double hits = 0.0, gain = 0.0, ideal = 0.0;
    for (uint32_t rank = 1; rank <= k; ++rank) {
      const double discount = NdcgAt(rank, k);
      if (rank <= targets.size()) ideal += discount;
      if (rank > list.size()) continue;
      if (!std::binary_search(targets.begin(), targets.end(), list[rank - 1])) continue;
      hits += 1.0;
      gain += discount;
    }
    metrics[column++] = hits / static_cast<double>(targets.size());
    metrics[column++] = gain / ideal;
  }
}

}  // namespace tsugi
