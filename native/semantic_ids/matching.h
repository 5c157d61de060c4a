#ifndef TSUGI_NATIVE_SEMANTIC_IDS_MATCHING_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_MATCHING_H_

#include <cstddef>
#include <vector>

namespace tsugi {

/// Assigns a different column to every row so that the sum of the costs is minimal. costs [rows,
/// columns], rows <= columns. Returns the column of each row, in O(rows^2 * columns).
/// Source: the Hungarian algorithm with potentials (Kuhn 1955, Jonker and Volgenant 1987).
std::vector<size_t> MatchAtLeastCost(const std::vector<double>& costs, size_t rows, size_t columns);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_MATCHING_H_
