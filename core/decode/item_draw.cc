#include "core/decode/item_draw.h"

#include <algorithm>

#include "core/base/numbers.h"

namespace tsugi {
namespace {

// At most exp(0) = 1, so a sum over 2^28 items does not overflow.
double Weight(double score, double highest, double inverse_temperature) {
  return PortableExp(std::min((score - highest) * inverse_temperature, 0.0));
}

}  // namespace

// The noise exceeds x > 0 only if 1 - u < e^-x. That is decided by the leading bits of the random
// number for nearly every item, without a logarithm.
void ItemDraw::Offer(uint32_t item_index, float score) {
  constexpr double kLog2E = 1.4426950408889634;
  const double logit = score * inverse_temperature_;
  const uint64_t bits = noise_.At(uint64_t{item_index} + 1);
  if (!is_empty_ && best_ > logit) {
    const auto leading = SaturatingCast<int>(std::min((best_ - logit) * kLog2E, 53.0));
    if (leading > 0 && ~bits >> (64 - leading) != 0) return;
  }
  // 53 bits and a half: never 0 or 1, so both logarithms are finite.
  const double uniform = (static_cast<double>(bits >> 11) + 0.5) * 0x1.0p-53;
  const double value = logit - PortableLog(-PortableLog(uniform));
  if (!is_empty_ && !(value > best_)) return;
  is_empty_ = false;
  best_ = value;
  item_index_ = item_index;
}

double SoftmaxTotal(std::span<const float> scores, std::span<const uint64_t> blocked,
                    double highest, double inverse_temperature) {
  double total = 0.0;
  for (size_t i = 0; i < scores.size(); ++i) {
    if ((blocked[i / 64] >> (i % 64) & 1) != 0) continue;
    total += Weight(scores[i], highest, inverse_temperature);
  }
  return total;
}

size_t NucleusSize(std::span<const ScoredItem> ranking, double total, double inverse_temperature,
                   double top_p) {
  double held = 0.0;
  for (size_t i = 0; i < ranking.size(); ++i) {
    held += Weight(ranking[i].score, ranking[0].score, inverse_temperature);
    if (held >= top_p * total) return i + 1;
  }
  return ranking.size() + 1;
}

}  // namespace tsugi
