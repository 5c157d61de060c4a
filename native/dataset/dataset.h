#ifndef TSUGI_NATIVE_DATASET_DATASET_H_
#define TSUGI_NATIVE_DATASET_DATASET_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/dataset/event_view.h"

namespace tsugi {

enum class Split : uint8_t { kValid, kTest };

/// One thing to predict: the event at `position` of `sequence`, from the events before it.
struct EvaluationCase {
  uint32_t sequence;
  uint32_t position;  ///< >= 1
};

/// An imported log, memory-mapped: a directory of flat little-endian arrays
/// (native/dataset/README.md).
///
/// A sequence is one user's (or one session's) events, oldest first. The first `train_end[s]`
/// events of sequence s may be trained on; `refit_end[s]` adds what validation held out. Example,
/// leave-one-out of a user with 6 events: train_end 4, refit_end 5, valid case position 4, test
/// case position 5.
///
/// Ownership: shares the mapping; spans live as long as any copy of the Dataset. Thread-safe (read
/// only).
class Dataset {
 public:
  /// Errors: kNotFound if the directory is no data set (says to run `tsugi import`); kCorruptModel
  /// if a file's size or contents disagree with the counts in stats.json; kVersionTooNew.
  static Result<Dataset> Open(const std::filesystem::path& directory);

  // Sequences. E = events in all sequences, S = sequences.
  size_t sequence_count() const { return train_end().size(); }
  size_t event_count() const { return items().size(); }
  size_t item_count() const;                    ///< N
  std::span<const uint64_t> offsets() const;    ///< [S + 1]; s is [offsets[s], offsets[s+1])
  std::span<const uint32_t> items() const;      ///< [E] item_index
  std::span<const int64_t> times() const;       ///< [E] unix seconds, 0 = unknown; or empty
  std::span<const uint32_t> actions() const;    ///< [E] index into action_names(), or empty
  std::span<const float> values() const;        ///< [E] NaN = unknown, or empty
  EventView events() const;                     ///< the four above
  std::span<const uint32_t> train_end() const;  ///< [S]
  std::span<const uint32_t> refit_end() const;  ///< [S]
  std::span<const EvaluationCase> cases(Split split) const;
  std::span<const uint32_t> sequence_items(size_t s) const {
    return items().subspan(offsets()[s], offsets()[s + 1] - offsets()[s]);
  }

  // Items.
  StringTableView item_ids() const;     ///< [N] the log's own ids
  StringTableView item_titles() const;  ///< [N] or empty if no metadata was given
  /// [N] one JSON object per item as given in the metadata ("" without), or empty.
  StringTableView item_metadata() const;
  StringTableView action_names() const;  ///< in ascending byte order; empty without actions

  // What the importer measured.
  std::string_view protocol() const;  ///< "leave-one-out", "time" or "sessions" (given cases)
  std::string_view hash() const;      ///< content hash of the import, hex
  /// Share of validation cases whose target occurs in their own history: decides the default of
  /// seen-item filtering (filter when 0, keep when above 0.01) and nothing else.
  double repeat_share() const;
  bool filter_seen_default() const { return repeat_share() <= 0.01; }

 private:
  struct Mapping;
  explicit Dataset(std::shared_ptr<const Mapping> mapping) : mapping_(std::move(mapping)) {}
  std::shared_ptr<const Mapping> mapping_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_DATASET_H_
