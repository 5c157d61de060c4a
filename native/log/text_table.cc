#include <algorithm>
#include <deque>
#include <utility>

#include "native/log/column_names.h"
#include "native/log/dialect.h"
#include "native/log/field_text.h"
#include "native/log/parse_time.h"
#include "native/log/table_reader.h"
#include "native/log/text_source.h"

// Delimited text is split here and not by DuckDB's read_csv. Tried on DuckDB 1.5.6
// (tests/native/log/duckdb_test.cc holds the proof): at an unclosed quote it rejects all lines up
// to the next quote as one row, or joins them into one field and loses them without a word; it
// refuses text that is not UTF-8; it splits a row at a carriage return inside a field; and a packed
// file that is cut off ends without an error.

namespace tsugi {
namespace {

constexpr size_t kSampleLines = 1000;
constexpr size_t kSampleBytes = size_t{1} << 20;
// A quoted field that is still open after this many bytes is taken for a stray quote.
constexpr size_t kMaxQuotedBytes = size_t{64} << 10;

struct Line {
  uint64_t number;
  std::string text;
};

class TextTable : public TableReader {
 public:
  TextTable(TextSource source, ReadAudit& audit)
      : TableReader(source.name(), audit), source_(std::move(source)) {}

  Status ReadHeading(const std::filesystem::path& path, const TableOptions& options);

 private:
  Result<bool> ReadRow() override;
  Result<bool> NextLine(std::string_view& line);
  bool SplitLine(std::string_view line);
  Result<bool> SplitRecord(std::string_view line);
  Result<bool> JoinQuotedLines();
  bool FitsWidth();
  void NameColumns(bool has_header, const std::vector<std::string>& known);
  void DecodeFields();

  TextSource source_;
  Dialect dialect_;
  std::deque<Line> pending_;  // lines that were read ahead and come next
  std::string heading_;       // the line that names the columns; empty: none
  std::string current_;       // owns a line that came from pending_
  std::string joined_;        // owns a record of several lines
  uint64_t line_ = 0;
  std::string unescaped_;             // owns fields that were quoted
  std::vector<std::string> storage_;  // owns decoded fields, one per column
};

// Nobody names a column by a number or a date.
bool LooksLikeData(std::string_view name) {
  return ParseNumber(name).has_value() || ParseTime(name).has_value();
}

Status TextTable::ReadHeading(const std::filesystem::path& path, const TableOptions& options) {
  std::vector<std::string> sample;
  size_t bytes = 0;
  std::string_view line;
  while (sample.size() < kSampleLines && bytes < kSampleBytes) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, NextLine(line));
    if (!has_line) break;
    sample.emplace_back(line);
    bytes += line.size();
  }
  dialect_ = GuessDialect(path, sample, options.delimiter, options.has_header);
  for (size_t i = 0; i < sample.size(); ++i) pending_.push_back({i + 1, std::move(sample[i])});
  const size_t skipped = dialect_.skipped_lines;
  if (skipped == pending_.size()) {
    return InvalidArgument(name() + ": the file is empty (expected " +
                           (options.has_header ? "a header and rows" : "rows") +
                           "). Try: check the path");
  }
  size_t noted = 0;
  for (size_t i = 0; i < skipped; ++i) noted += !TrimBlanks(pending_[i].text).empty();
  if (dialect_.is_comment_header) {
    // The comment becomes the heading's line; what is in front of it goes.
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(skipped) - 1);
    pending_.front().text.erase(0, 1);
    --noted;
  } else {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(skipped));
  }
  if (noted > 0) notes_.push_back(std::to_string(noted) + " lines in front of the rows skipped");
  NameColumns(options.has_header, options.known_columns);
  return {};
}

void TextTable::NameColumns(bool has_header, const std::vector<std::string>& known) {
  Line first = pending_.front();
  const bool is_whole = SplitLine(first.text);
  DecodeFields();
  if (!is_whole) SplitPlain(first.text, dialect_.delimiter, fields_);
  std::vector<std::string> names;
  for (const std::string_view field : fields_) names.emplace_back(TrimBlanks(field));
  if (dialect_.has_row_names) names.insert(names.begin(), "row");
  while (names.size() > dialect_.width && names.back().empty()) names.pop_back();
  has_data_heading_ = has_header && std::any_of(names.begin(), names.end(), LooksLikeData);
  // A later part of a split log starts with a row and not with its columns' names.
  const bool is_part = has_header && has_data_heading_ && known.size() == names.size() &&
                       !std::any_of(known.begin(), known.end(), LooksLikeData);
  if (is_part) notes_.push_back("has no heading; read as a part of the file before");
  if (has_header && !is_part) {
    pending_.pop_front();
    heading_ = first.text;
    columns_ = names;
    for (std::string& column : columns_) {
      holds_words_.push_back(column.ends_with(":token_seq") || column.ends_with(":float_seq"));
      column = WithoutType(column);
    }
    NumberEqualNames();
  } else if (is_part) {
    has_data_heading_ = false;
    columns_ = known;
  } else {
    for (size_t i = 0; i < dialect_.width; ++i) columns_.push_back(std::to_string(i + 1));
  }
  dialect_.width = columns_.size();
}

