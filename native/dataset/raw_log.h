#ifndef TSUGI_NATIVE_DATASET_RAW_LOG_H_
#define TSUGI_NATIVE_DATASET_RAW_LOG_H_

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/import.h"
#include "native/dataset/interned_strings.h"
#include "native/files/folders.h"
#include "native/files/spill.h"

namespace tsugi {

/// A log as it was read: the events in the order of the files; users and items numbered by first
/// appearance. These numbers are not yet item indices (Vocabulary maps them).
struct RawLog {
  /// `spill` takes the events that do not fit into memory; nullptr: all of them fit.
  explicit RawLog(Spill* spill = nullptr)
      : users(spill),
        items(spill),
        times(spill),
        nanos(spill),
        orders(spill),
        actions(spill),
        values(spill) {}

  // One entry per event.
  SpillVector<uint32_t> users;
  SpillVector<uint32_t> items;
  SpillVector<int64_t> times;     ///< unix seconds, 0 = unknown; empty: no times at all
  SpillVector<uint32_t> nanos;    ///< the rest of the times; empty if all are whole seconds
  SpillVector<OrderKey> orders;   ///< what orders events of equal time; or empty
  SpillVector<uint32_t> actions;  ///< or empty
  SpillVector<float> values;      ///< or empty

  uint32_t user_count = 0;
  std::vector<size_t> user_hashes;  ///< DatasetArrays::user_hashes, by user; or empty
  InternedStrings item_ids;
  InternedStrings action_names;

  // Given test cases: case c is case_items[case_offsets[c] .. case_offsets[c + 1]), the history
  // and, as the last entry, the target. Their ids are in item_ids.
  std::vector<uint64_t> case_offsets = {0};
  std::vector<uint32_t> case_items;

  size_t case_count() const { return case_offsets.size() - 1; }
};

/// Reads the files of `options` in their format and fills the fields of `stats` about reading.
/// Pipes are copied to `temp_folder`, and DuckDB sorts there; it may be nullptr without either.
/// `spill` as in RawLog.
/// Errors: those of the readers; kInvalidArgument if there is no valid row or test case, or more
/// rows than options.max_rejected are rejected.
Result<RawLog> ReadLog(const ImportOptions& options, const TempFolder* temp_folder, Spill* spill,
                       ReadAudit& audit, ImportStats& stats);

/// DuckDB's part of options.memory_bytes: it holds its own while the events are collected.
DuckDbLimits LimitsOfDuckDb(const ImportOptions& options, const std::filesystem::path& folder);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_RAW_LOG_H_
