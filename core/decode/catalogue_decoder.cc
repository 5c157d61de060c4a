#include "core/decode/catalogue_decoder.h"

namespace tsugi {

Result<CatalogueDecoder> CatalogueDecoder::Create(const ItemRows& rows, float logit_scale) {
  TSUGI_ASSIGN_OR_RETURN(ScanQuery query, ScanQuery::Create(rows));
  return CatalogueDecoder(std::move(query), logit_scale);
}

size_t CatalogueDecoder::Decode(const float* hidden, std::span<const uint64_t> blocked,
                                std::span<ScoredItem> out) {
  query_.Prepare(hidden, logit_scale_);
  return ScanTopK(query_, blocked, out);
}

void CatalogueDecoder::ScoreAll(const float* hidden, std::span<float> scores) {
  query_.Prepare(hidden, logit_scale_);
  ScanScores(query_, scores);
}

}  // namespace tsugi
