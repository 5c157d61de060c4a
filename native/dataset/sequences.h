#ifndef TSUGI_NATIVE_DATASET_SEQUENCES_H_
#define TSUGI_NATIVE_DATASET_SEQUENCES_H_

#include <cstdint>
#include <optional>

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/raw_log.h"
#include "native/dataset/vocabulary.h"

namespace tsugi {

struct SequenceOrder {
  /// Sort each user's events by time (stable). Prepared sequences keep their order instead.
  bool sort_by_time = true;
  /// Shuffle runs of adjacent events with one known time; reproducible per seed and sequence.
  std::optional<uint64_t> shuffle_ties_seed = std::nullopt;
};

/// Makes one sequence per user that has events, in order of the users' first appearance; fills
/// offsets, items, times, actions, values and action_names of `arrays`. Unknown times (0) sort
/// first.
void BuildSequences(const RawLog& log, const Vocabulary& vocabulary, const SequenceOrder& order,
                    DatasetArrays& arrays);

/// Appends the given test cases as sequences (history and target) and lists them in
/// arrays.test_cases, in the order given. A case that is a prefix of the sequence before it becomes
/// a second case of that sequence: "1 2 3<TAB>4", "1 2<TAB>3" are the cases 3 and 2 of one sequence
/// 1 2 3 4.
void AppendTestCases(const RawLog& log, const Vocabulary& vocabulary, DatasetArrays& arrays);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_SEQUENCES_H_
