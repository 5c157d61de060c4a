#ifndef TSUGI_NATIVE_QUANTIZE_KMEANS_H_
#define TSUGI_NATIVE_QUANTIZE_KMEANS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsugi {

/// Points with `width` dimensions each, row-major. Borrows.
struct PointsView {
  std::span<const float> values;  ///< [count, width]
  size_t width = 1;
  size_t count() const { return values.size() / width; }
  const float* point(size_t i) const { return values.data() + i * width; }
};

/// Finds `k` centres [k, width] of the points by k-means: a k-means++ start, then at most
/// `iterations` steps of Lloyd's algorithm. A centre without points moves to the point that is
/// farthest from its own centre. With fewer distinct points than centres, some centres are equal.
/// Equal input gives equal results. Requires: at least one point, all finite; k >= 1.
/// Source: Arthur and Vassilvitskii 2007 (k-means++).
std::vector<float> FindCentres(const PointsView& points, size_t k, size_t iterations,
                               uint64_t seed);

/// Returns the index of the centre nearest to `point`, the lowest one on a tie. centres [k, width].
/// *distance (may be null) gets the squared distance.
size_t NearestCentre(const float* point, const PointsView& centres, float* distance = nullptr);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_KMEANS_H_
