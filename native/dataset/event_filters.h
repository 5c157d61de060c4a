#ifndef TSUGI_NATIVE_DATASET_EVENT_FILTERS_H_
#define TSUGI_NATIVE_DATASET_EVENT_FILTERS_H_

#include <cstdint>
#include <optional>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import_stats.h"
#include "native/dataset/raw_log.h"

namespace tsugi {

// What an import leaves out of a log, in the order of its calls: KeepMinCount before there are
// sequences, the others before these are split.

/// Removes the events of users and items that have fewer than `min_count` events, repeatedly, until
/// every user and item that is left has that many (the k-core). Given test cases are not changed.
///
/// Example with min_count 2: of (u1,a) (u1,b) (u2,a) (u2,b) (u3,b) the last event is removed; a and
/// b still have 2. Counts what was removed in stats.min_count_*.
void KeepMinCount(uint32_t min_count, RawLog& log, ImportStats& stats);

/// Merges every run of adjacent events of a sequence on the same item (play, pause, resume) into
/// one event. It has the time of the first event, the sum of the known values (the total duration)
/// and an action that lists all actions of the run in byte order, e.g. "pause+play". A gap of more
/// than 30 minutes ends a run, because the user has come back. Fills stats.merged_events.
/// Source: the interaction tokenisation of Netflix's foundation model (company blog, 2025).
void MergeRepeats(DatasetArrays& arrays, ImportStats& stats);

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

#endif  // TSUGI_NATIVE_DATASET_EVENT_FILTERS_H_
