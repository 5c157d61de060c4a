#include <algorithm>
#include <utility>

#include "native/log/duckdb.h"
#include "native/log/encoding.h"
#include "native/log/table_reader.h"

namespace tsugi {
namespace {

class DuckDbTable : public TableReader {
 public:
  DuckDbTable(std::string name, std::string sql, const DuckDbLimits& limits, DuckDbQuery query,
              ReadAudit& audit)
      : TableReader(std::move(name), audit),
        sql_(std::move(sql)),
        limits_(limits),
        query_(std::move(query)) {
    for (const DuckDbColumn& column : query_.columns()) columns_.push_back(column.name);
    NumberEqualNames();
  }

  bool may_hold_lists(size_t column) const override { return query_.columns()[column].is_list; }
  bool holds_times(size_t column) const override { return query_.columns()[column].is_time; }

  // A query of its own, so that the other one need not read columns that nobody wants.
  Result<std::vector<std::vector<std::string>>> Sample(size_t count) override {
    const std::string sql = "SELECT * FROM (" +
                            sql_.substr(0, sql_.find_last_not_of(" \t\r\n;") + 1) + "\n) LIMIT " +
                            std::to_string(count);
    TSUGI_ASSIGN_OR_RETURN(DuckDbQuery query, DuckDbQuery::Prepare(name(), sql, limits_));
    std::vector<size_t> all(columns_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = i;
    TSUGI_RETURN_IF_ERROR(query.Start(all));
    std::vector<std::vector<std::string>> rows;
    for (;;) {
      TSUGI_ASSIGN_OR_RETURN(const size_t chunk_rows, query.NextChunk());
      if (chunk_rows == 0) return rows;
      for (size_t row = 0; row < chunk_rows; ++row) {
        auto& fields = rows.emplace_back();
        for (const size_t column : all) fields.emplace_back(query.field(column, row));
      }
    }
  }

  // The fields, as a line of CSV would have them: there is no text behind a row of Parquet.
  std::string_view row_text() const override {
    text_.clear();
    for (const size_t column : kept_) {
      if (column != kept_.front()) text_ += ',';
      text_ += fields_[column];
    }
    return text_;
  }

 private:
  Status Start() override {
    fields_.resize(columns_.size());
    return query_.Start(kept_);
  }

  // Only the kept columns were asked for, so column i of the result is column kept_[i] of the
  // table. Parquet has no lines; messages count rows instead.
  Result<bool> ReadRow() override {
    if (row_ == chunk_rows_) {
      TSUGI_ASSIGN_OR_RETURN(chunk_rows_, query_.NextChunk());
      row_ = 0;
      if (chunk_rows_ == 0) return false;
    }
    for (size_t i = 0; i < kept_.size(); ++i) fields_[kept_[i]] = query_.field(i, row_);
    ++row_;
    ++row_line_;
    audit_->CountRow();
    return true;
  }

  std::string sql_;
  DuckDbLimits limits_;
  DuckDbQuery query_;
  size_t row_ = 0, chunk_rows_ = 0;
  mutable std::string text_;
};

}  // namespace

Result<std::unique_ptr<TableReader>> OpenDuckDbTable(const std::string& name,
                                                     const std::string& sql,
                                                     const DuckDbLimits& limits, ReadAudit& audit) {
  TSUGI_ASSIGN_OR_RETURN(DuckDbQuery query, DuckDbQuery::Prepare(name, sql, limits));
  return std::unique_ptr<TableReader>(
      std::make_unique<DuckDbTable>(name, sql, limits, std::move(query), audit));
}

}  // namespace tsugi
