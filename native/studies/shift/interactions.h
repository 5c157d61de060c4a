#ifndef TSUGI_NATIVE_STUDIES_SHIFT_INTERACTIONS_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_INTERACTIONS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tsugi {

/// A user took an item.
using Interaction = std::pair<uint32_t, uint32_t>;

/// Who took what, without order: each user's items, ascending and different.
class Interactions {
 public:
  Interactions() = default;
  /// Repeated pairs count once. Requires: users below `user_count`.
  Interactions(size_t user_count, std::vector<Interaction> pairs);

  size_t user_count() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  size_t size() const { return items_.size(); }
  std::span<const uint32_t> of(size_t user) const {
    return std::span(items_).subspan(offsets_[user], offsets_[user + 1] - offsets_[user]);
  }
  bool contains(uint32_t user, uint32_t item) const;
  /// All pairs, by user and then item.
  std::vector<Interaction> pairs() const;

 private:
  std::vector<size_t> offsets_;  // [U + 1]
  std::vector<uint32_t> items_;
};

/// The parts of a study of distribution shift: a model is trained on `train` and chosen on `valid`,
/// then judged on `test`, drawn like the training part, and on `shifted`, which is not. No pair is
/// in two parts.
struct ShiftData {
  size_t user_count = 0;
  size_t item_count = 0;
  Interactions train, valid, test, shifted;
  size_t left_out = 0;  ///< pairs of users without a training pair, who cannot be served

  /// [N] training pairs of each item.
  std::vector<uint32_t> ItemCounts() const;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_INTERACTIONS_H_
