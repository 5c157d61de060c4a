#include "native/studies/shift/graph_ranking.h"

#include <algorithm>
#include <limits>

#include "core/kernels/top_k.h"
#include "native/studies/shift/list_metrics.h"
#include "native/train/modules/layers.h"

namespace tsugi::train {
namespace {

constexpr int64_t kBlock = 512;  // users at a time: bounds the scores in memory
constexpr float kNever = -std::numeric_limits<float>::infinity();

/// Leaves a user's training items out of row `row` of scores.
void LeaveOut(std::span<const uint32_t> items, torch::Tensor& scores, int64_t row) {
  float* values = scores.data_ptr<float>() + row * scores.size(1);
  for (const uint32_t item : items) values[item] = kNever;
}

/// Calls `take` with every user who has targets in `part` and the first items of the ranking of the
/// whole catalogue, less the training items. Equal scores are ordered by ascending item, as in
/// ComputeRank; a NaN score is in no list.
template <typename Take>
void ForEachList(const torch::Tensor& vectors, const ShiftData& data, const Interactions& part,
                 const Take& take) {
  torch::NoGradGuard no_grad;
  std::vector<int64_t> users;
  for (size_t u = 0; u < data.user_count; ++u) {
    if (!part.of(u).empty()) users.push_back(static_cast<int64_t>(u));
  }
  const auto items = vectors.slice(0, static_cast<int64_t>(data.user_count));
  const int64_t depth = std::min<int64_t>(kListCuts[1], items.size(0));
  std::vector<uint32_t> list;
  for (size_t first = 0; first < users.size(); first += kBlock) {
    const auto count = std::min<int64_t>(kBlock, static_cast<int64_t>(users.size() - first));
    const auto block = torch::from_blob(users.data() + first, {count}, torch::kInt64);
    auto scores = torch::matmul(vectors.index_select(0, block), items.t());
    for (int64_t row = 0; row < count; ++row) {
      LeaveOut(data.train.of(static_cast<size_t>(users[first + row])), scores, row);
    }
    for (int64_t row = 0; row < count; ++row) {
      const float* values = scores.data_ptr<float>() + row * scores.size(1);
      std::vector<ScoredItem> best(static_cast<size_t>(depth));
      TopK top(best);
      for (uint32_t item = 0; item < scores.size(1); ++item) {
        if (values[item] > kNever) top.Push({item, values[item]});
      }
      best.resize(top.Finish());
      list.clear();
      for (const ScoredItem& one : best) list.push_back(one.item_index);
      take(static_cast<size_t>(users[first + row]), list);
    }
  }
}

}  // namespace

UserSums RankUsers(const torch::Tensor& vectors, const ShiftData& data, const Interactions& part) {
  UserSums sums;
  sums.metric_count = kListMetrics;
  ForEachList(vectors, data, part, [&](size_t user, const std::vector<uint32_t>& list) {
    double metrics[kListMetrics];
    ComputeListMetrics(list, part.of(user), metrics);
    sums.sums.insert(sums.sums.end(), metrics, metrics + kListMetrics);
    sums.case_counts.push_back(1.0);
  });
  return sums;
}

double BalancedRecall(const torch::Tensor& vectors, const ShiftData& data,
                      const Interactions& part) {
  const std::vector<uint32_t> counts = data.ItemCounts();
  const auto weight = [&counts](uint32_t item) { return 1.0 / std::max(1u, counts[item]); };
  double hits = 0.0, all = 0.0;
  ForEachList(vectors, data, part, [&](size_t user, const std::vector<uint32_t>& list) {
    for (const uint32_t target : part.of(user)) {
      all += weight(target);
      if (std::find(list.begin(), list.end(), target) != list.end()) hits += weight(target);
    }
  });
  return all > 0.0 ? hits / all : 0.0;
}

torch::Tensor NearestItems(const torch::Tensor& vectors, const torch::Tensor& users,
                           const torch::Tensor& item_vectors, const Interactions& train) {
  torch::NoGradGuard no_grad;
  const auto unit = UnitRows(item_vectors);
  std::vector<torch::Tensor> nearest;
  for (int64_t first = 0; first < users.size(0); first += kBlock) {
    const int64_t end = std::min(first + kBlock, users.size(0));
    auto scores = torch::matmul(vectors.slice(0, first, end), unit.t());
    for (int64_t row = 0; row < end - first; ++row) {
      LeaveOut(train.of(static_cast<size_t>(users.data_ptr<int64_t>()[first + row])), scores, row);
    }
    nearest.push_back(scores.argmax(1));
  }
  return torch::cat(nearest);
}

}  // namespace tsugi::train
