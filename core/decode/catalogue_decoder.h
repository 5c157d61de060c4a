#ifndef TSUGI_CORE_DECODE_CATALOGUE_DECODER_H_
#define TSUGI_CORE_DECODE_CATALOGUE_DECODER_H_

#include <span>

#include "core/kernels/item_scan.h"

namespace tsugi {

/// Ranks rows of items exactly: score = logit_scale * <hidden, item row>.
/// Threads: one at a time (the prepared query is kept inside).
class CatalogueDecoder {
 public:
  /// Errors: kOutOfMemory.
  static Result<CatalogueDecoder> Create(const ItemRows& rows, float logit_scale);

  /// Shapes, filter bits and ties as ScanTopK; hidden [D] f32. Returns the number of items written.
  size_t Decode(const float* hidden, std::span<const uint64_t> blocked, std::span<ScoredItem> out);

  /// scores [rows] f32, the numbers that Decode ranks by.
  void ScoreAll(const float* hidden, std::span<float> scores);

 private:
  CatalogueDecoder(ScanQuery query, float logit_scale)
      : query_(std::move(query)), logit_scale_(logit_scale) {}

  ScanQuery query_;
  float logit_scale_;
};

}  // namespace tsugi

#endif  // TSUGI_CORE_DECODE_CATALOGUE_DECODER_H_
