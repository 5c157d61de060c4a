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
#include "native/log/vector_reader.h"

namespace tsugi {

/// The form of a log.
enum class LogFormat : uint8_t {
  kEvents,     ///< one event per row: CSV, TSV, JSON lines, Parquet, SQL
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
  /// Files, and patterns such as logs/*.csv.gz; at least one, or `sql`.
  std::vector<std::string> events;
  /// A SELECT over csv, json and parquet files whose rows are the events; with events only.
  std::string sql;
  std::optional<std::filesystem::path> items;       ///< metadata
  std::vector<VectorSource> item_vectors;           ///< of items, one source a kind
  std::optional<std::filesystem::path> times;       ///< times of the sequences' events
  std::optional<std::filesystem::path> test_cases;  ///< with sessions only
  std::optional<std::filesystem::path> words;       ///< word vectors, with `items` only
  std::filesystem::path out;

  /// How much memory the import may take. What of the events, of rejected rows and of DuckDB's
  /// sorts needs more goes to a temporary folder next to `out`; the ids of users and items must
  /// fit. The data set is the same, to the byte. 0: as much as it takes.
  uint64_t memory_bytes = 0;
  /// The fields of the metadata that ship with a model; unset: all but those of the event and those
  /// in `without_fields` (item_fields.h).
  std::optional<std::vector<std::string>> item_fields;
  std::vector<std::string> without_fields;
  /// How many of the most frequent words of `words` are kept besides those of the items; unset:
  /// what fits into a megabyte (word_vectors/choose_words.h).
  std::optional<uint32_t> words_kept;
  /// The share of rejected rows above which a log is refused.
  double max_rejected = 0.5;

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
  /// Share of the items to hold out from training (event_filters.h), drawn by `seed`; 0 = none.
  double hold_out_items = 0.0;
  bool merge_repeats = false;  ///< whether to merge adjacent events on one item (event_filters.h)
};

/// Tells the form of a log by its first lines: a table with a user and an item column is kEvents.
/// Errors: kInvalidArgument, with what to try, for any other text; those of TableReader.
Result<LogFormat> GuessFormat(const std::string& file);

/// Reads a log and writes a data set (native/dataset/README.md) that Dataset::Open reads.
/// `options.out` is created or replaced only after everything has been written.
///
/// Errors: kInvalidArgument for options that exclude each other, a damaged or empty file, a missing
/// column, a log without a valid row, or an `out` that is not a data set; kNotFound for a missing
/// file; kInternal if `out` or what exceeds memory_bytes cannot be written, e.g. because the disk
/// is full; kOutOfMemory. Nothing has changed then.
Result<ImportStats> ImportLog(const ImportOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_IMPORT_H_
