#ifndef TSUGI_NATIVE_TRAIN_NEGATIVES_H_
#define TSUGI_NATIVE_TRAIN_NEGATIVES_H_

#include <vector>

#include "core/base/random.h"
#include "native/dataset/dataset.h"
#include "native/train/item_loss.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// Draws negatives shared by a batch from a fixed proposal over the catalogue, no item twice: an
/// item of the proposal q is among the K drawn with the probability min(1, c q), with c such that
/// these sum to K. So popular items always are, where draws with replacement would repeat them, and
/// the partition function that a sampled softmax estimates varies less for the same cost.
/// Source: sampling with given inclusion probabilities, the ordered pivotal method (Deville & Tille
/// 1998).
class NegativeSampler {
 public:
  /// Popularity is training counts + 1. `is_candidate` [N] says which items may be drawn; empty =
  /// all. `count` K is at least one; all candidates are drawn if they are no more.
  static NegativeSampler Create(Proposal proposal, const Dataset& dataset, int64_t count,
                                const std::vector<bool>& is_candidate = {});

  /// Draws K items in O(N); `log_expected` is filled when `with_log_expected`.
  SharedNegatives Draw(bool with_log_expected, Random& random) const;

 private:
  std::vector<double> inclusion_;  ///< [N] probability to be drawn
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_NEGATIVES_H_
