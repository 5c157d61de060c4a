#include "native/log/metadata_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "native/log/column_names.h"
#include "native/log/encoding.h"

namespace tsugi {
namespace {

// The log's own name for items is a better guess than any common name: two files of one data set
// usually agree, and "id" may be the id of something else.
Result<size_t> FindIdColumn(const TableReader& table, const MetadataReaderOptions& options) {
  const auto& columns = table.columns();
  const bool has_log_name =
      std::find(columns.begin(), columns.end(), options.log_item_column) != columns.end();
  const std::string& name =
      options.id_column.empty() && has_log_name ? options.log_item_column : options.id_column;
  return RequireColumn(table.name(), columns, kItemIdRole, name);
}

// Damaged UTF-8 is replaced rather than refused: `dump` would throw otherwise.
std::string RowAsJson(const TableReader& table) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (size_t i = 0; i < table.columns().size(); ++i) {
    object[table.columns()[i]] = std::string(table.field(i));
  }
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Status ReadItemMetadata(const std::filesystem::path& file, const MetadataReaderOptions& options,
                        ReadAudit& audit, const MetadataSink& sink) {
  TSUGI_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(file, options.table, audit));
  TSUGI_ASSIGN_OR_RETURN(const size_t id_column, FindIdColumn(table, options));
  TSUGI_ASSIGN_OR_RETURN(
      const std::optional<size_t> title_column,
      FindColumn(table.name(), table.columns(), kTitleRole, options.title_column));
  std::string json;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_row, table.Next());
    if (!has_row) return {};
    const std::string_view id = TrimBlanks(table.field(id_column));
    if (id.empty()) {
      table.Reject("no item id");
      continue;
    }
    // JSONL rows are kept as they are: reading and writing them would lose digits of long numbers.
    json = table.is_json() ? std::string(table.row_text()) : RowAsJson(table);
    sink({id, title_column ? TrimBlanks(table.field(*title_column)) : std::string_view(), json});
  }
}

}  // namespace tsugi
