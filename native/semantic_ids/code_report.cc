#include "native/semantic_ids/code_report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/random.h"

namespace tsugi {
namespace {

// Levels refine one another, so only a common prefix means similarity; equal later codes after
// different earlier ones mean nothing.
size_t SharedPrefix(const SemanticId& a, const SemanticId& b) {
  size_t level = 0;
  while (level < kCodeLevels && a[level] == b[level]) ++level;
  return level;
}

}  // namespace

CodeUsage MeasureUsage(const SemanticIds& ids) {
  CodeUsage usage;
  const auto count = static_cast<double>(ids.size());
  for (size_t level = 0; level < kCodeLevels; ++level) {
    std::array<size_t, kLevelCodes> counts = {};
    for (const SemanticId& id : ids) ++counts[id[level]];
    for (const size_t of_code : counts) {
      if (of_code == 0) continue;
      ++usage.used[level];
      const double share = static_cast<double>(of_code) / count;
      usage.entropy_bits[level] -= share * std::log2(share);
    }
    // N items can use at most log2 N bits, so a small catalogue is not collapsed for being small.
    const double possible = std::min(8.0, std::log2(count));
    usage.is_collapsed = usage.is_collapsed || usage.entropy_bits[level] < possible / 2;
  }
  usage.distinct = std::set<SemanticId>(ids.begin(), ids.end()).size();
  return usage;
}

ItemPairs DrawNeighbours(const Dataset& dataset, size_t limit, uint64_t seed) {
  ItemPairs pairs;
  for (size_t s = 0; s < dataset.sequence_count(); ++s) {
    const auto items = dataset.sequence_items(s).first(dataset.train_end()[s]);
    for (size_t i = 1; i < items.size(); ++i) {
      // A repeated item shares its whole id with itself, whatever the codes are like.
      if (items[i - 1] != items[i]) pairs.emplace_back(items[i - 1], items[i]);
    }
  }
  Random random(seed);
  Shuffle(pairs, random);
  pairs.resize(std::min(limit, pairs.size()));
  return pairs;
}

PrefixAgreement MeasureAgreement(const SemanticIds& ids, const ItemPairs& neighbours,
                                 uint64_t seed) {
  // Random pairs are made by shuffling the second items, so both kinds of pairs contain every item
  // equally often and popularity cannot explain a difference.
  PrefixAgreement agreement;
  std::vector<uint32_t> second;
  for (const auto& pair : neighbours) second.push_back(pair.second);
  Random random(seed);
  Shuffle(second, random);
  double sum[2] = {}, squares = 0.0;
  for (size_t i = 0; i < neighbours.size(); ++i) {
    const uint32_t first = neighbours[i].first;
    if (second[i] == first) continue;  // an item shares its whole id with itself
    const double shared[2] = {
        static_cast<double>(SharedPrefix(ids[first], ids[neighbours[i].second])),
        static_cast<double>(SharedPrefix(ids[first], ids[second[i]]))};
    for (size_t kind = 0; kind < 2; ++kind) {
      sum[kind] += shared[kind];
      squares += shared[kind] * shared[kind];
    }
    ++agreement.pairs;
  }
  if (agreement.pairs == 0) return agreement;
  const auto count = static_cast<double>(agreement.pairs);
  agreement.shared_levels = sum[0] / count;
  agreement.random_levels = sum[1] / count;
  const double mean = (sum[0] + sum[1]) / (2 * count);
  const double variance = squares / (2 * count) - mean * mean;
  // Pearson's r between the prefix length and the kind of pair. The kind is 0 or 1, equally often,
  // so its standard deviation is 1 / 2 and r reduces to the difference of the means over 2 sigma.
  if (variance > 0.0) {
    const double r =
        (agreement.shared_levels - agreement.random_levels) / (2 * std::sqrt(variance));
    agreement.correlation = r;
    agreement.standard_error = (1 - r * r) / std::sqrt(2 * count);
  }
  return agreement;
}

}  // namespace tsugi
