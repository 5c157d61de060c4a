#ifndef TSUGI_CORE_BASE_EDIT_DISTANCE_H_
#define TSUGI_CORE_BASE_EDIT_DISTANCE_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tsugi {

/// Levenshtein distance: the fewest insertions, deletions and replacements of a byte that turn `a`
/// into `b`.
inline size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

/// The one of `count` candidates that is nearest to `word`, the first of equals; empty without any.
/// `candidate(i)` gives the i-th as a view that lives on.
template <typename Candidate>
std::string_view NearestOf(std::string_view word, size_t count, const Candidate& candidate) {
  std::string_view best;
  size_t least = static_cast<size_t>(-1);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = candidate(i);
    const size_t distance = EditDistance(word, name);
    if (distance >= least) continue;
    least = distance;
    best = name;
  }
  return best;
}

}  // namespace tsugi

#endif  // TSUGI_CORE_BASE_EDIT_DISTANCE_H_
