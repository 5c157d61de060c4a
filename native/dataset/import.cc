#include "native/dataset/import.h"

#include <chrono>
#include <new>
#include <optional>
#include <string>

#include "native/dataset/catalogue.h"
#include "native/dataset/dataset_writer.h"
#include "native/dataset/event_filters.h"
#include "native/dataset/item_metadata.h"
#include "native/dataset/item_vectors.h"
#include "native/dataset/raw_log.h"
#include "native/dataset/sequences.h"
#include "native/dataset/split.h"
#include "native/dataset/word_vectors/choose_words.h"
#include "native/dataset/word_vectors/word_file.h"
#include "native/files/folders.h"
#include "native/files/spill.h"
#include "native/log/input_files.h"

namespace tsugi {
namespace {

constexpr const char* FormatName(LogFormat format) {
  switch (format) {
    case LogFormat::kEvents:
      return "events";
    case LogFormat::kSequences:
      return "sequences";
    case LogFormat::kSessions:
      return "sessions";
  }
  return "";
}

// Everything that can be refused without reading a file. A log of gigabytes takes minutes, after
// which nobody wants to hear that --out is in the way.
Status CheckOptions(const ImportOptions& options) {
  if (options.events.empty() && options.sql.empty()) {
    return InvalidArgument("--events: no file given");
  }
  if (!options.sql.empty() && (!options.events.empty() || options.format != LogFormat::kEvents)) {
    return InvalidArgument("--sql: gives the events itself (expected no --events, and --format " +
                           std::string("events). Try: --sql \"SELECT ... FROM 'FILE'\" alone"));
  }
  if (options.out.empty()) return InvalidArgument("--out: no directory given");
  if (options.times && options.format != LogFormat::kSequences) {
    return InvalidArgument("--times needs --format sequences. Try: --time-column NAME for events");
  }
  if (options.test_cases && options.format != LogFormat::kSessions) {
    return InvalidArgument("--test-cases needs --format sessions. Try: --split-time for events");
  }
  if (options.hold_out_items != 0.0 && options.format == LogFormat::kSessions) {
    return InvalidArgument(
        "--hold-out-items needs --format events or sequences. Try: leave it out for sessions");
  }
  if (options.split_time && options.format == LogFormat::kSessions) {
    return InvalidArgument("--split-time: sessions have no times. Try: --test-cases FILE");
  }
  TSUGI_RETURN_IF_ERROR(CheckVectorSources(options.item_vectors));
  if (options.words && !options.items) {
    return InvalidArgument("--word-vectors needs titles or attributes of items. Try: --items FILE");
  }
  TSUGI_RETURN_IF_ERROR(CheckOut(options.out));
  // The first word tells whether it is such a file at all. A pipe can be read only once.
  if (!options.words || IsPipe(*options.words)) return Status();
  return ReadWordFile(*options.words, [](const FileWord&) { return false; }).status();
}

// Records the options that shape the result, so that stats.json tells how to repeat the import.
ImportStats StartStats(const ImportOptions& options) {
  ImportStats stats;
  stats.format = FormatName(options.format);
  stats.tie_order = options.tie_order == TieOrder::kRaw ? "raw" : "shuffled";
  stats.seed = options.seed;
  stats.min_count = options.min_count.value_or(options.format == LogFormat::kEvents ? 5 : 1);
  stats.source_files = options.events;
  if (!options.sql.empty()) stats.source_files.push_back(options.sql);
  for (const auto& file : {options.times, options.test_cases, options.items, options.words}) {
    if (file) stats.source_files.push_back(file->string());
  }
  for (const VectorSource& source : options.item_vectors) {
    stats.source_files.push_back(source.file.string());
    if (!source.ids.empty()) stats.source_files.push_back(source.ids.string());
  }
  return stats;
}

// Given test cases win over a split time, and that over leave-one-out; CheckOptions refuses the
// combinations that make no sense.
Status Split(const ImportOptions& options, DatasetArrays& arrays, ImportStats& stats) {
  if (options.test_cases) return SplitGivenCases(stats.users, arrays, stats);
  if (options.split_time) return SplitByTime(*options.split_time, arrays, stats);
  SplitLeaveOneOut(arrays, stats);
  return {};
}

// The k-core may be empty although many users and items have enough events: their events are with
// rare ones.
Status NothingLeft(const ImportOptions& options, const ImportStats& stats) {
  const std::string source = options.events.empty() ? "--sql" : options.events.front();
  const std::string count = std::to_string(stats.min_count);
  if (stats.frequent_users == 0 || stats.frequent_items == 0) {
    const bool has_users = stats.frequent_users > 0, has_items = stats.frequent_items > 0;
    return InvalidArgument(source + ": no " +
                           (has_users   ? "item"
                            : has_items ? "user"
                                        : "user or item") +
                           " has " + count + " events. Try: --min-count 1");
  }
  return InvalidArgument(source + ": " + std::to_string(stats.frequent_users) + " users and " +
                         std::to_string(stats.frequent_items) + " items have " + count +
                         " events, but hardly with each other: nothing is left when all others " +
                         "are left out, again and again. Try: --min-count 2, or --min-count 1");
}

// Builds the arrays of the data set, without metadata, from the log as it was read. The order of
// the steps matters: the minimum count applies before repeats are merged, items are held out before
// the split, and test cases are appended after the users have been counted.
Status BuildArrays(const ImportOptions& options, RawLog log, DatasetArrays& arrays,
                   ImportStats& stats) {
  KeepMinCount(stats.min_count, log, stats);
  if (log.items.empty()) return NothingLeft(options, stats);
  Vocabulary vocabulary = BuildVocabulary(log);
  SequenceOrder order;
  order.sort_by_time = options.format == LogFormat::kEvents;
  if (options.tie_order == TieOrder::kShuffled) order.shuffle_ties_seed = options.seed;
  order.unknown_times_tie = options.format == LogFormat::kEvents;
  const OrderCounts counts = BuildSequences(log, vocabulary, order, arrays);
  stats.file_ordered = counts.file_ordered;
  stats.sorted_by_item = counts.sorted_by_item;
  stats.ties_unused = options.tie_order == TieOrder::kShuffled && counts.ties == 0;
  if (options.merge_repeats) MergeRepeats(arrays, stats);
  arrays.item_ids = std::move(vocabulary.item_ids);
  if (options.hold_out_items != 0.0) {
    TSUGI_RETURN_IF_ERROR(
        HoldOutItems(options.hold_out_items, options.seed, options.split_time, arrays, stats));
  }
  // Given test cases come after this line and are no users.
  stats.users = arrays.sequence_count();
  stats.test_only_items = vocabulary.test_only_count;
  AppendTestCases(log, vocabulary, arrays);
  return Split(options, arrays, stats);
}

// A pipe gives its bytes once, and what is about items is read more than once.
Status CopyPipe(const TempFolder& temp_folder, std::filesystem::path& file, ImportStats& stats) {
  if (!IsPipe(file)) return {};
  TSUGI_ASSIGN_OR_RETURN(const auto files,
                         FindInputFiles({file.string()}, temp_folder.path(), stats.notes));
  file = files.front();
  return {};
}

// What is known of the items besides the log.
Status ReadItems(ImportOptions options, const TempFolder& temp_folder, ReadAudit& audit,
                 DatasetArrays& arrays, ImportStats& stats) {
  options.metadata_reader.table.limits = LimitsOfDuckDb(options, temp_folder.path());
  if (options.items) {
    TSUGI_RETURN_IF_ERROR(CopyPipe(temp_folder, *options.items, stats));
    TSUGI_RETURN_IF_ERROR(AddItemMetadata(options, audit, arrays, stats));
  }
  for (VectorSource& source : options.item_vectors) {
    TSUGI_RETURN_IF_ERROR(CopyPipe(temp_folder, source.file, stats));
    TSUGI_RETURN_IF_ERROR(CopyPipe(temp_folder, source.ids, stats));
  }
  if (!options.item_vectors.empty()) {
    TSUGI_RETURN_IF_ERROR(AddItemVectors(options, temp_folder.path(), audit, arrays, stats));
  }
  if (!options.words) return {};
  TSUGI_RETURN_IF_ERROR(CopyPipe(temp_folder, *options.words, stats));
  return AddWords(options, arrays, stats);
}

// Next to `out`, where the data set needs the space as well.
Result<TempFolder> MakeTempFolder(const std::filesystem::path& out) {
  const std::filesystem::path place = RealPlace(std::filesystem::absolute(out)).parent_path();
  std::error_code error;
  std::filesystem::create_directories(place, error);
  return TempFolder::Make(place);
}

Result<ImportStats> ImportWithin(const ImportOptions& options, const TempFolder& temp_folder,
                                 Spill* spill) {
  ImportStats stats = StartStats(options);
  ReadAudit audit(spill);
  TSUGI_ASSIGN_OR_RETURN(RawLog log, ReadLog(options, &temp_folder, spill, audit, stats));
  DatasetArrays arrays(spill);
  TSUGI_RETURN_IF_ERROR(BuildArrays(options, std::move(log), arrays, stats));
  TSUGI_RETURN_IF_ERROR(ReadItems(options, temp_folder, audit, arrays, stats));

  // Measured on the final arrays, so stats.json describes what training and evaluation read.
  MeasureArrays(arrays, stats);
  stats.hash = HashArrays(arrays);
  stats.rejected = audit.reasons();
  stats.rejected_rows = audit.rejected_count();
  stats.latin1_fields = audit.latin1_field_count();
  TSUGI_RETURN_IF_ERROR(WriteDataset(
      options.out, arrays, StatsToJson(stats, /*with_run=*/false),
      stats.rejected_rows ? std::string_view(audit.rejected_tsv()) : std::string_view()));
  return stats;
}

}  // namespace

Result<ImportStats> ImportLog(const ImportOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  TSUGI_RETURN_IF_ERROR(CheckOptions(options));
  TSUGI_ASSIGN_OR_RETURN(const TempFolder temp_folder, MakeTempFolder(options.out));
  std::optional<Spill> spill;
  if (options.memory_bytes > 0) spill.emplace(options.memory_bytes, temp_folder.path());
  Result<ImportStats> stats =
      OutOfMemory("the log needs more memory than there is. Try: --memory 4GB");
  // An array that cannot grow throws, wherever the log is read or moved at that time.
  try {
    stats = ImportWithin(options, temp_folder, spill ? &*spill : nullptr);
  } catch (const std::bad_alloc&) {
    if (spill && !spill->status().ok()) return spill->status();
  }
  if (!stats.ok()) return stats;
  stats->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  stats->memory_limit = options.memory_bytes;
  stats->peak_memory = PeakMemoryBytes();
  if (spill) stats->spilled_bytes = spill->peak_file_bytes();
  return stats;
}

}  // namespace tsugi
