#ifndef TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_SPLIT_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_SPLIT_H_

#include <string_view>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/studies/shift/interactions.h"

namespace tsugi {

struct ShiftSplitOptions {
  /// "popularity": pairs drawn so that every item is as likely as any other. "time": the latest.
  std::string_view shift = "popularity";
  double shifted_share = 0.1;
  double test_share = 0.2;   ///< of what is left, drawn evenly
  double valid_share = 0.1;  ///< the same
  /// Pairs of a lower value are not taken as liked; unknown values are. Example: 4 of 5 stars.
  double min_value = 0.0;
  uint64_t seed = 1;
};

/// Makes the parts of a shift study from an imported log. The numbers of users and items are those
/// of the log. Drawn evenly, a pair of a user's last two stays in the training part; an item gives
/// at most half of its pairs to the shifted part.
///
/// Errors: kInvalidArgument for an unknown shift, "time" without times, or parts without a pair.
Result<ShiftData> SplitForShift(const Dataset& dataset, const ShiftSplitOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_SPLIT_H_
