#ifndef TSUGI_NATIVE_EVAL_EVALUATION_SET_H_
#define TSUGI_NATIVE_EVAL_EVALUATION_SET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi {

/// The input of an evaluation: the sequences of a data set, their training parts and the cases of
/// one split. Borrows all memory.
/// Example: items {7, 8, 9}, offsets {0, 3}, train_end {1} and the case {sequence 0, position 2}
/// ask for item 9 after the history 7 8; baselines may learn from item 7 only.
struct EvaluationSet {
  size_t item_count = 0;                ///< N
  std::span<const uint64_t> offsets;    ///< [S + 1]
  std::span<const uint32_t> items;      ///< [E] item_index
  EventView events;                     ///< [E] items, times, actions and values
  std::span<const uint32_t> train_end;  ///< [S] number of training events of each sequence
  std::span<const EvaluationCase> cases;

  size_t sequence_count() const { return train_end.size(); }
  /// The training events of sequence s.
  std::span<const uint32_t> training_items(size_t s) const {
    return items.subspan(offsets[s], train_end[s]);
  }
  /// The events before the case's position, oldest first.
  std::span<const uint32_t> history(const EvaluationCase& c) const {
    return items.subspan(offsets[c.sequence], c.position);
  }
  /// The same with times, actions and values. Requires: `events` is not empty.
  EventView history_events(const EvaluationCase& c) const {
    return events.Part(offsets[c.sequence], c.position);
  }
  uint32_t target(const EvaluationCase& c) const { return items[offsets[c.sequence] + c.position]; }
};

/// Returns the cases of `split`. Baselines learn from the same training part as the model, also
/// when the test split is evaluated. Borrows from `dataset`.
inline EvaluationSet MakeEvaluationSet(const Dataset& dataset, Split split) {
  return {dataset.item_count(), dataset.offsets(),   dataset.items(),
          dataset.events(),     dataset.train_end(), dataset.cases(split)};
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_EVALUATION_SET_H_