Result<bool> TextTable::NextLine(std::string_view& line) {
  // Lines that were read ahead come first. Their numbers travel with them, for messages.
  if (!pending_.empty()) {
    line_ = pending_.front().number;
    current_ = std::move(pending_.front().text);
    pending_.pop_front();
    line = current_;
    return true;
  }
  TSUGI_ASSIGN_OR_RETURN(const bool has_line, source_.NextLine(line));
  line_ = source_.line_number();
  return has_line;
}

Result<bool> TextTable::ReadRow() {
  std::string_view line;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, NextLine(line));
    if (!has_line) return false;
    if (TrimBlanks(line).empty()) continue;
    // The line number of the record's start: a quoted field may go on for several lines.
    row_text_ = line;
    row_line_ = line_;
    audit_->CountRow();
    if (line.find('\0') != std::string_view::npos) {
      Reject("NUL bytes, as a file has that was not written to its end");
      continue;
    }
    if (!heading_.empty() && line == heading_) {  // files that were joined by cat
      Reject("the heading again");
      continue;
    }
    TSUGI_ASSIGN_OR_RETURN(const bool is_whole, SplitRecord(line));
    if (!is_whole) {
      Reject("unclosed quote");
    } else if (!FitsWidth()) {
      Reject("wrong number of columns");
    } else {
      DecodeFields();
      return true;
    }
  }
}

// A row may end with a delimiter behind which is nothing.
bool TextTable::FitsWidth() {
  if (fields_.size() == dialect_.width + 1 && TrimBlanks(fields_.back()).empty()) {
    fields_.pop_back();
  }
  return fields_.size() == dialect_.width;
}

// Splits one line; false if it ends inside a quoted field. Lines without any quote take the fast
// path. Some writers put a backslash in front of quotes inside a field instead of doubling them.
bool TextTable::SplitLine(std::string_view line) {
  row_text_ = line;
  if (!dialect_.has_quotes() || line.find('"') == std::string_view::npos) {
    SplitPlain(line, dialect_.delimiter, fields_);
    return true;
  }
  const char delimiter = dialect_.delimiter[0];
  const QuotedSplit split = SplitQuoted(line, delimiter, '"', fields_, unescaped_);
  if (split == QuotedSplit::kWhole || line.find("\\\"") == std::string_view::npos) {
    return split != QuotedSplit::kUnclosed;
  }
  if (SplitQuoted(line, delimiter, '\\', fields_, unescaped_) == QuotedSplit::kWhole) return true;
  return SplitQuoted(line, delimiter, '"', fields_, unescaped_) != QuotedSplit::kUnclosed;
}

Result<bool> TextTable::SplitRecord(std::string_view line) {
  if (SplitLine(line)) return true;
  return JoinQuotedLines();
}

// Appends lines to row_text_ until its quotes close. If they do not, the lines go back to pending_
// and are read as rows of their own: a stray quote costs one row. Two stray quotes look like one
// field that spans all rows between them. What tells them apart: a true field closes where a
// delimiter or the line ends, and few of its lines would be rows of the table by themselves.
Result<bool> TextTable::JoinQuotedLines() {
  joined_ = std::string(row_text_);
  const size_t first_bytes = joined_.size();
  std::deque<Line> taken;
  size_t rows = 0;  // of `taken` that are rows by themselves
  std::string_view line;
  std::vector<std::string_view> alone;
  while (joined_.size() < first_bytes + kMaxQuotedBytes) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, NextLine(line));
    if (!has_line) break;
    joined_ += '\n';
    joined_ += line;
    taken.push_back({line_, std::string(line)});
    SplitPlain(line, dialect_.delimiter, alone);
    rows += alone.size() == dialect_.width;
    // A line without a quote cannot close the field. This saves splitting the record again.
    if (line.find('"') == std::string_view::npos) continue;
    const char delimiter = dialect_.delimiter[0];
    QuotedSplit split = SplitQuoted(joined_, delimiter, '"', fields_, unescaped_);
    if (split == QuotedSplit::kLoose) {
      split = SplitQuoted(joined_, delimiter, '\\', fields_, unescaped_);
      if (split == QuotedSplit::kLoose) break;
    }
    if (split == QuotedSplit::kUnclosed) continue;
    if (!FitsWidth() || 2 * rows > taken.size()) break;
    row_text_ = joined_;
    return true;
  }
  pending_.insert(pending_.begin(), std::make_move_iterator(taken.begin()),
                  std::make_move_iterator(taken.end()));
  row_text_ = std::string_view(joined_).substr(0, first_bytes);
  return false;
}

// Text of another encoding is converted field by field and not line by line, so the audit counts
// fields and a row with one damaged field keeps the others unchanged.
void TextTable::DecodeFields() {
  if (IsUtf8(row_text_)) return;
  storage_.resize(std::max(storage_.size(), fields_.size()));
  for (size_t i = 0; i < fields_.size(); ++i) fields_[i] = audit_->Utf8(fields_[i], storage_[i]);
}

}  // namespace

Result<std::unique_ptr<TableReader>> OpenTextTable(const std::filesystem::path& path,
                                                   const TableOptions& options, ReadAudit& audit) {
  TSUGI_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  auto table = std::make_unique<TextTable>(std::move(source), audit);
  TSUGI_RETURN_IF_ERROR(table->ReadHeading(path, options));
  return std::unique_ptr<TableReader>(std::move(table));
}

}  // namespace tsugi
