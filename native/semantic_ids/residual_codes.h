#ifndef TSUGI_NATIVE_SEMANTIC_IDS_RESIDUAL_CODES_H_
#define TSUGI_NATIVE_SEMANTIC_IDS_RESIDUAL_CODES_H_

#include <cstdint>
#include <vector>

#include "core/parts/semantic_ids/language_vocabulary.h"
#include "native/quantize/kmeans.h"

namespace tsugi {

/// Semantic ids by item_index.
using SemanticIds = std::vector<SemanticId>;

/// The codewords of four cascaded codebooks: a vector is about the sum of one of each.
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

/// Residual k-means: each codebook holds the centres of what the ones before have left. Writes each
/// point's nearest codes.
/// Source:  RK-means of GRID (systems of 2025); residual vector quantisation.
/// Differs: residuals are not normalised between the levels, so that codewords add up to vectors.
ResidualCodebooks LearnResidualKMeans(const PointsView& points, uint64_t seed, SemanticIds& ids);

/// What is left of each point in front of `level`: [count, width].
std::vector<float> ResidualsBefore(const PointsView& points, const ResidualCodebooks& codebooks,
                                   const SemanticIds& ids, size_t level);

/// Chooses the last level's codes so that all 256 are used alike and no two items share an id.
///
/// 1. Sinkhorn: the assignment is balanced by optimal transport between items and codes, and each
///    item takes its largest share.
/// 2. Within every group of items with the same first three codes the last codes are matched to the
///    items at the least total cost, so they differ; a group of more than 256 gives its farthest
///    items to the nearest third code that has room.
/// Source:  LC-Rec's uniform semantic mapping (arXiv 2311.09049, section 3.2.2), Sinkhorn-Knopp
///          with eps .003 and 50 rounds; zero-collision reassignment as in CollisionGenRec.
/// Differs: the matching is exact (Hungarian), and Sinkhorn's choice costs nothing in it.
/// Returns how many items had shared an id before.
size_t MakeUnique(const PointsView& points, const ResidualCodebooks& codebooks, SemanticIds& ids);

/// Codewords in another space: of each code the mean of what its items leave there. points [N, W]:
/// the items' vectors in that space.
ResidualCodebooks MeanCodewords(const PointsView& points, const SemanticIds& ids);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_SEMANTIC_IDS_RESIDUAL_CODES_H_
