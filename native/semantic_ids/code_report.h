#ifndef TSUGI_NATIVE_SEMANTIC_IDS_CODE_REPORT_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_CODE_REPORT_H_

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "native/dataset/dataset.h"
#include "native/semantic_ids/residual_codes.h"

namespace tsugi {

/// How a set of semantic ids uses its codes.
struct CodeUsage {
  std::array<size_t, kCodeLevels> used = {};          ///< number of codes in use, for each level
  std::array<double, kCodeLevels> entropy_bits = {};  ///< entropy of each level's codes, at most 8
  size_t distinct = 0;                                ///< number of distinct ids
  /// Whether a codebook has collapsed: the entropy of some level is less than half of the most that
  /// this number of items could have.
  bool is_collapsed = false;
};
CodeUsage MeasureUsage(const SemanticIds& ids);

/// Whether items that follow each other in the training part share longer prefixes than random
/// pairs of the same items.
struct PrefixAgreement {
  size_t pairs = 0;           ///< number of adjacent pairs, and of random ones
  double shared_levels = 0;   ///< mean length of the common prefix of adjacent items
  double random_levels = 0;   ///< mean length of the common prefix of random pairs
  double correlation = 0;     ///< Pearson, between prefix length and being adjacent
  double standard_error = 0;  ///< of the correlation
};

/// Draws at most `limit` pairs of adjacent, different items of the training part.
using ItemPairs = std::vector<std::pair<uint32_t, uint32_t>>;
ItemPairs DrawNeighbours(const Dataset& dataset, size_t limit, uint64_t seed);
/// Compares `neighbours` with as many random pairs, drawn by `seed`.
PrefixAgreement MeasureAgreement(const SemanticIds& ids, const ItemPairs& neighbours,
                                 uint64_t seed);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_CODE_REPORT_H_
