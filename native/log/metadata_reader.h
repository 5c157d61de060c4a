#ifndef TSUGI_NATIVE_LOG_METADATA_READER_H_
#define TSUGI_NATIVE_LOG_METADATA_READER_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/status.h"
#include "native/log/read_audit.h"
#include "native/log/table_reader.h"

namespace tsugi {

struct MetadataReaderOptions {
  TableOptions table;
  /// Column or JSON key of the id and of the title; empty: common names (`id`, `movieId`, `title`,
  /// ...).
  std::string id_column, title_column;
  /// Also taken for the id column if id_column is empty: the log's name for items.
  std::string log_item_column;
};

/// One item. `json` is the whole row as one JSON object: JSONL as given, CSV with text values.
struct MetadataRow {
  std::string_view id, title, json;
};

using MetadataSink = std::function<void(const MetadataRow&)>;

/// Reads item metadata from JSONL, CSV or TSV. Rows without an id go to the audit.
/// Errors: kInvalidArgument if there is no id column; file errors.
Status ReadItemMetadata(const std::filesystem::path& file, const MetadataReaderOptions& options,
                        ReadAudit& audit, const MetadataSink& sink);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_METADATA_READER_H_
