#include "native/log/table_reader.h"

#include <fstream>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "native/log/byte_reader.h"
#include "native/log/dialect.h"

namespace tsugi {
namespace {

// The kind by the first bytes of a regular file; a pipe is text, since nothing can be set back.
FileKind KindOfFile(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return FileKind::kText;
  char start[8] = {};
  std::ifstream(path, std::ios::binary).read(start, sizeof start);
  return KindOf({start, sizeof start});
}

}  // namespace

// Parquet is recognised by its bytes, whatever the file is called.
Result<std::unique_ptr<TableReader>> TableReader::Open(const TableSource& source,
                                                       const TableOptions& options,
                                                       ReadAudit& audit) {
  if (!source.sql.empty()) return OpenSqlTable(source.sql, options.limits, audit);
  if (KindOfFile(source.file) == FileKind::kParquet) {
    return OpenParquetTable(source.file, options.limits, audit);
  }
  // "{" as a delimiter stands for JSON lines, so that a user can force it with --delimiter as well.
  bool is_json = options.delimiter == "{";
  if (options.delimiter.empty()) {
    TSUGI_ASSIGN_OR_RETURN(is_json, HoldsJson(source.file));
  }
  if (is_json) return OpenJsonTable(source.file, audit);
  return OpenTextTable(source.file, options, audit);
}

// The rows are copied, because their views end with the next one, and are kept, because a text
// table can not be set back.
Result<std::vector<std::vector<std::string>>> TableReader::Sample(size_t count) {
  std::vector<std::vector<std::string>> rows;
  std::vector<SampledRow> sampled;
  while (sampled.size() < count) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_row, Next());
    if (!has_row) break;
    sampled.push_back({{fields_.begin(), fields_.end()}, std::string(row_text_), row_line_});
    rows.push_back(sampled.back().fields);
  }
  sampled_ = std::move(sampled);
  next_sampled_ = 0;
  return rows;
}

Result<bool> TableReader::Next() {
  if (!is_started_) {
    is_started_ = true;
    if (kept_.empty()) {
      kept_.resize(columns_.size());
      std::iota(kept_.begin(), kept_.end(), size_t{0});
    }
    TSUGI_RETURN_IF_ERROR(Start());
  }
  if (next_sampled_ == sampled_.size()) return ReadRow();
  const SampledRow& row = sampled_[next_sampled_++];
  fields_.assign(row.fields.begin(), row.fields.end());
  row_text_ = row.text;
  row_line_ = row.line;
  return true;
}

// Options choose columns by name, so every column needs a name of its own. The first keeps its
// name, which is what a user expects of two equal ones.
void TableReader::NumberEqualNames() {
  std::unordered_map<std::string, size_t> place_of;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto [first, is_new] = place_of.emplace(columns_[i], i);
    if (is_new || columns_[i].empty()) continue;
    std::string name;
    for (int n = 2; name.empty() || !place_of.emplace(name, i).second; ++n) {
      name = columns_[i] + "_" + std::to_string(n);
    }
    notes_.push_back("columns " + std::to_string(first->second + 1) + " and " +
                     std::to_string(i + 1) + " are both called \"" + columns_[i] +
                     "\"; the second is read as \"" + name + "\"");
    columns_[i] = name;
  }
}

}  // namespace tsugi
