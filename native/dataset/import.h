#ifndef TSUGI_NATIVE_DATASET_IMPORT_H_
#define TSUGI_NATIVE_DATASET_IMPORT_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "native/dataset/import_stats.h"
#include "native/log/event_reader.h"
#include "native/log/metadata_reader.h"

namespace tsugi {

/// The form of a log.
enum class LogFormat : uint8_t {
  kEvents,     ///< one event per row, with a header: CSV, TSV, JSONL
  kSequences,  ///< `user item item ...` per line, oldest first
  kSessions,   ///< `item item ...` per line, one session each
};

/// The order of a user's events that have the same time.
enum class TieOrder : uint8_t {
  kRaw,       ///< the order of the log
  kShuffled,  ///< shuffled by `seed`, because the order of the log can give the test item away
};

/// What to import, and how.
struct ImportOptions {
  LogFormat format = LogFormat::kEvents;
  std::vector<std::filesystem::path> events;       ///< at least one
  std::optional<std::filesystem::path> items;      ///< metadata
  std::optional<std::filesystem::path> times;      ///< times of the sequences' events
  std::optional<std::filesystem::path> test_cases;  ///< with sessions only
  std::filesystem::path out;

  EventReaderOptions event_reader;
  MetadataReaderOptions metadata_reader;
  /// Users and items with fewer events are left out, repeatedly, until all have that many. Unset: 5
  /// for events; 1 for sequences and sessions, which have usually been filtered already.
  std::optional<uint32_t> min_count;
  TieOrder tie_order = TieOrder::kRaw;
  uint64_t seed = 1;
  /// Unix seconds: events from this time on are test cases. Unset: leave-one-out, or the given test
  /// cases.
  std::optional<int64_t> split_time;
  /// Share of the items to hold out from training (hold_out.h), drawn by `seed`; 0 = none.
  double hold_out_items = 0.0;
  bool merge_repeats = false;  ///< whether to merge adjacent events on one item (merge_repeats.h)
};

/// Reads a log and writes a data set (native/dataset/README.md) that Dataset::Open reads.
/// `options.out` is created or replaced only after everything has been written.
///
/// Errors: kInvalidArgument for options that exclude each other, a damaged or empty file, a missing
/// column, a log without a valid row, or an `out` that is not a data set; kNotFound for a missing
/// file; kInternal if `out` cannot be written, e.g. because the disk is full. Nothing has changed
/// then.
Result<ImportStats> ImportLog(const ImportOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_IMPORT_H_
