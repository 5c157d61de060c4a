#ifndef TSUGI_CORE_DECODE_ITEM_DRAW_H_
#define TSUGI_CORE_DECODE_ITEM_DRAW_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/random.h"
#include "core/kernels/top_k.h"

namespace tsugi {

/// Draws one item from softmax(score / temperature) of the items it is offered, in any order. It
/// takes the item with the highest score / temperature + noise, where noise = -log(-log(u)) and u
/// is uniform in (0, 1).
///
/// The noise of an item is a function of (seed, stream, item), so equal scores draw the same item
/// on every machine. If scores differ in the last bits (other instruction sets), another item is
/// drawn only if the best two sums are closer than that difference: about once in 10^5 draws for
/// scores that differ by 1e-5. Source:  Gumbel-max (Gumbel 1954; Maddison et al., NIPS 2014).
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

/// The smallest number of first items of a ranking that together hold the probability top_p, at
/// least 1; ranking.size() + 1 if all of them hold less. total: SoftmaxTotal with the first score
/// of the ranking. Requires: the ranking is not empty.
size_t NucleusSize(std::span<const ScoredItem> ranking, double total, double inverse_temperature,
                   double top_p);

}  // namespace tsugi

#endif  // TSUGI_CORE_DECODE_ITEM_DRAW_H_
