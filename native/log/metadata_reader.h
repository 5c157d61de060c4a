#ifndef TSUGI_NATIVE_LOG_METADATA_READER_H_
#define TSUGI_NATIVE_LOG_METADATA_READER_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/read_audit.h"
#include "native/log/table_reader.h"

namespace tsugi {

/// How to read item metadata.
struct MetadataReaderOptions {
  TableOptions table;
  /// Columns (or JSON keys) of the id and the title. If empty, they are found by common names
  /// (`id`, `movieId`, `title`, ...).
  std::string id_column, title_column;
  /// The name of the log's item column. If id_column is empty and the metadata has a column of this
  /// name, that one is the id column.
  std::string log_item_column;
};

/// One row about an item. `json` is the whole row as a JSON object: a row of JSON lines unchanged,
/// another one with strings, and lists where the table has lists. `title` holds no control
/// characters. The views are valid only during the call of the sink.
struct MetadataRow {
  std::string_view id, title, json;
};

/// The columns of a metadata file.
struct MetadataColumns {
  std::vector<std::string> all;
  std::string id, title;  ///< "" if there is no title
  std::vector<std::string> notes;
};

/// Called once, before the rows; an error ends the reading.
using MetadataStart = std::function<Status(const MetadataColumns&)>;
using MetadataSink = std::function<void(const MetadataRow&)>;

/// Reads item metadata from a JSON lines, CSV, TSV or Parquet file and calls `start` with its
/// columns, then `sink` with every row. Rows without an id go to the audit. Errors:
/// kInvalidArgument if there is no id column; those of TableReader.
Result<MetadataColumns> ReadItemMetadata(const std::filesystem::path& file,
                                         const MetadataReaderOptions& options, ReadAudit& audit,
                                         const MetadataStart& start, const MetadataSink& sink);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_METADATA_READER_H_
