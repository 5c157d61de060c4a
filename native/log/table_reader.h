#ifndef TSUGI_NATIVE_LOG_TABLE_READER_H_
#define TSUGI_NATIVE_LOG_TABLE_READER_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/duckdb.h"
#include "native/log/parse_time.h"
#include "native/log/read_audit.h"

namespace tsugi {

/// How to read a table.
struct TableOptions {
  /// The text between fields, e.g. "," or "::". If empty, it is guessed (GuessDialect).
  std::string delimiter;
  /// Whether the first row names the columns. Without a header they are called 1, 2, 3, ...
  bool has_header = true;
  /// The columns of the files before: a part of a split log has no heading of its own.
  std::vector<std::string> known_columns;
  DuckDbLimits limits;
};

/// Where a table comes from: a file, or a query of SQL over files.
struct TableSource {
  std::filesystem::path file;
  std::string sql;  ///< if not empty, `file` is not used

  TableSource() = default;
  TableSource(std::filesystem::path path) : file(std::move(path)) {}  // NOLINT: converts on purpose
  std::string name() const { return sql.empty() ? file.string() : "--sql"; }
};

/// Reads the rows of a CSV, TSV, JSON lines or Parquet file, or of a query, as text fields in
/// UTF-8.
///
/// CSV: fields may be quoted as in RFC 4180, and quoted fields may contain delimiters, doubled or
/// backslashed quotes and line ends. If the delimiter is a tab, blanks or several characters,
/// quotes are ordinary characters. JSON lines: the columns are the keys of all objects; null and
/// NaN become "", nested values stay JSON. Parquet and SQL: by DuckDB (duckdb.h). Rows that cannot
/// be split go to the audit; blank lines are skipped.
class TableReader {
 public:
  /// Opens the table and finds its columns. `audit` is borrowed for the life of the reader.
  /// Errors: those of TextSource and DuckDbQuery; kInvalidArgument if there is no row, or JSON
  /// lines were expected and no object was found.
  static Result<std::unique_ptr<TableReader>> Open(const TableSource& source,
                                                   const TableOptions& options, ReadAudit& audit);
  virtual ~TableReader() = default;

  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& name() const { return name_; }
  /// What was understood of the table's form and may surprise, e.g. "2 lines in front of the
  /// heading are skipped".
  const std::vector<std::string>& notes() const { return notes_; }
  /// Whether the first row, taken as the heading, looks like data.
  bool has_data_heading() const { return has_data_heading_; }
  /// Whether fields of the column are, or may be, JSON lists: of JSON lines and DuckDB.
  virtual bool may_hold_lists(size_t) const { return false; }
  /// Whether fields of the column are lists of words, as RecBole's heading `tags:token_seq` says.
  bool holds_words(size_t column) const {
    return column < holds_words_.size() && holds_words_[column];
  }
  /// Whether the rows are those of SQL that a user wrote, which may take long.
  virtual bool is_query() const { return false; }
  /// Whether the column is known to hold dates and times.
  virtual bool holds_times(size_t) const { return false; }

  /// Whether time() takes the column's whole numbers for unix times.
  virtual bool holds_unix_times(size_t) const { return false; }
  /// Whether the column is known to hold numbers.
  virtual bool holds_numbers(size_t) const { return false; }

  /// Says which columns will be asked for; the fields of others may stay empty. Those of them in
  /// `typed`, each with holds_times, holds_unix_times or holds_numbers, are read by time() or
  /// number() and not by field(). Requires: Next has not been called.
  void KeepColumns(std::vector<size_t> columns, std::vector<size_t> typed = {}) {
    kept_ = std::move(columns);
    typed_ = std::move(typed);
    is_started_ = false;
  }

  /// Returns the first rows, at most `count`, with all columns; Next still gives them.
  /// Requires: neither Next nor KeepColumns has been called.
  virtual Result<std::vector<std::vector<std::string>>> Sample(size_t count);

  /// Reads the next row; false at the end. Errors: as Open.
  Result<bool> Next();
  /// A field of the current row; valid until Next().
  std::string_view field(size_t column) const { return fields_[column]; }
  /// A typed field of the current row; nothing if it is missing, or a time that no calendar has.
  virtual std::optional<LogTime> time(size_t) const { return std::nullopt; }
  virtual std::optional<double> number(size_t) const { return std::nullopt; }
  /// The text of the current row, e.g. a JSON object; valid until Next(). UTF-8 for JSON lines.
  virtual std::string_view row_text() const { return row_text_; }
  /// Whether row_text() is the row as a JSON object.
  virtual bool is_json() const { return false; }
  /// Where the current row stands, "file:line"; the line of Parquet and SQL is the row.
  std::string place() const { return name() + ":" + std::to_string(row_line_); }
  /// Records the current row as rejected.
  void Reject(std::string_view reason) { audit_->Reject(name(), row_line_, reason, row_text()); }

 protected:
  TableReader(std::string name, ReadAudit& audit) : audit_(&audit), name_(std::move(name)) {}

  /// Reads a row into fields_, row_text_ and row_line_, and counts it in the audit.
  virtual Result<bool> ReadRow() = 0;
  /// Called before the first row and again after a sample: kept_ is set.
  virtual Status Start() { return {}; }
  /// Makes the names of columns_ differ and notes which were equal.
  void NumberEqualNames();

  ReadAudit* audit_;
  std::string name_;
  std::vector<std::string> columns_, notes_;
  std::vector<size_t> kept_;  // empty: all
  std::vector<size_t> typed_;
  bool has_data_heading_ = false;
  std::vector<bool> holds_words_;  // empty, or one per column
  std::vector<std::string_view> fields_;
  std::string_view row_text_;
  uint64_t row_line_ = 0;

 private:
  struct SampledRow {
    std::vector<std::string> fields;
    std::string text;
    uint64_t line;
  };
  bool is_started_ = false;
  std::vector<SampledRow> sampled_;  // read ahead; [next_sampled_, ...) come next
  size_t next_sampled_ = 0;
};

/// Opens the reader of one form; TableReader::Open chooses.
Result<std::unique_ptr<TableReader>> OpenTextTable(const std::filesystem::path& path,
                                                   const TableOptions& options, ReadAudit& audit);
Result<std::unique_ptr<TableReader>> OpenJsonTable(const std::filesystem::path& path,
                                                   ReadAudit& audit);
Result<std::unique_ptr<TableReader>> OpenParquetTable(const std::filesystem::path& path,
                                                      const DuckDbLimits& limits, ReadAudit& audit);
Result<std::unique_ptr<TableReader>> OpenSqlTable(const std::string& sql,
                                                  const DuckDbLimits& limits, ReadAudit& audit);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_TABLE_READER_H_
