#ifndef TSUGI_NATIVE_DATASET_MERGE_REPEATS_H_
#define TSUGI_NATIVE_DATASET_MERGE_REPEATS_H_

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import_stats.h"

namespace tsugi {

/// Merges every run of adjacent events of a sequence on the same item (play, pause, resume) into
/// one event. It has the time of the first event, the sum of the known values (the total duration)
/// and an action that lists all actions of the run in byte order, e.g. "pause+play". A gap of more
/// than 30 minutes ends a run, because the user has come back. Fills stats.merged_events.
/// Source: the interaction tokenisation of Netflix's foundation model (company blog, 2025).
void MergeRepeats(DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_MERGE_REPEATS_H_
