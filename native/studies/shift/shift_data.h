#ifndef TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_DATA_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_DATA_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/log/read_audit.h"

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

/// The parts of a split that somebody else has made; lines are `user item ...`, further fields are
/// not read.
struct ShiftFiles {
  std::filesystem::path train, valid, test, shifted;
};

/// Reads them. Users and items are numbered in the order of their first line, training part first.
/// An item without a training pair stays in the catalogue: a target that nobody can learn. A pair
/// that an earlier part holds too is turned away.
///
/// Errors: file errors; kInvalidArgument for a part without a pair.
Result<ShiftData> ReadShiftFiles(const ShiftFiles& files, ReadAudit& audit);

struct ShiftSplitOptions {
  /// "popularity": pairs drawn so that every item is as likely as any other. "time": the latest.
  std::string_view shift = "popularity";
  double shifted_share = 0.1;
  double test_share = 0.2;   ///< of what is left, drawn evenly
  double valid_share = 0.1;  ///< the same
  /// Pairs of a lower value are not taken as liked; unknown values are. Example: 4 of 5 stars.
  double min_value = 0.0;
  uint64_t seed = 1;
};

/// Makes the parts of a shift study from an imported log. The numbers of users and items are those
/// of the log. Drawn evenly, a pair of a user's last two stays in the training part; an item gives
/// at most half of its pairs to the shifted part.
///
/// Errors: kInvalidArgument for an unknown shift, "time" without times, or parts without a pair.
Result<ShiftData> SplitForShift(const Dataset& dataset, const ShiftSplitOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_SHIFT_DATA_H_
