#include "core/parts/quantised_codes/code_decoder.h"

#include <algorithm>
#include <cmath>

#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

constexpr size_t kUsualLength = 10;
constexpr size_t kMaxGrowth = 4;             // of the candidates, with the length of the list
constexpr size_t kMinItemsPerCandidate = 8;  // fewer, and the exact scan is as fast

}  // namespace

Result<CodeDecoder> CodeDecoder::Create(const ModelView& view, const ItemTable& items) {
  const ItemCodes codes = {view.Find(kItemCodes).as<uint8_t>(),
                           view.Find(kItemCodebooks).as<float>(), view.spec.item_count,
                           view.spec.quantised_codes->count};
  const size_t most = std::min<size_t>(kMaxGrowth * view.spec.quantised_codes->candidates,
                                       view.spec.item_count / kMinItemsPerCandidate + 1);
  TSUGI_ASSIGN_OR_RETURN(ScanQuery query, ScanQuery::Create(items.rows()));
  TSUGI_ASSIGN_OR_RETURN(CodeQuery code_query, CodeQuery::Create(codes, most));
  return CodeDecoder(std::move(query), std::move(code_query), view.spec);
}

size_t CodeDecoder::CandidateCount(size_t k) const {
  if (k <= kUsualLength) return candidates_;
  const double growth = std::sqrt(static_cast<double>(k) / kUsualLength);
  return static_cast<size_t>(static_cast<double>(candidates_) * growth);
}

bool CodeDecoder::Covers(size_t k) const {
  const size_t count = CandidateCount(k);
  return k <= kUsualLength * kMaxGrowth * kMaxGrowth && k <= count &&
         count * kMinItemsPerCandidate <= query_.rows().count();
}

size_t CodeDecoder::Decode(const float* hidden, std::span<const uint64_t> blocked,
                           std::span<ScoredItem> out) {
  TSUGI_DCHECK(Covers(out.size()));
  query_.Prepare(hidden, logit_scale_);
  codes_.Prepare(hidden);
  return ScoreTopK(query_, codes_.FindBest(blocked, CandidateCount(out.size())), out);
}

}  // namespace tsugi
