#ifndef TSUGI_NATIVE_SEMANTIC_IDS_RESIDUAL_CODES_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_RESIDUAL_CODES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/quantize/kmeans.h"
#include "native/semantic_ids/semantic_ids.h"

namespace tsugi {

/// The codewords of four cascaded codebooks. A vector is approximated by the sum of one codeword of
/// each.
struct ResidualCodebooks {
  size_t width = 0;
  std::vector<float> codewords;  ///< [levels, 256, width]

  const float* codeword(size_t level, size_t code) const {
    return codewords.data() + (level * kLevelCodes + code) * width;
  }
  float* codeword(size_t level, size_t code) {
    return codewords.data() + (level * kLevelCodes + code) * width;
  }
  PointsView level(size_t l) const { return {{codeword(l, 0), kLevelCodes * width}, width}; }
};

/// Learns codebooks by residual k-means: the codewords of a level are the centres of the residuals
/// that the levels before leave. Writes the codes of each point to `ids`.
/// Source:  residual vector quantisation; RK-means in GRID (2025).
/// Differs: residuals are not normalised between the levels, so that codewords add up to vectors.
ResidualCodebooks LearnResidualKMeans(const PointsView& points, uint64_t seed, SemanticIds& ids);

/// The residual of each point before `level`, i.e. minus its codewords of the levels below: [count,
/// width].
std::vector<float> ResidualsBefore(const PointsView& points, const ResidualCodebooks& codebooks,
                                   const SemanticIds& ids, size_t level);

/// Chooses new codes for the last level, so that all 256 codes are used about equally and no two
/// items share an id. Returns the number of items that shared an id before.
///
/// 1. Groups of more than 256 items with the same first three codes give the items farthest from
///    their third codeword to the nearest third code with room.
/// 2. Optimal transport between items and codes (Sinkhorn) proposes a balanced code for each item.
/// 3. Within each group, items are matched to codes at the least total cost, so all ids differ. The
///    proposed code of an item costs slightly less than its nearest code.
/// Source:  LC-Rec's uniform semantic mapping (arXiv 2311.09049, section 3.2.2), Sinkhorn-Knopp
///          with eps .003 and 50 rounds; zero-collision reassignment as in CollisionGenRec.
/// Differs: the matching is exact (Hungarian).
size_t MakeUnique(const PointsView& points, const ResidualCodebooks& codebooks, SemanticIds& ids);

/// Computes codewords for the same ids in another vector space: the codeword of a code is the mean
/// residual of the items that have it. points [N, W]: the vectors of the items in that space.
ResidualCodebooks MeanCodewords(const PointsView& points, const SemanticIds& ids);

/// Assigns a different column to every row so that the sum of the costs is minimal. costs [rows,
/// columns], rows <= columns. Returns the column of each row, in O(rows^2 * columns).
/// Source: the Hungarian algorithm with potentials (Kuhn 1955, Jonker and Volgenant 1987).
std::vector<size_t> MatchAtLeastCost(const std::vector<double>& costs, size_t rows, size_t columns);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_RESIDUAL_CODES_H_
