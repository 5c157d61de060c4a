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

struct TableOptions {
  /// What separates fields, e.g. "," or "::"; empty: by the file's extension and first line.
  std::string delimiter;
  /// Without a header the columns are called 1, 2, 3, ...
  bool has_header = true;
};

/// Rows of a CSV, TSV or JSONL file as text fields.
///
/// CSV fields may be quoted as in RFC 4180 and then hold delimiters, doubled quotes and line ends.
/// With a tab or a delimiter of several characters, quotes are ordinary characters. JSONL: the
/// columns are the keys of the first 100 objects; numbers and nested values become their JSON text,
/// null becomes "". Rows that can not be split are given to the audit and skipped; blank lines are
/// skipped.
class TableReader {
 public:
  /// Errors: those of TextSource; kInvalidArgument if the file has no row at all.
  static Result<TableReader> Open(const std::filesystem::path& path, const TableOptions& options,
                                  ReadAudit& audit);

  const std::vector<std::string>& columns() const { return columns_; }
  const std::string& name() const { return source_.name(); }
  bool is_json() const { return is_json_; }

  /// Goes to the next row; false at the end.
  Result<bool> Next();
  /// Field of the current row; valid until Next().
  std::string_view field(size_t column) const { return fields_[column]; }
  /// The current row as UTF-8 text, e.g. a JSON object; valid until Next().
  std::string_view row_text() const { return row_text_; }
  /// Gives the current row to the audit.
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
  bool has_quotes_ = false;  // whether " may enclose a field
  std::vector<std::string> columns_;

  std::deque<Line> pending_;  // lines read ahead, to be handed out again
  std::string current_;       // owns a line that came from pending_
  std::string joined_;        // owns a record of several lines
  std::string_view row_text_;
  uint64_t line_ = 0, row_line_ = 0;
  std::vector<std::string_view> fields_;
  std::string unescaped_;             // owns fields that held doubled quotes
  std::vector<std::string> storage_;  // owns decoded fields, one per column
};

/// Splits at every `delimiter`, which is not empty.
void SplitPlain(std::string_view line, std::string_view delimiter,
                std::vector<std::string_view>& fields);

/// Splits a record whose fields may be quoted; false if it ends inside a quoted field. Fields are
/// views of `record` or of `unescaped`.
bool SplitQuoted(std::string_view record, char delimiter, std::vector<std::string_view>& fields,
                 std::string& unescaped);

/// Reads one JSON object and puts the text of the values of `columns` into `values`; false if
/// `line` is no JSON object. A missing key gives "".
bool ReadJsonFields(std::string_view line, const std::vector<std::string>& columns,
                    std::vector<std::string>& values);

/// Appends the keys of the JSON object `line` that `columns` does not hold yet.
void AddJsonKeys(std::string_view line, std::vector<std::string>& columns);

/// The delimiter of a file, from its extension (".gz" ignored) and first line; "{" stands for
/// JSONL.
std::string DetectDelimiter(std::filesystem::path path, std::string_view first_line);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_TABLE_READER_H_
