#ifndef TSUGI_NATIVE_TRAIN_NEGATIVES_H_
#define TSUGI_NATIVE_TRAIN_NEGATIVES_H_

#include <span>
#include <string_view>

#include "core/base/random.h"
#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/train/losses/item_loss.h"

namespace tsugi::train {

/// Draws negatives shared by a batch from a fixed proposal over the catalogue.
class NegativeSampler {
 public:
  /// `proposal`: "uniform", or "popularity" (training counts + 1). Errors: kInvalidArgument.
  static Result<NegativeSampler> Create(std::string_view proposal, const Dataset& dataset);

  /// Draws `count` items with replacement; `log_q` is filled when `with_log_q`.
  SharedNegatives Draw(int64_t count, bool with_log_q, Random& random) const;

 private:
  int64_t item_count_ = 0;
  std::vector<double> cumulative_;  ///< [N] ascending, last = total; empty for uniform
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_NEGATIVES_H_
