#ifndef TSUGI_NATIVE_QUANTISED_CODES_PRODUCT_QUANTIZER_H_
#define TSUGI_NATIVE_QUANTISED_CODES_PRODUCT_QUANTIZER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/quantize/kmeans.h"

namespace tsugi {

struct ProductQuantizerOptions {
  size_t part_width = 4;   ///< dimensions per code
  size_t codewords = 16;   ///< per part, at most 256
  size_t iterations = 20;  ///< of k-means
  size_t refinements = 4;  ///< rounds of coding the sample and solving for better codewords
  /// Weight of the squared error along a vector against that across it, >= 1. Whoever ranks a
  /// vector high points its way, so that error moves its score most; 1 = plain product codes.
  double parallel_weight = 4.0;
  uint64_t seed = 1;
};

/// Codes vectors part by part with a few codewords each, so that inner products with a query that
/// ranks the vector high come out well:
///   loss(x) = |r|^2 + (parallel_weight - 1) <r, x / |x|>^2,  r = x - its codewords
///
/// Source:  product quantisation, Jegou et al., PAMI 2011; the loss from Guo et al., ICML 2020
///          (score-aware quantisation), section 3.
/// Differs: one weight for all vectors; codes found part by part, from the nearest codewords on.
class ProductQuantizer {
 public:
  /// Learns from a sample. Requires: part_width divides points.width; at least one point.
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
  /// Solves for the codewords of part j that suit the sample's codes best.
  void SolveCodewords(const PointsView& points, std::span<const uint8_t> codes, size_t j);
  /// <x - its codewords, x / |x|>, without part j.
  double ParallelRest(const float* vector, const uint8_t* codes, size_t j, double length) const;

  size_t width_;
  size_t part_width_;
  size_t per_part_;
  double extra_weight_;
  std::vector<float> codewords_;  ///< [m, codewords, part_width]
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_QUANTISED_CODES_PRODUCT_QUANTIZER_H_
