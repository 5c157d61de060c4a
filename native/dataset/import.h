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

enum class LogFormat : uint8_t {
  kEvents,     ///< one event per row, with a header: CSV, TSV, JSONL
  kSequences,  ///< `user item item ...` per line, oldest first
  kSessions,   ///< `item item ...` per line, one session each
};

enum class TieOrder : uint8_t {
  kRaw,       ///< events of a user with one time keep the order of the log
  kShuffled,  ///< they are shuffled, by `seed`: the log's order can give the test item away
};

struct ImportOptions {
  LogFormat format = LogFormat::kEvents;
  std::vector<std::filesystem::path> events;       ///< at least one
  std::optional<std::filesystem::path> items;      ///< metadata
  std::optional<std::filesystem::path> times;      ///< parallel to sequences
  std::optional<std::filesystem::path> test_cases;  ///< with sessions
  std::filesystem::path out;

  EventReaderOptions event_reader;
  MetadataReaderOptions metadata_reader;
  /// Users and items with fewer events are left out, repeatedly until none is left with fewer.
  /// Unset: 5 for events, 1 for sequences and sessions, which are prepared sets.
  std::optional<uint32_t> min_count;
  TieOrder tie_order = TieOrder::kRaw;
  uint64_t seed = 1;
  /// Unix seconds: events from then on are test cases. Unset: leave-one-out, or the given test
  /// cases.
  std::optional<int64_t> split_time;
  /// Share of the items that training never sees (hold_out.h), drawn by `seed`; 0 = none.
  double hold_out_items = 0.0;
  bool merge_repeats = false;  ///< adjacent events on one item become one (merge_repeats.h)
};

/// Reads a log and writes a data set (native/dataset/README.md) that Dataset::Open reads.
/// `options.out` appears, or is replaced, only when everything is written.
///
/// Errors: kInvalidArgument for options that do not go together, a damaged or empty file, a missing
/// column, a log without a valid row, or `out` being something else than a data set; kNotFound for
/// a missing file; kInternal if `out` can not be written, e.g. a full disk. Nothing is changed
/// then.
Result<ImportStats> ImportLog(const ImportOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_IMPORT_H_
