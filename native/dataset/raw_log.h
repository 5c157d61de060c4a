#ifndef TSUGI_NATIVE_DATASET_RAW_LOG_H_
#define TSUGI_NATIVE_DATASET_RAW_LOG_H_

#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/import.h"
#include "native/dataset/interned_strings.h"

namespace tsugi {

/// A log as it was read: events in the order of the files, users and items numbered by first
/// appearance (which says nothing yet about item_index).
struct RawLog {
  // One entry per event.
  std::vector<uint32_t> users;
  std::vector<uint32_t> items;
  std::vector<int64_t> times;      ///< unix seconds, 0 = unknown; empty: no times at all
  std::vector<uint32_t> actions;   ///< or empty
  std::vector<float> values;       ///< or empty

  uint32_t user_count = 0;
  InternedStrings item_ids;
  InternedStrings action_names;

  // Given test cases: case c has the history case_items[case_offsets[c] ..] whose last entry is the
  // target. Ids join item_ids.
  std::vector<uint64_t> case_offsets = {0};
  std::vector<uint32_t> case_items;

  size_t case_count() const { return case_offsets.size() - 1; }
};

/// Reads the files of `options` in their format. Fills what `stats` says about reading.
Result<RawLog> ReadLog(const ImportOptions& options, ReadAudit& audit, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_RAW_LOG_H_
