#ifndef TSUGI_NATIVE_DATASET_SPLIT_H_
#define TSUGI_NATIVE_DATASET_SPLIT_H_

#include <cstddef>
#include <cstdint>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import_stats.h"

namespace tsugi {

// The ways to split a data set. Each fills train_end, refit_end, valid_cases and test_cases of
// `arrays` and the matching fields of `stats`. No case is at a position before train_end.

/// Leave-one-out: the last event of a sequence is its test case, the one before it the validation
/// case. Sequences with fewer than 3 events are for training only. Example with lengths 2 and 5:
/// train_end 2 and 3, refit_end 2 and 4, validation case (1, 3), test case (1, 4).
void SplitLeaveOneOut(DatasetArrays& arrays, ImportStats& stats);

/// By time: events from `split_time` on are test cases, each predicted from all events before it.
/// Of the earlier events, the last 10 % by time are validation cases. The first event of a sequence
/// is never a case. Let V be the time at index floor(0.9 * count) of the sorted known times before
/// split_time; a sequence is cut at its first event from V on and at its first from split_time on.
/// Errors: kInvalidArgument if no event is before split_time, none is at or after it, or times are
/// unknown.
Status SplitByTime(int64_t split_time, DatasetArrays& arrays, ImportStats& stats);

/// Given test cases: the first `session_count` sequences are sessions. The last 10 % of them, at
/// least one, are for validation, with every event except the first as a case; the others are for
/// training. The remaining sequences hold the given test cases, and training may use none of them.
/// Errors: kInvalidArgument if there are fewer than 2 sessions.
Status SplitGivenCases(size_t session_count, DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_SPLIT_H_
