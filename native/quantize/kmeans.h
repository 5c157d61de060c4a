#ifndef TSUGI_NATIVE_QUANTIZE_KMEANS_H_
#define TSUGI_NATIVE_QUANTIZE_KMEANS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tsugi {

/// Points of `width` dimensions, row-major. Borrows.
struct PointsView {
  std::span<const float> values;  ///< [count, width]
  size_t width = 1;
  size_t count() const { return values.size() / width; }
  const float* point(size_t i) const { return values.data() + i * width; }
};

/// Finds `k` centres [k, width] of the points: k-means++ start, then at most `iterations` steps of
/// Lloyd's algorithm. A centre that no point is nearest to moves to the point that is served worst.
/// With fewer distinct points than centres, some centres are equal. The same input gives the same
/// result. Requires: at least one point, all finite; k >= 1.
std::vector<float> FindCentres(const PointsView& points, size_t k, size_t iterations,
                               uint64_t seed);

/// Index of the centre nearest to `point`; the first of equals. centres [k, width].
size_t NearestCentre(const float* point, const PointsView& centres, float* distance = nullptr);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTIZE_KMEANS_H_
