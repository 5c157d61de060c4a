#include "native/quantize/kmeans.h"

#include <algorithm>
#include <limits>

#include "core/base/random.h"

namespace tsugi {
namespace {

float SquaredDistance(const float* a, const float* b, size_t width) {
  float sum = 0.0f;
  for (size_t d = 0; d < width; ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return sum;
}

// The start of k-means++: each next centre is a point, drawn in proportion to its squared distance
// from the nearest centre so far. A point that already is a centre has distance 0 and is not drawn
// again while another one is left.
std::vector<float> SpreadCentres(const PointsView& points, size_t k, Random& random) {
  std::vector<float> centres;
  std::vector<float> distances(points.count(), std::numeric_limits<float>::max());
  size_t chosen = static_cast<size_t>(random.NextBelow(points.count()));
  for (size_t c = 0; c < k; ++c) {
    centres.insert(centres.end(), points.point(chosen), points.point(chosen) + points.width);
    double total = 0.0;
    for (size_t i = 0; i < points.count(); ++i) {
      distances[i] = std::min(distances[i],
                              SquaredDistance(points.point(i), points.point(chosen), points.width));
      total += distances[i];
    }
    // The loop ends at the last point at the latest, so rounding in `left` cannot run past the end.
    double left = random.NextUniform() * total;
    for (chosen = 0; chosen + 1 < points.count(); ++chosen) {
      left -= distances[chosen];
      if (left < 0.0) break;
    }
  }
  return centres;
}

struct Assignment {
  std::vector<double> sums;    // [k, width]; double, since float sums of many points lose digits
  std::vector<size_t> counts;  // [k]
  size_t worst = 0;            // the point farthest from its centre
};

// Assigns every point to its nearest centre and sums the points of each centre. The farthest point
// is kept for a centre that gets none.
Assignment Assign(const PointsView& points, const PointsView& centres) {
  Assignment result{std::vector<double>(centres.values.size()),
                    std::vector<size_t>(centres.count()), 0};
  float farthest = -1.0f;
  for (size_t i = 0; i < points.count(); ++i) {
    float distance = 0.0f;
    const size_t c = NearestCentre(points.point(i), centres, &distance);
    ++result.counts[c];
    for (size_t d = 0; d < points.width; ++d) {
      result.sums[c * points.width + d] += static_cast<double>(points.point(i)[d]);
    }
    if (distance > farthest) {
      farthest = distance;
      result.worst = i;
    }
  }
  return result;
}

}  // namespace

size_t NearestCentre(const float* point, const PointsView& centres, float* distance) {
  size_t nearest = 0;
  float least = std::numeric_limits<float>::max();
  for (size_t c = 0; c < centres.count(); ++c) {
    const float d = SquaredDistance(point, centres.point(c), centres.width);
    if (d < least) {
      least = d;
      nearest = c;
    }
  }
  if (distance != nullptr) *distance = least;
  return nearest;
}

std::vector<float> FindCentres(const PointsView& points, size_t k, size_t iterations,
                               uint64_t seed) {
  Random random(seed);
  std::vector<float> centres = SpreadCentres(points, k, random);
  // Lloyd's algorithm: assign, then move every centre to the mean of its points. The error never
  // rises, so it stops when no centre moves.
  for (size_t step = 0; step < iterations; ++step) {
    const Assignment assigned = Assign(points, {centres, points.width});
    bool has_moved = false;
    for (size_t c = 0; c < k; ++c) {
      for (size_t d = 0; d < points.width; ++d) {
        float& value = centres[c * points.width + d];
        const double mean =
            assigned.counts[c] == 0
                ? static_cast<double>(points.point(assigned.worst)[d])
                : assigned.sums[c * points.width + d] / static_cast<double>(assigned.counts[c]);
        has_moved = has_moved || value != static_cast<float>(mean);
        value = static_cast<float>(mean);
      }
    }
    if (!has_moved) break;
  }
  return centres;
}

}  // namespace tsugi
