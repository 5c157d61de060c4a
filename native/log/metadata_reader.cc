#include "native/log/metadata_reader.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "native/log/column_names.h"
#include "native/log/field_text.h"
#include "native/log/json_row.h"

namespace tsugi {
namespace {

// Appends the words of a field as a JSON list.
void AppendWords(std::string_view field, std::string& json) {
  json += '[';
  for (size_t i = 0; i < field.size();) {
    const size_t end = std::min(field.find(' ', i), field.size());
    if (end > i) {
      if (json.back() != '[') json += ',';
      AppendJsonString(field.substr(i, end - i), json);
    }
    i = end + 1;
  }
  json += ']';
}

// Nested values of DuckDB are JSON already and go in as they are.
void AppendRowAsJson(const TableReader& table, std::string& json) {
  json = "{";
  for (size_t i = 0; i < table.columns().size(); ++i) {
    if (i > 0) json += ',';
    AppendJsonString(table.columns()[i], json);
    json += ':';
    const std::string_view field = table.field(i);
    if (table.holds_words(i)) {
      AppendWords(field, json);
    } else if (table.may_hold_lists(i) && !field.empty()) {
      json += field;
    } else {
      AppendJsonString(field, json);
    }
  }
  json += '}';
}

}  // namespace

Result<MetadataColumns> ReadItemMetadata(const std::filesystem::path& file,
                                         const MetadataReaderOptions& options, ReadAudit& audit,
                                         const MetadataStart& start, const MetadataSink& sink) {
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                         TableReader::Open(file, options.table, audit));
  TSUGI_ASSIGN_OR_RETURN(const size_t id_column,
                         RequireItemIdColumn(table->name(), table->columns(), options.id_column,
                                             options.log_item_column));
  TSUGI_ASSIGN_OR_RETURN(
      const std::optional<size_t> title_column,
      FindColumn(table->name(), table->columns(), kTitleRole, options.title_column));
  MetadataColumns columns{table->columns(), table->columns()[id_column],
                          title_column ? table->columns()[*title_column] : "", table->notes()};
  TSUGI_RETURN_IF_ERROR(start(columns));
  std::string json, title;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_row, table->Next());
    if (!has_row) return columns;
    const std::string_view id = TrimBlanks(table->field(id_column));
    if (IsMissing(id)) {
      table->Reject("no item id");
      continue;
    }
    if (title_column) {
      title = WithoutControls(table->field(*title_column));
      // {"en": "Heat"} is shown to nobody.
      if (IsMissing(TrimBlanks(title)) || IsObjectText(title)) title.clear();
    }
    // Rows of JSON lines are kept as they are: reading and writing them would lose digits of long
    // numbers.
    if (!table->is_json()) AppendRowAsJson(*table, json);
    sink({id, TrimBlanks(title), table->is_json() ? table->row_text() : std::string_view(json)});
  }
}

}  // namespace tsugi
