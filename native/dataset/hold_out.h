#ifndef TSUGI_NATIVE_DATASET_HOLD_OUT_H_
#define TSUGI_NATIVE_DATASET_HOLD_OUT_H_

#include <cstdint>
#include <optional>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import_stats.h"

namespace tsugi {

/// Removes a seeded share of the items from everything but the test part, so that a test on them
/// measures cold items: they stay in the catalogue, with their metadata, and nothing else is known.
///
/// The test part: events from `split_time` on if given, else the last event of a sequence that
/// still has 3. Example, items 7 and 9 held out: 1 7 2 3 9 becomes 1 2 3 9 (9 is the test case),
/// 1 2 9 3 becomes 1 2 3. Fills stats.held_out_items and held_out_events.
/// Errors: kInvalidArgument for a share outside (0, 0.5], or one that gives no item.
Status HoldOutItems(double share, uint64_t seed, std::optional<int64_t> split_time,
                    DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_HOLD_OUT_H_
