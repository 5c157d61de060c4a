#ifndef TSUGI_CORE_DECODE_ITEM_DRAW_H_
#define TSUGI_CORE_DECODE_ITEM_DRAW_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/random.h"
#include "core/kernels/top_k.h"

namespace tsugi {

/// Draws one item from softmax(score / temperature) of the items it is offered, in any order: the
/// one with the highest score / temperature + noise, noise = -log(-log(u)), u uniform in (0, 1).
///
/// An item's noise is a function of (seed, stream, item) alone. So two machines whose scores differ
/// in the last bits (other instruction sets) draw the same item unless the best two of these sums
/// are closer than that difference: about once in 10^5 draws for scores that differ by 1e-5. The
/// same scores draw the same item everywhere.
/// Source:  Gumbel-max (Gumbel 1954; Maddison et al., NIPS 2014).
class ItemDraw {
 public:
  /// Requires: inverse_temperature is finite and > 0.
  ItemDraw(const Random& noise, double inverse_temperature)
      : noise_(noise), inverse_temperature_(inverse_temperature) {}

  void Offer(uint32_t item_index, float score);
  bool empty() const { return is_empty_; }
  /// Requires: !empty().
  uint32_t item_index() const { return item_index_; }

 private:
  Random noise_;
  double inverse_temperature_;
  double best_ = 0;
  uint32_t item_index_ = 0;
  bool is_empty_ = true;
};

/// Sum of exp((score - highest) / temperature) over the items whose bit in `blocked` is 0.
double SoftmaxTotal(std::span<const float> scores, std::span<const uint64_t> blocked,
                    double highest, double inverse_temperature);

/// How many of the first items of a ranking hold the probability top_p together, the smallest such
/// number, at least 1; ranking.size() + 1 if all of them hold less. `total` is SoftmaxTotal with
/// the ranking's first score. Requires: the ranking is not empty.
size_t NucleusSize(std::span<const ScoredItem> ranking, double total, double inverse_temperature,
                   double top_p);

}  // namespace tsugi

#endif  // TSUGI_CORE_DECODE_ITEM_DRAW_H_
