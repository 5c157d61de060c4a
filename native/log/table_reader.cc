#include "native/log/table_reader.h"

#include <algorithm>
#include <utility>

#include "native/log/encoding.h"

namespace tsugi {
namespace {

constexpr size_t kJsonPeekRows = 100;
// A quoted field that is still open after this many bytes is taken for a stray quote.
constexpr size_t kMaxQuotedBytes = size_t{64} << 10;

bool IsBlank(std::string_view line) { return TrimBlanks(line).empty(); }

}  // namespace

// N delimiters give N + 1 fields, the empty ones included: a row with a wrong number of fields must
// not pass because an empty field at its end was dropped.
void SplitPlain(std::string_view line, std::string_view delimiter,
                std::vector<std::string_view>& fields) {
  fields.clear();
  for (;;) {
    const size_t at = line.find(delimiter);
    fields.push_back(line.substr(0, at));
    if (at == std::string_view::npos) return;
    line.remove_prefix(at + delimiter.size());
  }
}

bool SplitQuoted(std::string_view record, char delimiter, std::vector<std::string_view>& fields,
                 std::string& unescaped) {
  fields.clear();
  unescaped.clear();
  // `fields` holds views of `unescaped`: it must not reallocate, and it never grows beyond the
  // record.
  unescaped.reserve(record.size());
  size_t i = 0;
  for (;;) {
    if (i >= record.size() || record[i] != '"') {
      const size_t at = std::min(record.find(delimiter, i), record.size());
      fields.push_back(record.substr(i, at - i));
      i = at;
    } else {
      const size_t begin = unescaped.size();
      for (++i;; ++i) {
        if (i >= record.size()) return false;
        if (record[i] == '"' && (i + 1 >= record.size() || record[i + 1] != '"')) break;
        if (record[i] == '"') ++i;
        unescaped += record[i];
      }
      ++i;  // characters between the closing quote and the delimiter are kept
      while (i < record.size() && record[i] != delimiter) unescaped += record[i++];
      fields.push_back(std::string_view(unescaped).substr(begin));
    }
    if (i >= record.size()) return true;
    ++i;
  }
}

std::string DetectDelimiter(std::filesystem::path path, std::string_view first_line) {
  // The extension counts only if the first line agrees with it: ".csv" files with semicolons are
  // common.
  if (path.extension() == ".gz") path.replace_extension();
  const std::string extension = path.extension().string();
  const auto has = [&](std::string_view text) {
    return first_line.find(text) != std::string_view::npos;
  };
  if (extension == ".jsonl" || extension == ".ndjson" || extension == ".json") return "{";
  if (extension == ".csv" && has(",")) return ",";
  if ((extension == ".tsv" || extension == ".tab") && has("\t")) return "\t";
  if (TrimBlanks(first_line).starts_with('{')) return "{";
  for (const std::string_view delimiter : {"\t", "::", ",", ";", "|"}) {
    if (has(delimiter)) return std::string(delimiter);
  }
  return ",";
}

Result<TableReader> TableReader::Open(const std::filesystem::path& path,
                                      const TableOptions& options, ReadAudit& audit) {
  TSUGI_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  TableReader reader(std::move(source), audit);
  TSUGI_RETURN_IF_ERROR(reader.ReadHeader(path, options));
  return reader;
}

Status TableReader::ReadHeader(const std::filesystem::path& path, const TableOptions& options) {
  std::string_view line;
  do {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, NextLine(line));
    if (!has_line) {
      return InvalidArgument(name() + ": the file is empty (expected " +
                             (options.has_header ? "a header and rows" : "rows") +
                             "). Try: check the path");
    }
  } while (IsBlank(line));
  // "{" as a delimiter stands for JSONL, so that a user can force it with --delimiter as well.
  delimiter_ = options.delimiter.empty() ? DetectDelimiter(path, line) : options.delimiter;
  is_json_ = delimiter_ == "{";
  has_quotes_ = delimiter_.size() == 1 && delimiter_ != "\t";
  // A copy: reading on would invalidate the view.
  const std::string first(line);
  const uint64_t first_number = line_;
  if (is_json_) {
    pending_.push_back({first_number, first});
    return ReadJsonColumns();
  }
  TSUGI_ASSIGN_OR_RETURN(const bool is_whole, SplitRecord(first));
  if (!is_whole) {
    return InvalidArgument(name() + ":" + std::to_string(first_number) +
                           ": the header has an unclosed quote. Try: close or remove it");
  }
  DecodeFields();
  for (size_t i = 0; i < fields_.size(); ++i) {
    columns_.push_back(options.has_header ? std::string(TrimBlanks(fields_[i]))
                                          : std::to_string(i + 1));
  }
  // Without a header the first line is a row, too.
  if (!options.has_header) pending_.push_front({first_number, first});
  return {};
}

