#ifndef TSUGI_NATIVE_EVAL_EVALUATION_SET_H_
#define TSUGI_NATIVE_EVAL_EVALUATION_SET_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/dataset/dataset.h"

namespace tsugi {

/// What an evaluation reads: a data set's sequences, their training parts and the cases of one
/// split.
/// Borrows all memory. Example: items {7, 8, 9}, offsets {0, 3}, train_end {1} and the case
/// {sequence 0, position 2} ask for item 9 after the history 7 8, with only item 7 to learn from.
struct EvaluationSet {
  size_t item_count = 0;                ///< N
  std::span<const uint64_t> offsets;    ///< [S + 1]
  std::span<const uint32_t> items;      ///< [E] item_index
  EventView events;                     ///< [E] the same, and what else is known of them
  std::span<const uint32_t> train_end;  ///< [S] events of a sequence that may be learnt from
  std::span<const EvaluationCase> cases;

  size_t sequence_count() const { return train_end.size(); }
  /// Events 0 .. train_end of sequence s.
  std::span<const uint32_t> training_items(size_t s) const {
    return items.subspan(offsets[s], train_end[s]);
  }
  /// Everything before the case's position, oldest first.
  std::span<const uint32_t> history(const EvaluationCase& c) const {
    return items.subspan(offsets[c.sequence], c.position);
  }
  /// As history(c). Requires: events.
  EventView history_events(const EvaluationCase& c) const {
    return events.Part(offsets[c.sequence], c.position);
  }
  uint32_t target(const EvaluationCase& c) const { return items[offsets[c.sequence] + c.position]; }
};

/// The cases of `split` over all sequences. Baselines learn from the same training part as the
/// model, also when the test split is evaluated. Borrows from `dataset`.
inline EvaluationSet MakeEvaluationSet(const Dataset& dataset, Split split) {
  return {dataset.item_count(), dataset.offsets(),   dataset.items(),
          dataset.events(),     dataset.train_end(), dataset.cases(split)};
}

}  // namespace tsugi

#endif  // TSUGI_NATIVE_EVAL_EVALUATION_SET_H_
