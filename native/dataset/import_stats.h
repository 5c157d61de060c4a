#ifndef TSUGI_NATIVE_DATASET_IMPORT_STATS_H_
#define TSUGI_NATIVE_DATASET_IMPORT_STATS_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/item_attributes.h"
#include "native/log/event_reader.h"
#include "native/log/read_audit.h"

namespace tsugi {

/// Quantiles 0, .25, .5, .75, .9, .95, .99, 1 and the mean; all 0 for an empty list.
struct Distribution {
  static constexpr std::array<double, 8> kLevels = {0, .25, .5, .75, .9, .95, .99, 1};
  std::array<int64_t, 8> quantiles{};
  double mean = 0;

  int64_t median() const { return quantiles[2]; }
  int64_t max() const { return quantiles.back(); }
};

/// Computes a distribution and moves the values about. The quantile at level q is the value at
/// index floor(q * (count - 1)) of the sorted list.
Distribution Distribute(std::span<int64_t> values);

/// A field of the metadata that does not ship, and why.
struct LeftOutField {
  std::string name, reason;
};

/// What was found of one kind of vectors. rows = items + not_in_log + duplicates + empty.
struct ItemVectorStats {
  std::string name = {};
  uint32_t width = 0;       ///< numbers of a vector
  uint64_t items = 0;       ///< items of the catalogue with a vector
  uint64_t rows = 0;        ///< that were not rejected
  uint64_t rejected = 0;    ///< rows without an id
  uint64_t not_in_log = 0;  ///< rows about items that are not in the log
  uint64_t duplicates = 0;  ///< rows whose id had an earlier vector, which counts
  uint64_t empty = 0;       ///< rows about items of the log, without a number or with zeros alone
  uint64_t respelled = 0;   ///< items that were found by another spelling: 1.0 for 1
  std::string join_examples = {};  ///< ids of both sides if few rows are about items of the log
};

/// What was kept of a file of words and their vectors.
struct WordStats {
  std::string form;               ///< of the file; empty if none was given
  uint32_t width = 0, codes = 0;  ///< numbers and codes of a word
  uint64_t in_file = 0;           ///< words
  uint64_t broken = 0;            ///< of them, left out because they are not UTF-8
  uint64_t kept = 0, bytes = 0;   ///< words of the data set, and what they take in a model file
  uint64_t catalogue = 0;         ///< distinct words of titles and attributes
  uint64_t catalogue_in_file = 0, catalogue_kept = 0;
  std::string hint = {};  ///< what to do about words of the items that were left out; or empty
};

/// Everything the importer counts and measures; stats.json holds it.
struct ImportStats {
  // Where it came from.
  std::string format, protocol, tie_order;
  uint64_t seed = 0;
  uint32_t min_count = 1;
  int64_t split_time = 0;       ///< unix seconds, protocol "time" only
  int64_t validation_time = 0;  ///< first time that validation holds out, "time" only
  std::vector<std::string> source_files;
  EventColumns columns;            ///< as found
  std::vector<std::string> notes;  ///< "file: what was understood", for people

  // The data set's sizes.
  uint64_t users = 0;           ///< users or sessions that may be trained on or evaluated
  uint64_t test_sequences = 0;  ///< sequences that hold given test cases only
  uint64_t sequences = 0;       ///< users + test_sequences
  uint64_t log_events = 0;      ///< events of the users
  uint64_t events = 0;          ///< in all sequences
  uint64_t items = 0, actions = 0, valid_cases = 0, test_cases = 0, train_events = 0;

