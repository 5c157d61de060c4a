#include "native/quantised_codes/product_quantizer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace tsugi {
namespace {

// The Jacobi method converges quadratically, so a handful of sweeps is the rule; the limit only
// guards against an endless loop.
constexpr int kMaxJacobiSweeps = 50;
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
  for (int sweep = 0; sweep < kMaxJacobiSweeps; ++sweep) {
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

namespace {

constexpr int kMaxSweeps = 4;  // over the parts of one vector; most change nothing after two

double Dot(const float* a, const float* b, size_t width) {
  double sum = 0.0;
  for (size_t d = 0; d < width; ++d) sum += static_cast<double>(a[d]) * b[d];
  return sum;
}

// The length of a vector; 1 for zeros, whose direction does not matter.
double LengthOf(const float* vector, size_t width) {
  const double length = std::sqrt(Dot(vector, vector, width));
  return length > 0.0 ? length : 1.0;
}

// Solves matrix [n, n] * x = right by Gauss-Jordan elimination with pivots, in place; false if the
// matrix is singular. n is part_width, i.e. 4: no library is worth it.
bool Solve(size_t n, std::vector<double>& matrix, std::vector<double>& right) {
  for (size_t column = 0; column < n; ++column) {
    size_t pivot = column;
    for (size_t r = column + 1; r < n; ++r) {
      if (std::fabs(matrix[r * n + column]) > std::fabs(matrix[pivot * n + column])) pivot = r;
    }
    if (std::fabs(matrix[pivot * n + column]) < 1e-12) return false;
    for (size_t c = 0; c < n; ++c) std::swap(matrix[column * n + c], matrix[pivot * n + c]);
    std::swap(right[column], right[pivot]);
    for (size_t r = 0; r < n; ++r) {
      if (r == column) continue;
      const double factor = matrix[r * n + column] / matrix[column * n + column];
      for (size_t c = column; c < n; ++c) matrix[r * n + c] -= factor * matrix[column * n + c];
      right[r] -= factor * right[column];
    }
  }
  for (size_t r = 0; r < n; ++r) right[r] /= matrix[r * n + r];
  return true;
}

}  // namespace

ProductQuantizer ProductQuantizer::Learn(const PointsView& points,
                                         const ProductQuantizerOptions& options) {
  ProductQuantizer quantizer(points.width, options);
  const size_t width = options.part_width, parts = quantizer.code_count();
  // Plain product quantisation as the start: k-means in every part by itself.
  std::vector<float> part(points.count() * width);
  for (size_t j = 0; j < parts; ++j) {
    for (size_t i = 0; i < points.count(); ++i) {
      std::copy_n(points.point(i) + j * width, width, part.data() + i * width);
    }
    const auto centres =
        FindCentres({part, width}, options.codewords, options.iterations, options.seed + j);
    quantizer.codewords_.insert(quantizer.codewords_.end(), centres.begin(), centres.end());
  }
  if (quantizer.extra_weight_ <= 0.0) return quantizer;
  // Then alternate, as k-means does, but under the full loss, which couples the parts: codes for
  // given codewords, codewords for given codes.
  std::vector<uint8_t> codes(points.count() * parts);
  for (size_t round = 0; round < options.refinements; ++round) {
    for (size_t i = 0; i < points.count(); ++i) {
      quantizer.Encode(points.point(i), std::span(codes).subspan(i * parts, parts));
    }
    for (size_t j = 0; j < parts; ++j) quantizer.SolveCodewords(points, codes, j);
  }
  return quantizer;
}

void ProductQuantizer::Encode(const float* vector, std::span<uint8_t> codes) const {
  const size_t parts = code_count();
  const double inverse = 1.0 / LengthOf(vector, width_);
  // For every codeword, the two terms of the loss are computed once: its squared error, and the
  // error's component along the vector. Changing one code then changes the loss in O(1).
  std::vector<float> squares(parts * per_part_), along(parts * per_part_);
  float parallel = 0.0f;
  for (size_t j = 0; j < parts; ++j) {
    const float* x = vector + j * part_width_;
    size_t nearest = 0;
    for (size_t c = 0; c < per_part_; ++c) {
      const float* word = codeword(j, c);
      float square = 0.0f, dot = 0.0f;
      for (size_t d = 0; d < part_width_; ++d) {
        const float error = x[d] - word[d];
        square += error * error;
        dot += error * x[d];
      }
      squares[j * per_part_ + c] = square;
      along[j * per_part_ + c] = dot * static_cast<float>(inverse);
      if (square < squares[j * per_part_ + nearest]) nearest = c;
    }
    codes[j] = static_cast<uint8_t>(nearest);
    parallel += along[j * per_part_ + nearest];
  }
  const auto weight = static_cast<float>(extra_weight_);
  // Coordinate descent from the nearest codewords: `parallel` is the error along the vector summed
  // over all parts, and each part picks the code that is best given the others.
  bool has_changed = weight > 0.0f;
  for (int sweep = 0; sweep < kMaxSweeps && has_changed; ++sweep) {
    has_changed = false;
    for (size_t j = 0; j < parts; ++j) {
      const float* square = squares.data() + j * per_part_;
      const float* dot = along.data() + j * per_part_;
      const float rest = parallel - dot[codes[j]];
      size_t best = codes[j];
      float least = square[best] + weight * parallel * parallel;
      for (size_t c = 0; c < per_part_; ++c) {
        const float loss = square[c] + weight * (rest + dot[c]) * (rest + dot[c]);
        if (loss < least) {
          least = loss;
          best = c;
        }
      }
      has_changed = has_changed || best != codes[j];
      codes[j] = static_cast<uint8_t>(best);
      parallel = rest + dot[best];
    }
  }
}

double ProductQuantizer::ParallelRest(const float* vector, const uint8_t* codes, size_t j,
                                      double length) const {
  double rest = length;  // <x, x> / |x|
  for (size_t k = 0; k < code_count(); ++k) {
    const float* x = vector + k * part_width_;
    rest -= (k == j ? Dot(x, x, part_width_) : Dot(x, codeword(k, codes[k]), part_width_)) / length;
  }
  return rest;
}

// Sets the gradient of the summed loss to zero. With u = x / |x|, w = parallel_weight - 1, and sums
// over the sample's vectors that use the codeword:
//   (count I + w sum u_j u_j^T) codeword = sum x_j + w sum (rest + <u_j, x_j>) u_j.
void ProductQuantizer::SolveCodewords(const PointsView& points, std::span<const uint8_t> codes,
                                      size_t j) {
  const size_t n = part_width_, parts = code_count();
  std::vector<std::vector<double>> matrices(per_part_, std::vector<double>(n * n));
  std::vector<std::vector<double>> rights(per_part_, std::vector<double>(n));
  for (size_t i = 0; i < points.count(); ++i) {
    const float* vector = points.point(i);
    const uint8_t* code = codes.data() + i * parts;
    const float* x = vector + j * n;
    const double length = LengthOf(vector, width_);
    const double wanted = ParallelRest(vector, code, j, length) + Dot(x, x, n) / length;
    auto& matrix = matrices[code[j]];
    auto& right = rights[code[j]];
    for (size_t a = 0; a < n; ++a) {
      const double u = x[a] / length;
      matrix[a * n + a] += 1.0;
      right[a] += x[a] + extra_weight_ * wanted * u;
      for (size_t b = 0; b < n; ++b) matrix[a * n + b] += extra_weight_ * u * (x[b] / length);
    }
  }
  for (size_t c = 0; c < per_part_; ++c) {
    // A codeword that no vector uses keeps its value.
    if (matrices[c][0] == 0.0 || !Solve(n, matrices[c], rights[c])) continue;
    float* word = codewords_.data() + (j * per_part_ + c) * n;
    for (size_t d = 0; d < n; ++d) word[d] = static_cast<float>(rights[c][d]);
  }
}

}  // namespace tsugi
