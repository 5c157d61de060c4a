#ifndef TSUGI_NATIVE_LOG_TABLE_READER_H_
#define TSUGI_NATIVE_LOG_TABLE_READER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "native/log/read_audit.h"
#include "native/log/text_source.h"

namespace tsugi {

/// How to read a table.
struct TableOptions {
  /// The text between fields, e.g. "," or "::". If empty, it is guessed (DetectDelimiter).
  std::string delimiter;
  /// Whether the first row names the columns. Without a header they are called 1, 2, 3, ...
  bool has_header = true;
};

/// Reads the rows of a CSV, TSV or JSONL file as text fields.
///
/// CSV: fields may be quoted as in RFC 4180, and quoted fields may contain delimiters, doubled
/// quotes and line ends. If the delimiter is a tab or has several characters, quotes are ordinary
/// characters. JSONL: the columns are the keys of the first 100 objects; numbers and nested values
/// become their JSON text, null becomes "". Rows that cannot be split go to the audit; blank lines
/// are skipped.
class TableReader {
 public:
  /// Opens the file and reads the columns. `audit` is borrowed for the life of the reader.
  /// Errors: those of TextSource; kInvalidArgument if the file has no row, its header cannot be
  /// split, or JSONL was expected and no object was found.
  static Result<TableReader> Open(const std::filesystem::path& path, const TableOptions& options,
                                  ReadAudit& audit);

  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& name() const { return source_.name(); }
  bool is_json() const { return is_json_; }

  /// Reads the next row; false at the end of the file. Errors: those of TextSource::NextLine.
  Result<bool> Next();
  /// A field of the current row, as UTF-8; valid until Next().
  std::string_view field(size_t column) const { return fields_[column]; }
  /// The text of the current row, e.g. a JSON object; valid until Next(). UTF-8 for JSONL.
  std::string_view row_text() const { return row_text_; }
  /// Records the current row as rejected.
  void Reject(std::string_view reason) { audit_->Reject(name(), row_line_, reason, row_text_); }

 private:
  struct Line {
    uint64_t number;
    std::string text;
  };
  TableReader(TextSource source, ReadAudit& audit) : source_(std::move(source)), audit_(&audit) {}

  Status ReadHeader(const std::filesystem::path& path, const TableOptions& options);
  Status ReadJsonColumns();
  Result<bool> NextLine(std::string_view& line);
  Result<bool> SplitRecord(std::string_view line);
  Result<bool> JoinQuotedLines();
  void DecodeFields();

  TextSource source_;
  ReadAudit* audit_;
  std::string delimiter_;
  bool is_json_ = false;
  bool has_quotes_ = false;  // whether fields may be quoted
  std::vector<std::string> columns_;

  std::deque<Line> pending_;  // lines that were read ahead and come next
  std::string current_;       // owns a line that came from pending_
  std::string joined_;        // owns a record of several lines
  std::string_view row_text_;
  uint64_t line_ = 0, row_line_ = 0;
  std::vector<std::string_view> fields_;
  std::string unescaped_;             // owns fields that were quoted
  std::vector<std::string> storage_;  // owns decoded fields, one per column
};

/// Splits a line at every `delimiter`. Requires: the delimiter is not empty.
void SplitPlain(std::string_view line, std::string_view delimiter,
                std::vector<std::string_view>& fields);

/// Splits a record whose fields may be quoted. Returns false if it ends inside a quoted field. The
/// fields are views of `record` or of `unescaped`.
bool SplitQuoted(std::string_view record, char delimiter, std::vector<std::string_view>& fields,
                 std::string& unescaped);

/// Parses one JSON object and writes the texts of its values for `columns` to `values`; "" for a
/// missing key. Returns false if `line` is not a JSON object.
bool ReadJsonFields(std::string_view line, const std::vector<std::string>& columns,
                    std::vector<std::string>& values);

/// Appends to `columns` the keys of the JSON object `line` that are not yet in it.
void AddJsonKeys(std::string_view line, std::vector<std::string>& columns);

/// Guesses the delimiter of a file from its extension (without ".gz") and its first line. Returns
/// "{" for JSONL.
std::string DetectDelimiter(std::filesystem::path path, std::string_view first_line);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_TABLE_READER_H_
