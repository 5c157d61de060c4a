#include "native/studies/shift/interactions.h"

#include <algorithm>

namespace tsugi {

Interactions::Interactions(size_t user_count, std::vector<Interaction> pairs)
    : offsets_(user_count + 1) {
  // Sorted by user and then item: each user's items lie together, and `contains` can bisect them.
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  items_.reserve(pairs.size());
  for (const auto& [user, item] : pairs) {
    ++offsets_[user + 1];
    items_.push_back(item);
  }
  for (size_t u = 0; u < user_count; ++u) offsets_[u + 1] += offsets_[u];
}

bool Interactions::contains(uint32_t user, uint32_t item) const {
  const auto items = of(user);
  return std::binary_search(items.begin(), items.end(), item);
}

std::vector<Interaction> Interactions::pairs() const {
  std::vector<Interaction> all;
  all.reserve(size());
  for (uint32_t u = 0; u < user_count(); ++u) {
    for (const uint32_t item : of(u)) all.emplace_back(u, item);
  }
  return all;
}

std::vector<uint32_t> ShiftData::ItemCounts() const {
  std::vector<uint32_t> counts(item_count);
  for (const auto& [user, item] : train.pairs()) ++counts[item];
  return counts;
}

}  // namespace tsugi
