#ifndef TSUGI_TESTS_NATIVE_EVAL_SMALL_LOG_H_
#define TSUGI_TESTS_NATIVE_EVAL_SMALL_LOG_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "native/eval/evaluator.h"

namespace tsugi {

/// A hand-made log. Every sequence's last `held_out` events are not for training, and its last
/// event is a case. Owns what `set()` borrows.
class SmallLog {
 public:
  SmallLog(size_t item_count, std::vector<std::vector<uint32_t>> sequences, uint32_t held_out = 1)
      : item_count_(item_count) {
    for (uint32_t s = 0; s < sequences.size(); ++s) {
      const auto size = static_cast<uint32_t>(sequences[s].size());
      items_.insert(items_.end(), sequences[s].begin(), sequences[s].end());
      offsets_.push_back(items_.size());
      train_end_.push_back(size - std::min(size, held_out));
      if (size >= 2 && held_out > 0) cases_.push_back({s, size - 1});
    }
  }

  EvaluationSet set() const {
    return {item_count_, offsets_, items_, {items_, {}, {}, {}}, train_end_, cases_};
  }

 private:
  size_t item_count_;
  std::vector<uint64_t> offsets_{0};
  std::vector<uint32_t> items_;
  std::vector<uint32_t> train_end_;
  std::vector<EvaluationCase> cases_;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_EVAL_SMALL_LOG_H_