Status TableReader::ReadJsonColumns() {
  std::string_view line;
  const auto add_keys = [&](std::string_view text) {
    AddJsonKeys(IsUtf8(text) ? std::string(text) : Latin1ToUtf8(text), columns_);
  };
  // Objects need not all have the same keys, hence 100 of them. They are kept and read again as
  // rows, so a pipe can be read as well as a file.
  add_keys(pending_.front().text);
  std::deque<Line> peeked;
  std::swap(peeked, pending_);
  while (peeked.size() < kJsonPeekRows) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, NextLine(line));
    if (!has_line) break;
    add_keys(line);
    peeked.push_back({line_, std::string(line)});
  }
  std::swap(peeked, pending_);
  if (!columns_.empty()) return {};
  return InvalidArgument(name() +
                         ":1: no JSON object (expected one per line, like {\"user\": \"u1\", " +
                         "\"item\": \"i7\"}). Try: write one object per line");
}

Result<bool> TableReader::NextLine(std::string_view& line) {
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

Result<bool> TableReader::Next() {
  std::string_view line;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, NextLine(line));
    if (!has_line) return false;
    if (IsBlank(line)) continue;
    // The line number of the record's start: a quoted field may go on for several lines.
    row_text_ = line;
    row_line_ = line_;
    if (is_json_) {
      row_text_ = audit_->Utf8(line, joined_);
      if (ReadJsonFields(row_text_, columns_, storage_)) {
        fields_.assign(storage_.begin(), storage_.end());
        return true;
      }
      Reject("not a JSON object");
      continue;
    }
    TSUGI_ASSIGN_OR_RETURN(const bool is_whole, SplitRecord(line));
    if (!is_whole) {
      Reject("unclosed quote");
    } else if (fields_.size() != columns_.size()) {
      Reject("wrong number of columns");
    } else {
      DecodeFields();
      return true;
    }
  }
}

// Splits `line` into fields_, together with the lines after it if a quoted field continues there.
// Returns false if the field is never closed. Lines without any quote take the fast path.
Result<bool> TableReader::SplitRecord(std::string_view line) {
  if (!has_quotes_ || line.find('"') == std::string_view::npos) {
    SplitPlain(line, delimiter_, fields_);
    row_text_ = line;
    return true;
  }
  row_text_ = line;
  if (SplitQuoted(line, delimiter_[0], fields_, unescaped_)) return true;
  return JoinQuotedLines();
}

// Appends lines to row_text_ until its quotes close. If they do not close, the lines go back to
// pending_ and are read as rows of their own: a stray quote costs one row, not the rest of the
// file.
Result<bool> TableReader::JoinQuotedLines() {
  joined_ = std::string(row_text_);
  const size_t first_bytes = joined_.size();
  std::deque<Line> taken;
  std::string_view line;
  while (joined_.size() < first_bytes + kMaxQuotedBytes) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, NextLine(line));
    if (!has_line) break;
    joined_ += '\n';
    joined_ += line;
    taken.push_back({line_, std::string(line)});
    // A line without a quote cannot close the field. This saves splitting the record again.
    if (line.find('"') == std::string_view::npos) continue;
    if (SplitQuoted(joined_, delimiter_[0], fields_, unescaped_)) {
      row_text_ = joined_;
      return true;
    }
  }
  pending_.insert(pending_.begin(), taken.begin(), taken.end());
  row_text_ = std::string_view(joined_).substr(0, first_bytes);
  return false;
}

// Latin-1 is converted field by field and not line by line, so the audit counts fields and a row
// with one damaged field keeps the others unchanged.
void TableReader::DecodeFields() {
  if (IsUtf8(row_text_)) return;
  storage_.resize(fields_.size());
  for (size_t i = 0; i < fields_.size(); ++i) fields_[i] = audit_->Utf8(fields_[i], storage_[i]);
}

}  // namespace tsugi
