#ifndef TSUGI_NATIVE_DATASET_HOLD_OUT_H_
#define TSUGI_NATIVE_DATASET_HOLD_OUT_H_

#include <cstdint>
#include <optional>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import_stats.h"

namespace tsugi {

/// Removes a share of the items, drawn by `seed`, from everything except the test part. They stay
/// in the catalogue with their metadata, so test cases on them measure cold start.
///
/// The test part is all events from `split_time` on if it is given; otherwise the last event of
/// every sequence that still has 3 events. Example with items 7 and 9 held out: 1 7 2 3 9 becomes
/// 1 2 3 9 (9 is the test case), 1 2 9 3 becomes 1 2 3.
/// Fills stats.held_out_items and stats.held_out_events.
/// Errors: kInvalidArgument for a share outside (0, 0.5], or one that holds out no item.
Status HoldOutItems(double share, uint64_t seed, std::optional<int64_t> split_time,
                    DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_HOLD_OUT_H_
