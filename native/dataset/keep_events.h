#ifndef TSUGI_NATIVE_DATASET_KEEP_EVENTS_H_
#define TSUGI_NATIVE_DATASET_KEEP_EVENTS_H_

#include <cstddef>
#include <vector>

#include "native/dataset/dataset_arrays.h"

namespace tsugi {

/// Keeps the marked values, in their order. Requires: `is_kept` is as long as `values`, or `values`
/// is empty.
template <typename T>
void KeepMarked(const std::vector<bool>& is_kept, SpillVector<T>& values) {
  if (values.empty()) return;
  size_t count = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (is_kept[i]) values[count++] = values[i];
  }
  values.resize(count);
}

/// Removes the events that are not marked in is_kept [E] and returns their number. Sequences stay,
/// even if they become empty. Requires: the arrays have not been split yet.
inline size_t KeepEvents(const std::vector<bool>& is_kept, DatasetArrays& arrays) {
  const size_t before = arrays.items.size();
  uint64_t begin = 0, kept = 0;
  for (size_t s = 0; s < arrays.sequence_count(); ++s) {
    const uint64_t end = arrays.offsets[s + 1];
    for (uint64_t e = begin; e < end; ++e) kept += is_kept[e];
    begin = end;
    arrays.offsets[s + 1] = kept;
  }
  KeepMarked(is_kept, arrays.times);
  KeepMarked(is_kept, arrays.actions);
  KeepMarked(is_kept, arrays.values);
  KeepMarked(is_kept, arrays.items);
  return before - arrays.items.size();
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_KEEP_EVENTS_H_
