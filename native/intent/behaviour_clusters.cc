#include "native/intent/behaviour_clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "core/base/random.h"
#include "native/quantize/kmeans.h"

namespace tsugi {
namespace {

constexpr size_t kWidth = 64;  // dimensions of the projection
constexpr size_t kReach = 3;   // largest distance of two neighbours, in events
constexpr size_t kIterations = 20;
constexpr uint64_t kSeed = 0x696e74;

std::span<const uint32_t> TrainingItems(const Dataset& dataset, size_t s) {
  return dataset.sequence_items(s).first(dataset.train_end()[s]);
}

// Adds `weight` times a vector of random signs, which is a function of the item, to `sum`. The sum
// over neighbours is a random projection of the row of co-occurrence counts: inner products survive
// approximately (Achlioptas 2003), and the N x N counts are never stored.
void AddProjection(uint32_t item, float weight, float* sum) {
  const uint64_t bits = Random(kSeed, item).NextU64();
  for (size_t d = 0; d < kWidth; ++d) sum[d] += (bits >> d & 1) != 0 ? weight : -weight;
}

void Normalise(std::span<float> row) {
  double squares = 0;
  for (const float value : row) squares += static_cast<double>(value) * static_cast<double>(value);
  const auto scale = static_cast<float>(1.0 / std::sqrt(std::max(squares, 1e-12)));
  for (float& value : row) value *= scale;
}

// Returns unit rows [N, kWidth]. Without the division by the root of the frequency the most popular
// items would dominate every row, and without unit rows k-means would cluster by popularity.
std::vector<float> Embed(const Dataset& dataset, const std::vector<uint32_t>& counts) {
  std::vector<float> rows(counts.size() * kWidth);
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    const auto items = TrainingItems(dataset, s);
    for (size_t i = 0; i < items.size(); ++i) {
      const size_t end = std::min(items.size(), i + kReach + 1);
      for (size_t j = i + 1; j < end; ++j) {
        const uint32_t a = items[i], b = items[j];
        if (a == b) continue;
        AddProjection(b, 1.0f / std::sqrt(static_cast<float>(counts[b])), &rows[a * kWidth]);
        AddProjection(a, 1.0f / std::sqrt(static_cast<float>(counts[a])), &rows[b * kWidth]);
      }
    }
  }
  for (size_t i = 0; i < counts.size(); ++i) Normalise(std::span(rows).subspan(i * kWidth, kWidth));
  return rows;
}

}  // namespace

BehaviourClusters FindBehaviourClusters(const Dataset& dataset, uint32_t count) {
  std::vector<uint32_t> counts(dataset.item_count());
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    for (const uint32_t item : TrainingItems(dataset, s)) ++counts[item];
  }
  const std::vector<float> rows = Embed(dataset, counts);
  std::vector<uint32_t> seen;
  std::vector<float> seen_rows;
  for (uint32_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    seen.push_back(i);
    seen_rows.insert(seen_rows.end(), &rows[i * kWidth], &rows[i * kWidth] + kWidth);
  }
  BehaviourClusters clusters;
  clusters.item_cluster.assign(counts.size(), BehaviourClusters::kNone);
  if (seen.empty()) return clusters;
  const std::vector<float> centres =
      FindCentres({seen_rows, kWidth}, std::min<size_t>(count, seen.size()), kIterations, kSeed);
  const size_t centre_count = centres.size() / kWidth;
  std::vector<uint32_t> nearest(seen.size());
  std::vector<uint64_t> frequency(centre_count);
  std::vector<uint32_t> popular(centre_count, BehaviourClusters::kNone);
  for (size_t i = 0; i < seen.size(); ++i) {
    const auto c = static_cast<uint32_t>(NearestCentre(&seen_rows[i * kWidth], {centres, kWidth}));
    nearest[i] = c;
    frequency[c] += counts[seen[i]];
    if (popular[c] == BehaviourClusters::kNone || counts[seen[i]] > counts[popular[c]]) {
      popular[c] = seen[i];
    }
  }
  // Numbering by frequency makes the order of labels meaningful. Clusters without items, if k-means
  // leaves any, come last and get no name.
  std::vector<uint32_t> order(centre_count), place(centre_count);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return frequency[a] > frequency[b]; });
  for (uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    if (frequency[order[i]] > 0) clusters.popular_item.push_back(popular[order[i]]);
  }
  for (size_t i = 0; i < seen.size(); ++i) clusters.item_cluster[seen[i]] = place[nearest[i]];
  return clusters;
}

}  // namespace tsugi