  // What was left out or is noteworthy.
  // Every row of the log is accounted for: log_events + min_count_events + merged_events +
  // held_out_events = events_read, and for events that is rows_read - rows_rejected + list_events -
  // list_rows.
  std::vector<ReadAudit::Reason> rejected;
  uint64_t rejected_rows = 0, latin1_fields = 0;    ///< of all files
  uint64_t rows_read = 0, rows_rejected = 0;        ///< of the log: its lines or rows
  uint64_t events_read = 0;                         ///< in the rows that were not rejected
  uint64_t list_rows = 0, list_events = 0;          ///< rows with a list of items
  uint64_t missing_users = 0, missing_items = 0;    ///< ids that stand for a missing value
  uint64_t frequent_users = 0, frequent_items = 0;  ///< with min_count events before the filter
  std::string busiest_user;                         ///< with more than a tenth of the log, or ""
  double busiest_share = 0;
  // Sequences whose order comes from the file alone, and those of them sorted by item.
  uint64_t file_ordered = 0, sorted_by_item = 0;
  bool ties_unused = false;  ///< shuffled was asked for and changed nothing
  uint64_t min_count_users = 0, min_count_items = 0, min_count_events = 0;
  uint64_t short_users = 0;            ///< fewer than 3 events: trained on, not evaluated
  uint64_t users_without_times = 0;    ///< sequences without a row in the times file
  uint64_t time_order_violations = 0;  ///< adjacent events of a sequence whose time falls
  uint64_t test_only_items = 0;        ///< items of given test cases that training never saw
  uint64_t cold_test_targets = 0;      ///< test cases whose target is nowhere in training
  uint64_t held_out_items = 0;         ///< items that training never sees, by request
  uint64_t held_out_events = 0;        ///< their events that were left out
  uint64_t merged_events = 0;          ///< events that became part of the one before

  // Metadata.
  bool has_metadata = false;
  uint64_t metadata_items = 0;       ///< items of the catalogue with metadata
  uint64_t metadata_duplicates = 0;  ///< rows whose id had an earlier row, which counts
  uint64_t metadata_unused = 0;      ///< rows about items that are not in the log
  uint64_t metadata_rows = 0, metadata_rejected = 0;
  uint64_t metadata_respelled = 0;    ///< items that were found by another spelling: 1.0 for 1
  uint64_t empty_titles = 0;          ///< items of the catalogue without a title
  std::string id_field, title_field;  ///< of the metadata
  std::string join_examples;  ///< ids of both sides if less than a tenth of the items were found
  std::vector<LeftOutField> left_out_fields;     ///< fields that no model file will hold
  std::vector<AttributeField> attribute_fields;  ///< the attributes that model files will hold
  uint64_t id_bytes = 0, title_bytes = 0;        ///< of the catalogue
  std::vector<ItemVectorStats> item_vectors;     ///< in the order in which they were given

  WordStats words;

  // Shape of the data.
  double repeat_share = 0;      ///< share of validation cases with the target in their history
  double density = 0;           ///< log_events / (users * items)
  double equal_time_share = 0;  ///< share of adjacent events with known times that are equal
  int64_t first_time = 0, last_time = 0;  ///< of known times
  Distribution lengths;                   ///< events per user
  Distribution gaps_s;                    ///< between adjacent events with known times, seconds
  uint64_t gap_count = 0;                 ///< number of such pairs

  std::string hash;  ///< 16 hex digits over the contents of all arrays
  // Of this run and not of the data: not in stats.json.
  double seconds = 0;          ///< how long the import took
  uint64_t memory_limit = 0;   ///< ImportOptions::memory_bytes
  uint64_t peak_memory = 0;    ///< bytes, the whole process
  uint64_t spilled_bytes = 0;  ///< the most that arrays had on disk at one time
};

/// Measures sizes, shape, repeats and cold targets of `arrays`. The first stats.users sequences are
/// the log; the others hold given test cases.
void MeasureArrays(const DatasetArrays& arrays, ImportStats& stats);

/// Returns one indented JSON object that ends with a line feed. What is of the run, `seconds` and
/// `memory`, is in it only if asked for, so that repeating an import gives the same file.
std::string StatsToJson(const ImportStats& stats, bool with_run);

/// Returns a few lines for people: counts, protocol, and what was left out, with examples.
std::string SummarizeImport(const ImportStats& stats, const std::string& out);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_IMPORT_STATS_H_
