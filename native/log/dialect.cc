#include "native/log/dialect.h"

#include <algorithm>
#include <map>
#include <optional>

#include "native/log/column_names.h"
#include "native/log/field_text.h"
#include "native/log/text_source.h"

namespace tsugi {
namespace {

// The first that a line holds is tried first, so those that fields seldom hold stand in front. Rare
// ones come last; \1 is that of Hive.
constexpr std::string_view kDelimiters[] = {"\t", "::", ",", ";", "|", "\1", "^", "~"};
constexpr double kMostLines = 0.8;  // the share of lines that must agree

bool IsComment(std::string_view line) { return line.starts_with('#') || line.starts_with('%'); }

// "sep=;" -> ";": Excel writes it in front of the heading.
std::optional<std::string> ExcelDelimiter(std::string_view line) {
  if (line.size() != 5 || (!line.starts_with("sep=") && !line.starts_with("SEP="))) return {};
  return std::string(line.substr(4));
}

// A line that ends inside a quote is the first of a longer record. Its width is that without
// quotes.
size_t WidthOf(std::string_view line, const Dialect& dialect) {
  std::vector<std::string_view> fields;
  std::string unescaped;
  if (dialect.has_quotes() && line.find('"') != std::string_view::npos) {
    const auto split = SplitQuoted(line, dialect.delimiter[0], '"', fields, unescaped);
    if (split != QuotedSplit::kUnclosed) return fields.size();
  }
  SplitPlain(line, dialect.delimiter, fields);
  return fields.size();
}

// How many of the lines have the number of fields that most have, and which that is.
struct Agreement {
  size_t width = 1;
  double share = 0;
};

// Of two widths that are equally frequent the smaller one wins, since the map is in order: the same
// file gives the same guess every time.
Agreement Agree(const std::vector<std::string_view>& lines, const std::string& delimiter,
                bool has_quoted_heading = false) {
  Dialect dialect;
  dialect.delimiter = delimiter;
  dialect.has_quoted_heading = has_quoted_heading;
  std::map<size_t, size_t> counts;
  for (const std::string_view line : lines) ++counts[WidthOf(line, dialect)];
  Agreement best;
  size_t most = 0;
  for (const auto& [width, count] : counts) {
    if (count > most) best.width = width;
    most = std::max(most, count);
  }
  if (!lines.empty()) best.share = static_cast<double>(most) / static_cast<double>(lines.size());
  return best;
}

// The delimiter that the extension or the first line names, or "".
std::string NamedDelimiter(std::filesystem::path path, std::string_view first_line) {
  // The extension counts only if the first line agrees with it: ".csv" files with semicolons are
  // common.
  if (path.extension() == ".gz" || path.extension() == ".zst") path.replace_extension();
  const std::string extension = path.extension().string();
  const auto has = [&](std::string_view text) {
    return first_line.find(text) != std::string_view::npos;
  };
  if (extension == ".jsonl" || extension == ".ndjson" || extension == ".json") return "{";
  if (TrimBlanks(first_line).starts_with('{')) return "{";
  if (extension == ".csv" && has(",")) return ",";
  if ((extension == ".tsv" || extension == ".tab") && has("\t")) return "\t";
  for (const std::string_view delimiter : kDelimiters) {
    if (has(delimiter)) return std::string(delimiter);
  }
  return {};
}

std::string GuessDelimiter(const std::filesystem::path& path,
                           const std::vector<std::string_view>& lines) {
  const std::string named = lines.empty() ? "" : NamedDelimiter(path, lines.front());
  if (named == "{") return named;
  if (!named.empty()) {
    const Agreement agreement = Agree(lines, named);
    if (agreement.width > 1 && agreement.share >= kMostLines) return named;
  }
  std::string best = named.empty() ? "," : named;
  double best_share = 0;
  for (const std::string_view delimiter : {"\t", "::", ",", ";", "|", " ", "\1", "^", "~"}) {
    const Agreement agreement = Agree(lines, std::string(delimiter));
    if (agreement.width < 2 || agreement.share <= best_share) continue;
    best = delimiter;
    best_share = agreement.share;
  }
  // A better guess than the named one must be a good one: one stray row must not change it.
  return best_share >= kMostLines || named.empty() ? best : named;
}

bool IsQuotedHeading(std::string_view heading, const std::string& delimiter) {
  std::vector<std::string_view> fields;
  SplitPlain(heading, delimiter, fields);
  return std::all_of(fields.begin(), fields.end(), [](std::string_view field) {
    return field.size() > 2 && field.front() == '"' && field.back() == '"';
  });
}

bool EndsEmpty(std::string_view line, const std::string& delimiter) {
  return TrimBlanks(line).ends_with(delimiter);
}

// Whether one of the fields is called as users or items usually are.
bool NamesColumns(std::string_view line, const Dialect& dialect) {
  std::vector<std::string_view> fields;
  SplitPlain(line, dialect.delimiter, fields);
  const std::vector<std::string> names(fields.begin(), fields.end());
  for (const ColumnRole& role : {kUserRole, kItemRole}) {
    const auto found = FindColumn("", names, role, "");
    if (found.ok() && found->has_value()) return true;
  }
  return false;
}

// Settles how the heading's width and the rows' go together.
void FitHeading(std::string_view heading, const std::vector<std::string_view>& rows,
                Dialect& dialect) {
  const size_t named = WidthOf(heading, dialect);
  const bool rows_end_empty =
      !rows.empty() && std::all_of(rows.begin(), rows.end(), [&](std::string_view row) {
        return EndsEmpty(row, dialect.delimiter);
      });
  if (named == dialect.width) {
    dialect.has_end_delimiter = rows_end_empty && EndsEmpty(heading, dialect.delimiter);
    dialect.width -= dialect.has_end_delimiter;
    return;
  }
  // R writes the names of rows into a first column that its heading leaves out.
  if (named + 1 == dialect.width) {
    dialect.has_end_delimiter = rows_end_empty;
    dialect.has_row_names = !rows_end_empty;
    if (rows_end_empty) --dialect.width;
  } else if (named == dialect.width + 1 && EndsEmpty(heading, dialect.delimiter)) {
    dialect.has_end_delimiter = true;
  } else {
    dialect.width = named;  // the heading is right; the rows are rejected and say so
  }
}

}  // namespace

Dialect GuessDialect(const std::filesystem::path& path, const std::vector<std::string>& lines,
                     const std::string& delimiter, bool has_header) {
  Dialect dialect;
  dialect.delimiter = delimiter;
  size_t first = 0;
  std::string_view last_comment;
  for (; first < lines.size(); ++first) {
    const std::string_view line = lines[first];
    if (const auto excel = ExcelDelimiter(line)) {
      if (delimiter.empty()) dialect.delimiter = *excel;
    } else if (IsComment(line)) {
      last_comment = line;
    } else if (!TrimBlanks(line).empty()) {
      break;
    }
  }
  std::vector<std::string_view> rows;
  for (size_t i = first; i < lines.size(); ++i) {
    if (!TrimBlanks(lines[i]).empty()) rows.push_back(lines[i]);
  }
  if (dialect.delimiter.empty()) dialect.delimiter = GuessDelimiter(path, rows);
  dialect.skipped_lines = first;
  if (dialect.delimiter == "{" || rows.empty()) return dialect;
  dialect.has_quoted_heading = has_header && IsQuotedHeading(rows[0], dialect.delimiter);
  dialect.width = Agree(rows, dialect.delimiter, dialect.has_quoted_heading).width;
  // A single number in front of a table is the count of its rows.
  const auto is_count = [](std::string_view line) {
    return line.find_first_not_of("0123456789 \t") == std::string_view::npos;
  };
  if (rows.size() > 2 && dialect.width > 1 && is_count(rows[0]) &&
      WidthOf(rows[0], dialect) < dialect.width && WidthOf(rows[1], dialect) == dialect.width) {
    dialect.skipped_lines = first + 1;
    rows.erase(rows.begin());
  }
  if (!has_header) return dialect;
  // `# user item` names the columns if it is as wide as the rows and those start with data.
  if (!last_comment.empty() && dialect.skipped_lines == first) {
    const std::string_view names = TrimBlanks(last_comment.substr(1));
    const bool is_data =
        rows[0].find_first_not_of("0123456789.,;:|- \t") == std::string_view::npos ||
        (NamesColumns(names, dialect) && !NamesColumns(rows[0], dialect));
    dialect.is_comment_header =
        is_data && WidthOf(names, dialect) == dialect.width && dialect.width > 1;
  }
  if (!dialect.is_comment_header) {
    FitHeading(rows[0], std::vector<std::string_view>(rows.begin() + 1, rows.end()), dialect);
  }
  return dialect;
}

// N delimiters give N + 1 fields, the empty ones included: a row with a wrong number of fields must
// not pass because an empty field at its end was dropped.
void SplitPlain(std::string_view line, std::string_view delimiter,
                std::vector<std::string_view>& fields) {
  fields.clear();
  if (delimiter == " ") {
    for (size_t i = 0; i < line.size();) {
      const size_t end = std::min(line.find_first_of(" \t", i), line.size());
      if (end > i) fields.push_back(line.substr(i, end - i));
      i = end + 1;
    }
    return;
  }
  for (;;) {
    const size_t at = delimiter.size() == 1 ? line.find(delimiter[0]) : line.find(delimiter);
    fields.push_back(line.substr(0, at));
    if (at == std::string_view::npos) return;
    line.remove_prefix(at + delimiter.size());
  }
}

QuotedSplit SplitQuoted(std::string_view record, char delimiter, char escape,
                        std::vector<std::string_view>& fields, std::string& unescaped) {
  fields.clear();
  unescaped.clear();
  // `fields` holds views of `unescaped`: it must not reallocate, and it never grows beyond the
  // record.
  unescaped.reserve(record.size());
  QuotedSplit result = QuotedSplit::kWhole;
  size_t i = 0;
  for (;;) {
    if (i >= record.size() || record[i] != '"') {
      const size_t at = std::min(record.find(delimiter, i), record.size());
      fields.push_back(record.substr(i, at - i));
      i = at;
    } else {
      const size_t begin = unescaped.size();
      for (++i;; ++i) {
        if (i >= record.size()) return QuotedSplit::kUnclosed;
        const bool has_next = i + 1 < record.size();
        if (record[i] == escape && has_next && (record[i + 1] == '"' || record[i + 1] == escape)) {
          ++i;
        } else if (record[i] == '"') {
          break;
        }
        unescaped += record[i];
      }
      ++i;
      // Blanks after the closing quote are common and harmless.
      const size_t at = std::min(record.find(delimiter, i), record.size());
      if (!TrimBlanks(record.substr(i, at - i)).empty()) result = QuotedSplit::kLoose;
      unescaped += record.substr(i, at - i);
      i = at;
      fields.push_back(std::string_view(unescaped).substr(begin));
    }
    if (i >= record.size()) return result;
    ++i;
  }
}

Result<bool> HoldsJson(const std::filesystem::path& path) {
  TSUGI_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  std::string_view line;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, source.NextLine(line));
    if (!has_line) return false;
    if (TrimBlanks(line).empty()) continue;
    return GuessDialect(path, {std::string(line)}, "", true).delimiter == "{";
  }
}

}  // namespace tsugi
