#ifndef TSUGI_NATIVE_DATASET_IMPORT_STATS_H_
#define TSUGI_NATIVE_DATASET_IMPORT_STATS_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "native/dataset/dataset_arrays.h"
#include "native/dataset/item_attributes.h"
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

/// Computes a distribution. The quantile at level q is the value at index floor(q * (count - 1)) of
/// the sorted list.
Distribution Distribute(std::vector<int64_t> values);

/// Everything the importer counts and measures; stats.json holds it.
struct ImportStats {
  // Where it came from.
  std::string format, protocol, tie_order;
  uint64_t seed = 0;
  uint32_t min_count = 1;
  int64_t split_time = 0;                ///< unix seconds, protocol "time" only
  int64_t validation_time = 0;           ///< first time that validation holds out, "time" only
  std::vector<std::string> source_files;
  std::string user_column, item_column, time_column, action_column, value_column;  ///< as found

  // The data set's sizes.
  uint64_t users = 0;           ///< users or sessions that may be trained on or evaluated
  uint64_t test_sequences = 0;  ///< sequences that hold given test cases only
  uint64_t sequences = 0;       ///< users + test_sequences
  uint64_t log_events = 0;      ///< events of the users
  uint64_t events = 0;          ///< in all sequences
  uint64_t items = 0, actions = 0, valid_cases = 0, test_cases = 0, train_events = 0;

  // What was left out or is noteworthy.
  std::vector<ReadAudit::Reason> rejected;
  uint64_t rejected_rows = 0, latin1_fields = 0;
  uint64_t min_count_users = 0, min_count_items = 0, min_count_events = 0;
  uint64_t short_users = 0;             ///< fewer than 3 events: trained on, not evaluated
  uint64_t users_without_times = 0;     ///< sequences without a row in the times file
  uint64_t time_order_violations = 0;   ///< adjacent events of a sequence whose time falls
  uint64_t test_only_items = 0;         ///< items of given test cases that training never saw
  uint64_t cold_test_targets = 0;       ///< test cases whose target is nowhere in training
  uint64_t held_out_items = 0;    ///< items that training never sees, by request
  uint64_t held_out_events = 0;   ///< their events that were left out
  uint64_t merged_events = 0;     ///< events that became part of the one before

  // Metadata.
  bool has_metadata = false;
  uint64_t metadata_items = 0;       ///< items of the catalogue with metadata
  uint64_t metadata_duplicates = 0;  ///< rows whose id had an earlier row, which counts
  uint64_t metadata_unused = 0;      ///< rows about items that are not in the log
  uint64_t empty_titles = 0;         ///< items of the catalogue without a title
  std::vector<AttributeField> attribute_fields;  ///< the attributes that model files will hold

  // Shape of the data.
  double repeat_share = 0;       ///< share of validation cases with the target in their history
  double density = 0;            ///< log_events / (users * items)
  double equal_time_share = 0;   ///< share of adjacent events with known times that are equal
  int64_t first_time = 0, last_time = 0;  ///< of known times
  Distribution lengths;          ///< events per user
  Distribution gaps_s;           ///< between adjacent events with known times, seconds
  uint64_t gap_count = 0;        ///< number of such pairs

  std::string hash;     ///< 16 hex digits over the contents of all arrays
  double seconds = 0;   ///< how long the import took; not in stats.json
};

/// Measures sizes, shape, repeats and cold targets of `arrays`. The first stats.users sequences are
/// the log; the others hold given test cases.
void MeasureArrays(const DatasetArrays& arrays, ImportStats& stats);

/// Returns one indented JSON object that ends with a line feed. `seconds` is in it only if asked
/// for, so that repeating an import gives the same file.
std::string StatsToJson(const ImportStats& stats, bool with_seconds);

/// Returns a few lines for people: counts, protocol, and what was left out, with examples.
std::string SummarizeImport(const ImportStats& stats, const std::string& out);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_DATASET_IMPORT_STATS_H_
