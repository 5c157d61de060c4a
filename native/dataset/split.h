#ifndef TSUGI_NATIVE_DATASET_SPLIT_H_
#define TSUGI_NATIVE_DATASET_SPLIT_H_

#include <cstddef>
#include <cstdint>

#include "core/base/status.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import_stats.h"

namespace tsugi {

/// The splits. Each fills train_end, refit_end, valid_cases and test_cases of `arrays` and what
/// `stats` says about them. In each, case positions of a sequence are at or behind its train_end.

/// Leave-one-out: the last event of a sequence is its test case, the one before its validation
/// case. Sequences with fewer than 3 events are only trained on. Example, lengths 2 and 5:
/// train_end 2 and 3, refit_end 2 and 4, validation (1, 3), test (1, 4).
void SplitLeaveOneOut(DatasetArrays& arrays, ImportStats& stats);

/// By time: events from `split_time` on are test cases, each predicted from all events before it;
/// the last 10 % by time of the events before are validation cases. A first event is never a case.
/// With V = the time at index floor(0.9 * count) of the sorted known times before split_time, a
/// sequence is cut at its first event from V on, and at its first event from split_time on.
/// Errors: kInvalidArgument if no event is before or none at or behind split_time, or times are
/// unknown.
Status SplitByTime(int64_t split_time, DatasetArrays& arrays, ImportStats& stats);

/// Given test cases: the first `session_count` sequences are training sessions, of which the last
/// 10 % (at least one) are held out for validation, every event but the first as a case; the others
/// hold the test cases that are already listed, and none of their events may be trained on.
/// Errors: kInvalidArgument if there are fewer than 2 sessions.
Status SplitGivenCases(size_t session_count, DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_SPLIT_H_
