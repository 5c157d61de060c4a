#ifndef TSUGI_NATIVE_DATASET_MIN_COUNT_H_
#define TSUGI_NATIVE_DATASET_MIN_COUNT_H_

#include <cstdint>

#include "native/dataset/import_stats.h"
#include "native/dataset/raw_log.h"

namespace tsugi {

/// Removes the events of users and items that have fewer than `min_count` events, repeatedly, until
/// every user and item that is left has that many (the k-core). Given test cases are not changed.
///
/// Example with min_count 2: of (u1,a) (u1,b) (u2,a) (u2,b) (u3,b) the last event is removed; a and
/// b still have 2. Counts what was removed in stats.min_count_*.
void KeepMinCount(uint32_t min_count, RawLog& log, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_MIN_COUNT_H_
