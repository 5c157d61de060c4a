#ifndef TSUGI_NATIVE_DATASET_DATASET_H_
#define TSUGI_NATIVE_DATASET_DATASET_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/session_input/event.h"

namespace tsugi {

/// The events of a data set, one array per field. An array other than `items` may be empty; if not,
/// it is as long as `items`. Borrows.
struct EventView {
  std::span<const uint32_t> items;
  std::span<const int64_t> times;
  std::span<const uint32_t> actions;  ///< indices into Dataset::action_names()
  std::span<const float> values;
  uint32_t first_action = 1;  ///< Event::action of index 0: 0 if its name is empty, else 1

  size_t size() const { return items.size(); }

  /// Event i in the engine's form.
  Event At(size_t i) const {
    Event event{items[i]};
    if (!times.empty()) event.time_s = times[i];
    if (!actions.empty()) event.action = first_action + actions[i];
    if (!values.empty()) event.value = values[i];
    return event;
  }

  EventView Part(size_t begin, size_t count) const {
    const auto part = [&](auto column) {
      return column.empty() ? column : column.subspan(begin, count);
    };
    return {part(items), part(times), part(actions), part(values), first_action};
  }

  void AppendTo(std::vector<Event>& events) const {
    for (size_t i = 0; i < size(); ++i) events.push_back(At(i));
  }
};

/// Which part of a data set is evaluated.
enum class Split : uint8_t { kValid, kTest };

/// One prediction to evaluate: the event at `position` of `sequence`, given the events before it.
struct EvaluationCase {
  uint32_t sequence;
  uint32_t position;  ///< >= 1
};

/// What another model made of the items, one vector each, e.g. of their pictures.
struct ItemVectors {
  std::string name;             ///< e.g. "image"
  uint32_t width = 0;           ///< numbers of a vector
  std::span<const float> rows;  ///< [N, width] by item_index; a row of NaN: the item has none

  std::span<const float> Of(size_t item) const { return rows.subspan(item * width, width); }
};

/// An imported log, mapped into memory. On disk it is a directory of flat little-endian arrays
/// (native/dataset/README.md).
///
/// A sequence holds the events of one user (or one session), oldest first. Training may use the
/// first `train_end[s]` events of sequence s. After validation it may use the first `refit_end[s]`,
/// which include the events that validation held out. Example: leave-one-out of a user with 6
/// events gives train_end 4, refit_end 5, a validation case at position 4, a test case at 5.
///
/// Ownership: copies share the mapping; spans are valid as long as any copy exists.
/// Threads:   any number; the data is read-only.
class Dataset {
 public:
  /// Maps and checks a data set.
  /// Errors: kNotFound if the directory is not a data set; kCorruptModel if the size or contents of
  /// a file do not match the counts in stats.json; kVersionTooNew.
  static Result<Dataset> Open(const std::filesystem::path& directory);

  // Sequences: S sequences with E events in all.
  size_t sequence_count() const { return train_end().size(); }
  size_t event_count() const { return items().size(); }
  size_t item_count() const;                    ///< N
  std::span<const uint64_t> offsets() const;    ///< [S + 1]; s is [offsets[s], offsets[s+1])
  std::span<const uint32_t> items() const;      ///< [E] item_index
  std::span<const int64_t> times() const;       ///< [E] unix seconds, 0 = unknown; or empty
  std::span<const uint32_t> actions() const;    ///< [E] index into action_names(), or empty
  std::span<const float> values() const;        ///< [E] NaN = unknown, or empty
  EventView events() const;                     ///< the four arrays above
  std::span<const uint32_t> train_end() const;  ///< [S]
  std::span<const uint32_t> refit_end() const;  ///< [S]
  std::span<const EvaluationCase> cases(Split split) const;
  std::span<const uint32_t> sequence_items(size_t s) const {
    return items().subspan(offsets()[s], offsets()[s + 1] - offsets()[s]);
  }

  // Items.
  StringTableView item_ids() const;     ///< [N] the ids of the log
  StringTableView item_titles() const;  ///< [N], or empty if no metadata was given
  /// [N] the metadata row of each item as a JSON object, "" for items without one; or empty if no
  /// metadata was given.
  StringTableView item_metadata() const;
  StringTableView action_names() const;  ///< in ascending byte order; empty without actions
  /// The kinds of vectors that were given, in the order in which they were.
  std::span<const ItemVectors> item_vectors() const;

  // Word vectors of another model; none if the import was not given a file of them.
  StringTableView words() const;  ///< [n] in lower case, strictly ascending by HashWord; or empty
  size_t word_width() const;      ///< d; 0 without words
  std::span<const uint8_t> word_codes() const;    ///< [n, m] below k, or empty
  std::span<const float> word_codebooks() const;  ///< [m k, s], or empty

  // What the importer measured.
  std::string_view protocol() const;  ///< "leave-one-out", "time" or "sessions" (given cases)
  std::string_view hash() const;      ///< hash of the contents, hexadecimal
  /// The share of validation cases whose target occurs in their own history. It decides only
  /// whether seen items are filtered by default: yes up to 0.01, no above.
  double repeat_share() const;
  bool filter_seen_default() const { return repeat_share() <= 0.01; }

 private:
  struct Mapping;
  explicit Dataset(std::shared_ptr<const Mapping> mapping) : mapping_(std::move(mapping)) {}
  std::shared_ptr<const Mapping> mapping_;
};

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_DATASET_H_
