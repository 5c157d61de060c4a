#ifndef TSUGI_NATIVE_DATASET_MIN_COUNT_H_
#define TSUGI_NATIVE_DATASET_MIN_COUNT_H_

#include <cstdint>

#include "native/dataset/import_stats.h"
#include "native/dataset/raw_log.h"

namespace tsugi {

/// Removes events of users and of items that have fewer than `min_count` events, again and again
/// until every user and item left has that many (the k-core). Test cases are not touched.
///
/// Example, min_count 2: events (u1,a) (u1,b) (u2,a) (u2,b) (u3,b): u3 goes; a and b have 2 left;
/// done. Counts what went in stats.min_count_*.
void KeepMinCount(uint32_t min_count, RawLog& log, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_MIN_COUNT_H_
