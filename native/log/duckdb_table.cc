#include <algorithm>
#include <utility>

#include "native/log/duckdb.h"
#include "native/log/field_text.h"
#include "native/log/table_reader.h"

namespace tsugi {
namespace {

// DuckDB takes these characters in a file's name for a pattern.
std::string WithoutPattern(const std::string& path) {
  std::string escaped;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      escaped += std::string("[") + c + "]";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

class DuckDbTable : public TableReader {
 public:
  DuckDbTable(std::string name, bool is_query, DuckDbQuery query, ReadAudit& audit)
      : TableReader(std::move(name), audit), is_query_(is_query), query_(std::move(query)) {
    for (const DuckDbColumn& column : query_.columns()) columns_.push_back(column.name);
    NumberEqualNames();
  }

  bool may_hold_lists(size_t column) const override { return query_.columns()[column].is_list; }
  bool is_query() const override { return is_query_; }
  bool holds_numbers(size_t column) const override { return query_.columns()[column].is_number; }
  bool holds_unix_times(size_t column) const override { return query_.columns()[column].is_whole; }
  bool holds_times(size_t column) const override { return query_.columns()[column].is_time; }

  // A query of its own, so that the other one need not read columns that nobody wants.
  Result<std::vector<std::vector<std::string>>> Sample(size_t count) override {
    TSUGI_ASSIGN_OR_RETURN(DuckDbQuery query, query_.First(count));
    std::vector<size_t> all(columns_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    TSUGI_RETURN_IF_ERROR(query.Start(all));
    std::vector<std::vector<std::string>> rows;
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const size_t chunk_rows, query.NextChunk());
      if (chunk_rows == 0) return rows;
      for (size_t row = 0; row < chunk_rows; ++row) {
        auto& fields = rows.emplace_back();
        // What is no UTF-8 is counted when it is read, and not here as well.
        for (const size_t column : all) {
          const std::string_view field = query.field(column, row);
          fields.push_back(IsUtf8(field) ? std::string(field) : Cp1252ToUtf8(field));
        }
      }
    }
  }

  std::optional<LogTime> time(size_t column) const override {
    return query_.time(place_of_[column], row_ - 1);
  }
  std::optional<double> number(size_t column) const override {
    return query_.number(place_of_[column], row_ - 1);
  }

  // The fields, as a line of CSV would have them: there is no text behind a row of Parquet.
  std::string_view row_text() const override {
    text_.clear();
    for (const size_t column : kept_) {
      if (column != kept_.front()) text_ += ',';
      if (std::find(typed_.begin(), typed_.end(), column) == typed_.end()) {
        text_ += fields_[column];
      } else if (holds_numbers(column)) {
        text_ += number(column) ? std::to_string(*number(column)) : "";
      } else if (const std::optional<LogTime> known = time(column)) {
        text_ += std::to_string(known->seconds);
      }
    }
    return text_;
  }

 private:
  // Only the kept columns are asked for, so column i of the result is column kept_[i] of the table.
  Status Start() override {
    fields_.resize(columns_.size());
    place_of_.resize(columns_.size());
    for (size_t i = 0; i < kept_.size(); ++i) {
      place_of_[kept_[i]] = i;
      if (std::find(typed_.begin(), typed_.end(), kept_[i]) != typed_.end()) continue;
      texts_.push_back(kept_[i]);
    }
    decoded_.resize(columns_.size());
    return query_.Start(kept_, typed_);
  }

  // Parquet has no lines; messages count rows instead. DuckDB's texts are UTF-8, its bytes may be
  // anything.
  Result<bool> ReadRow() override {
    if (row_ == chunk_rows_) {
      TSUGI_ASSIGN_OR_RETURN(chunk_rows_, query_.NextChunk());
      row_ = 0;
      if (chunk_rows_ == 0) return false;
    }
    for (const size_t column : texts_) {
      fields_[column] = query_.field(place_of_[column], row_);
      if (query_.columns()[column].is_bytes) {
        fields_[column] = audit_->Utf8(fields_[column], decoded_[column]);
      }
    }
    ++row_;
    ++row_line_;
    audit_->CountRow();
    return true;
  }

  bool is_query_;
  DuckDbQuery query_;
  std::vector<size_t> place_of_;  // by column, in the result
  std::vector<size_t> texts_;     // the columns that are read by field()
  std::vector<std::string> decoded_;
  size_t row_ = 0, chunk_rows_ = 0;
  mutable std::string text_;
};

}  // namespace

// Older writers do not mark text as such. Their columns are bytes, which are taken as text here;
// inside of lists DuckDB must be told, and refuses what is not UTF-8.
Result<std::unique_ptr<TableReader>> OpenParquetTable(const std::filesystem::path& path,
                                                      const DuckDbLimits& limits,
                                                      ReadAudit& audit) {
  const std::string name = path.string();
  const auto sql = [&](const char* bytes_are_text) {
    return "SELECT * FROM read_parquet(" + SqlQuoted(WithoutPattern(name)) +
           ", binary_as_string = " + bytes_are_text + ")";
  };
  std::string text = sql("false");
  TSUGI_ASSIGN_OR_RETURN(DuckDbQuery query, DuckDbQuery::Prepare(name, text, limits));
  const auto& columns = query.columns();
  if (std::any_of(columns.begin(), columns.end(), [](const auto& c) { return c.is_list; })) {
    text = sql("true");
    TSUGI_ASSIGN_OR_RETURN(query, DuckDbQuery::Prepare(name, text, limits));
  }
  return std::unique_ptr<TableReader>(
      std::make_unique<DuckDbTable>(name, false, std::move(query), audit));
}

Result<std::unique_ptr<TableReader>> OpenSqlTable(const std::string& sql,
                                                  const DuckDbLimits& limits, ReadAudit& audit) {
  const std::string name = "--sql";
  TSUGI_ASSIGN_OR_RETURN(DuckDbQuery query, DuckDbQuery::Prepare(name, sql, limits));
  return std::unique_ptr<TableReader>(
      std::make_unique<DuckDbTable>(name, true, std::move(query), audit));
}

}  // namespace tsugi
