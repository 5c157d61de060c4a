#include "core/parts/quantised_codes/code_ranker.h"

#include <algorithm>
#include <cmath>

#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

// The list for which export measures how many of the exact items are kept.
constexpr size_t kUsualLength = 10;
constexpr size_t kMaxGrowth = 4;             // of the candidates, with the length of the list
constexpr size_t kMinItemsPerCandidate = 8;  // fewer, and the exact scan is as fast

}  // namespace

Result<std::unique_ptr<CodeRanker>> CodeRanker::Create(const ModelView& view, TableRanker& table) {
  const ItemCodes codes = {view.Find(kItemCodes).as<uint8_t>(),
                           view.Find(kItemCodebooks).as<float>(), view.spec.item_count,
                           view.spec.quantised_codes->count};
  // Scratch for the largest request that Covers lets through, so that no request allocates.
  const size_t most = std::min<size_t>(kMaxGrowth * view.spec.quantised_codes->candidates,
                                       view.spec.item_count / kMinItemsPerCandidate + 1);
  TSUGI_ASSIGN_OR_RETURN(CodeQuery query, CodeQuery::Create(codes, most));
  return std::unique_ptr<CodeRanker>(new CodeRanker(std::move(query), view.spec, table));
}

size_t CodeRanker::CandidateCount(size_t k) const {
  if (k <= kUsualLength) return candidates_;
  const double growth = std::sqrt(static_cast<double>(k) / kUsualLength);
  return static_cast<size_t>(static_cast<double>(candidates_) * growth);
}

// At k = 10 * 4 * 4 the square root reaches kMaxGrowth, and with it the end of the scratch memory.
bool CodeRanker::Covers(size_t k) const {
  const size_t count = CandidateCount(k);
  return k <= kUsualLength * kMaxGrowth * kMaxGrowth && k <= count &&
         count * kMinItemsPerCandidate <= item_count_;
}

// The codes only choose candidates; their scores come from the table. Added items have no codes, so
// TopOf ranks all of them.
Result<std::span<const ScoredItem>> CodeRanker::Top(const RankRequest& request,
                                                    std::span<const uint64_t> blocked,
                                                    size_t count) {
  if (request.options.exact || !Covers(count)) return table_.Top(request.query, blocked, count);
  codes_.Prepare(request.query);
  const auto candidates = codes_.FindBest(blocked, CandidateCount(count));
  return table_.TopOf(candidates, request.query, blocked, count);
}

}  // namespace tsugi
