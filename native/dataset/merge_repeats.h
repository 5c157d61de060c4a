#ifndef TSUGI_NATIVE_DATASET_MERGE_REPEATS_H_
#define TSUGI_NATIVE_DATASET_MERGE_REPEATS_H_

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/import_stats.h"

namespace tsugi {

/// Merges runs of adjacent events of a sequence with one item (play, pause, resume) into one event
/// each: the first's time, the sum of the known values (total duration), and an action that names
/// all kinds in the run, in byte order: "pause+play". A gap of more than 30 minutes ends a run: the
/// user came back. Fills stats.merged_events.
/// Source: the interaction tokenisation of Netflix's foundation model (company blog, 2025).
void MergeRepeats(DatasetArrays& arrays, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_MERGE_REPEATS_H_
