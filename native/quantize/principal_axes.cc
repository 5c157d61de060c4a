#include "native/quantize/principal_axes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tsugi {
namespace {

// The Jacobi method converges quadratically, so a handful of sweeps is the rule; the limit only
// guards against an endless loop.
constexpr int kMaxSweeps = 50;
// The matrix counts as diagonal when the squares off the diagonal are this share of all squares.
constexpr double kSmall = 1e-24;

// A symmetric matrix and the rotation that has been applied to it.
struct JacobiState {
  size_t size;
  std::vector<double> matrix;   // [size, size]
  std::vector<double> vectors;  // [size, size], row i belongs to diagonal entry i

  double& at(size_t i, size_t j) { return matrix[i * size + j]; }

  // Rotates axes p and q so that entry (p, q) becomes 0. t = tan of the smaller of the two possible
  // angles, in the form that does not cancel when theta is large.
  void Rotate(size_t p, size_t q) {
    const double theta = (at(q, q) - at(p, p)) / (2.0 * at(p, q));
    const double t = (theta >= 0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
    const double c = 1.0 / std::sqrt(t * t + 1.0), s = t * c;
    for (size_t k = 0; k < size; ++k) Mix(matrix[k * size + p], matrix[k * size + q], c, s);
    for (size_t k = 0; k < size; ++k) Mix(matrix[p * size + k], matrix[q * size + k], c, s);
    for (size_t k = 0; k < size; ++k) Mix(vectors[p * size + k], vectors[q * size + k], c, s);
  }
  static void Mix(double& a, double& b, double c, double s) {
    const double old = a;
    a = c * old - s * b;
    b = s * old + c * b;
  }
};

// Two passes, mean first: E[xy] - E[x]E[y] would cancel for points far from the origin.
std::vector<double> Covariance(const PointsView& points) {
  const size_t width = points.width;
  std::vector<double> mean(width), sums(width * width);
  for (size_t i = 0; i < points.count(); ++i) {
    for (size_t d = 0; d < width; ++d) mean[d] += static_cast<double>(points.point(i)[d]);
  }
  for (double& v : mean) v /= static_cast<double>(points.count());
  std::vector<double> centred(width);
  for (size_t i = 0; i < points.count(); ++i) {
    for (size_t d = 0; d < width; ++d) {
      centred[d] = static_cast<double>(points.point(i)[d]) - mean[d];
    }
    for (size_t a = 0; a < width; ++a) {
      for (size_t b = 0; b < width; ++b) sums[a * width + b] += centred[a] * centred[b];
    }
  }
  for (double& v : sums) v /= static_cast<double>(points.count());
  return sums;
}

}  // namespace

PrincipalAxes FindPrincipalAxes(const PointsView& points) {
  const size_t width = points.width;
  JacobiState state{width, Covariance(points), std::vector<double>(width * width)};
  for (size_t i = 0; i < width; ++i) state.vectors[i * width + i] = 1.0;
  double total = 0.0;
  for (const double v : state.matrix) total += v * v;
  for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
    double off_diagonal = 0.0;
    for (size_t p = 0; p < width; ++p) {
      for (size_t q = p + 1; q < width; ++q) {
        off_diagonal += state.at(p, q) * state.at(p, q);
        if (state.at(p, q) != 0.0) state.Rotate(p, q);
      }
    }
    if (off_diagonal <= kSmall * total) break;
  }
  std::vector<size_t> order(width);
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order,
                           [&](size_t a, size_t b) { return state.at(a, a) > state.at(b, b); });
  PrincipalAxes result;
  for (const size_t i : order) {
    // Rounding can leave a variance of 0 slightly negative.
    result.variances.push_back(std::max(state.at(i, i), 0.0));
    for (size_t d = 0; d < width; ++d) {
      result.axes.push_back(static_cast<float>(state.vectors[i * width + d]));
    }
  }
  return result;
}

std::vector<float> BalancedRotation(const PrincipalAxes& axes, size_t part_width) {
  const size_t width = axes.variances.size();
  const size_t parts = width / part_width;
  std::vector<std::vector<size_t>> members(parts);
  std::vector<double> logs(parts, 0.0);
  // Greedy: the largest variance that is left goes to the part with the smallest product so far
  // among those that still have room.
  for (size_t i = 0; i < width; ++i) {
    size_t poorest = parts;
    for (size_t p = 0; p < parts; ++p) {
      if (members[p].size() == part_width) continue;
      if (poorest == parts || logs[p] < logs[poorest]) poorest = p;
    }
    members[poorest].push_back(i);
    // Relative to the smallest variance, so that every logarithm is positive: otherwise a product
    // could fall as members join, and an empty part would not be the one to fill first.
    logs[poorest] += std::log((axes.variances[i] + 1e-30) / (axes.variances.back() + 1e-30)) + 1e-9;
  }
  std::vector<float> rotation;
  for (const auto& part : members) {
    for (const size_t i : part) {
      rotation.insert(rotation.end(), axes.axes.begin() + static_cast<ptrdiff_t>(i * width),
                      axes.axes.begin() + static_cast<ptrdiff_t>((i + 1) * width));
    }
  }
  return rotation;
}

}  // namespace tsugi
