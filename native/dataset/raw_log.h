#ifndef TSUGI_NATIVE_DATASET_RAW_LOG_H_
#define TSUGI_NATIVE_DATASET_RAW_LOG_H_

#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/import.h"
#include "native/dataset/interned_strings.h"
#include "native/files/temp_folder.h"

namespace tsugi {

/// A log as it was read: the events in the order of the files; users and items numbered by first
/// appearance. These numbers are not yet item indices (Vocabulary maps them).
struct RawLog {
  // One entry per event.
  std::vector<uint32_t> users;
  std::vector<uint32_t> items;
  std::vector<int64_t> times;     ///< unix seconds, 0 = unknown; empty: no times at all
  std::vector<uint32_t> nanos;    ///< the rest of the times; empty if all are whole seconds
  std::vector<double> orders;     ///< what orders events of equal time; or empty
  std::vector<uint32_t> actions;  ///< or empty
  std::vector<float> values;      ///< or empty

  uint32_t user_count = 0;
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
/// Errors: those of the readers; kInvalidArgument if there is no valid row or test case, or more
/// rows than options.max_rejected are rejected.
Result<RawLog> ReadLog(const ImportOptions& options, const TempFolder* temp_folder,
                       ReadAudit& audit, ImportStats& stats);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_RAW_LOG_H_
