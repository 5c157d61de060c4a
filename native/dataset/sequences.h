#ifndef TSUGI_NATIVE_DATASET_SEQUENCES_H_
#define TSUGI_NATIVE_DATASET_SEQUENCES_H_

#include <cstdint>
#include <optional>

#include "native/dataset/catalogue.h"
#include "native/dataset/dataset_arrays.h"
#include "native/dataset/raw_log.h"

namespace tsugi {

/// The order of the events in a sequence.
struct SequenceOrder {
  /// Whether to sort the events of each user by time, stably. Prepared sequences keep their order.
  bool sort_by_time = true;
  /// If set, events with the same time are shuffled by this seed and the sequence's number.
  std::optional<uint64_t> shuffle_ties_seed = std::nullopt;
  /// Whether unknown times are equal times. In prepared sequences the order of the line is all the
  /// information there is; in a log of events the order of the file is none.
  bool unknown_times_tie = true;
};

/// What the order of the sequences rests on.
struct OrderCounts {
  uint64_t file_ordered = 0;    ///< sequences of 3 events or more, ordered by the file alone
  uint64_t sorted_by_item = 0;  ///< those in which the item's indices only rise, or only fall
  uint64_t ties = 0;            ///< runs of events whose order could be shuffled
};

/// Builds one sequence for every user that has events, in order of first appearance. Fills offsets,
/// items, times, actions, values and action_names of `arrays`. Unknown times (0) sort first. Events
/// of equal time are ordered by the rest of the second, then by log.orders. A log on disk is
/// gathered first, user by user, so that memory holds a part of the users at a time.
OrderCounts BuildSequences(RawLog& log, const Vocabulary& vocabulary, const SequenceOrder& order,
                           DatasetArrays& arrays);

/// Appends the given test cases as sequences (history and target) and lists them in
/// arrays.test_cases, in their order. A case that is a prefix of the sequence before it becomes
/// another case of that sequence: "1 2 3<TAB>4" and "1 2<TAB>3" are the cases at positions 3 and 2
/// of the sequence 1 2 3 4.
void AppendTestCases(const RawLog& log, const Vocabulary& vocabulary, DatasetArrays& arrays);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_SEQUENCES_H_
