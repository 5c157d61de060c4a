#ifndef TSUGI_NATIVE_QUANTISED_CODES_PRODUCT_QUANTIZER_H_
#define TSUGI_NATIVE_QUANTISED_CODES_PRODUCT_QUANTIZER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/quantize/kmeans.h"

namespace tsugi {

/// The principal axes of points: the eigenvectors of their covariance.
struct PrincipalAxes {
  std::vector<double> variances;  ///< [D], descending
  std::vector<float> axes;        ///< [D, D], row i is the unit vector of variances[i]
};

/// Computes the principal axes. Requires: at least one point, all finite.
/// Source: the cyclic Jacobi method (Golub and Van Loan, section 8.5).
PrincipalAxes FindPrincipalAxes(const PointsView& points);

/// Returns a rotation [D, D] after which every group of `part_width` consecutive dimensions has
/// about the same product of variances, so that codes with the same number of bits serve all groups
/// equally well.
/// Source: eigenvalue allocation of parametric OPQ, Ge et al., PAMI 2014, section 3.2.2.
/// Requires: part_width divides D.
std::vector<float> BalancedRotation(const PrincipalAxes& axes, size_t part_width);

/// How to learn a product quantizer.
struct ProductQuantizerOptions {
  size_t part_width = 4;   ///< dimensions per code
  size_t codewords = 16;   ///< codewords of a part, at most 256
  size_t iterations = 20;  ///< iterations of k-means
  size_t refinements = 4;  ///< rounds of encoding the sample and solving for better codewords
  /// Weight of the squared error along a vector relative to the error across it, >= 1. A query that
  /// ranks a vector high points in about its direction, so error in that direction changes the
  /// score most. 1 = plain product quantisation.
  double parallel_weight = 4.0;
  uint64_t seed = 1;
};

/// Encodes vectors part by part, each part by one of a few codewords. It preserves the inner
/// products with queries that rank a vector high, by minimising
///   loss(x) = |r|^2 + (parallel_weight - 1) <r, x / |x|>^2 with r = x - codewords of x
///
/// Source:  product quantisation, Jegou et al., PAMI 2011; the loss from Guo et al., ICML 2020
///          (score-aware quantisation), section 3.
/// Differs: all vectors have the same weight; codes are improved part by part, starting with the
///          nearest codewords.
class ProductQuantizer {
 public:
  /// Learns the codewords from a sample. Requires: part_width divides points.width; at least one
  /// point.
  static ProductQuantizer Learn(const PointsView& points, const ProductQuantizerOptions& options);

  size_t code_count() const { return width_ / part_width_; }  ///< m
  /// Writes the codes [m] of a vector [D].
  void Encode(const float* vector, std::span<uint8_t> codes) const;
  /// Codeword c of part j, [part_width].
  const float* codeword(size_t j, size_t c) const {
    return codewords_.data() + (j * per_part_ + c) * part_width_;
  }

 private:
  ProductQuantizer(size_t width, const ProductQuantizerOptions& options)
      : width_(width),
        part_width_(options.part_width),
        per_part_(options.codewords),
        extra_weight_(options.parallel_weight - 1.0) {}
  /// Solves for the codewords of part j that minimise the loss for the given codes of the sample.
  void SolveCodewords(const PointsView& points, std::span<const uint8_t> codes, size_t j);
  /// <x - codewords of x, x / |x|>, summed over all parts except j.
  double ParallelRest(const float* vector, const uint8_t* codes, size_t j, double length) const;

  size_t width_;
  size_t part_width_;
  size_t per_part_;
  double extra_weight_;
  std::vector<float> codewords_;  ///< [m, codewords, part_width]
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTISED_CODES_PRODUCT_QUANTIZER_H_
