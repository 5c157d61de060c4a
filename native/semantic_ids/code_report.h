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
  std::array<size_t, kCodeLevels> used = {};          ///< codes that an item has
  std::array<double, kCodeLevels> entropy_bits = {};  ///< of a level's codes, at most 8
  size_t distinct = 0;                                ///< different ids
  /// Whether a codebook has collapsed: a level whose codes carry less than half of what as many
  /// items could use.
  bool is_collapsed = false;
};
CodeUsage MeasureUsage(const SemanticIds& ids);

/// Whether items that follow each other in the training part of sequences begin alike, against
/// pairs made of the same items at random.
struct PrefixAgreement {
  size_t pairs = 0;           ///< that follow each other, and as many at random
  double shared_levels = 0;   ///< mean length of the shared prefix of a pair that follows
  double random_levels = 0;   ///< the same of a random pair
  double correlation = 0;     ///< of the shared prefix's length with following each other (Pearson)
  double standard_error = 0;  ///< of the correlation
};

/// Pairs of different items next to each other, at most `limit`, drawn by `seed`.
using ItemPairs = std::vector<std::pair<uint32_t, uint32_t>>;
ItemPairs DrawNeighbours(const Dataset& dataset, size_t limit, uint64_t seed);
PrefixAgreement MeasureAgreement(const SemanticIds& ids, const ItemPairs& neighbours,
                                 uint64_t seed);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_CODE_REPORT_H_
