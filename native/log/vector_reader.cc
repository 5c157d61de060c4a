#include "native/log/vector_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <system_error>

#include "core/base/text.h"
#include "native/log/column_names.h"
#include "native/log/field_text.h"
#include "native/log/npy_file.h"
#include "native/log/text_source.h"

namespace tsugi {
namespace {

constexpr size_t kVectorSampleRows = 100;  // that show which columns hold lists

bool IsSeparator(char c) { return c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string InLowerCase(std::string text) {
  for (char& c : text) c = LowerCase(c);
  return text;
}

// The number that `text` starts with; what stands for a missing one is NaN. A number that no float
// holds becomes 0 or infinite.
std::optional<float> TakeListNumber(std::string_view& text) {
  for (const std::string_view word : {"null", "None"}) {
    if (!text.starts_with(word)) continue;
    text.remove_prefix(word.size());
    return std::numeric_limits<float>::quiet_NaN();
  }
  if (text.starts_with('+')) text.remove_prefix(1);
  float number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) {
    double wide = std::numeric_limits<double>::infinity();
    std::from_chars(text.data(), text.data() + text.size(), wide);
    number = std::abs(wide) < 1.0 ? 0.0f : std::numeric_limits<float>::infinity();
    error = std::errc();
  }
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

// The numbers of a list as JSON, Python and NumPy write it: [0.1, 0.2] or [0.1 0.2]. False if the
// text is none. Stops at one number more than a vector may have.
bool ParseList(std::string_view text, std::vector<float>& numbers) {
  numbers.clear();
  text = TrimBlanks(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  bool is_parted = true;
  while (numbers.size() <= kMostVectorNumbers) {
    while (!text.empty() && IsSeparator(text.front())) {
      is_parted = true;
      text.remove_prefix(1);
    }
    if (text.empty()) return true;
    const auto number = TakeListNumber(text);
    if (!number || !is_parted) return false;
    is_parted = false;
    numbers.push_back(*number);
  }
  return true;
}

// Refuses what no model can learn from, and remembers the width of the first vector.
class VectorCheck {
 public:
  size_t width() const { return width_; }

  // `place`: where the vector stands, for messages.
  template <typename Place>
  Status Check(std::span<const float> numbers, const Place& place) {
    if (numbers.size() > kMostVectorNumbers) {
      return InvalidArgument(place() + ": has more than " + std::to_string(kMostVectorNumbers) +
                             " numbers. Try: vectors of a smaller model, or of fewer dimensions");
    }
    if (width_ == 0) width_ = numbers.size();
    if (numbers.size() != width_) {
      return InvalidArgument(place() + ": has " + std::to_string(numbers.size()) +
                             " numbers (expected " + std::to_string(width_) + " as in the rows " +
                             "before). Try: give vectors of one model");
    }
    const auto bad = std::find_if(numbers.begin(), numbers.end(),
                                  [](float number) { return !std::isfinite(number); });
    if (bad == numbers.end()) return {};
    return InvalidArgument(place() + ": number " + std::to_string(bad - numbers.begin() + 1) +
                           " is " + (std::isnan(*bad) ? "NaN" : "infinite") +
                           " (expected finite numbers). Try: leave the item out, or give it an " +
                           "empty list or zeros, if it has no vector");
  }

 private:
  size_t width_ = 0;
};

// Lines that are not the blank end of the file.
Result<uint64_t> CountIds(const std::filesystem::path& file) {
  TSUGI_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(file));
  std::string_view line;
  uint64_t count = 0;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, source.NextLine(line));
    if (!has_line) return count;
    if (!TrimBlanks(line).empty()) count = source.line_number();
  }
}

Result<VectorReport> ReadNpy(const VectorSource& source, ReadAudit& audit, const VectorSink& sink) {
  const std::string file = source.file.string(), ids = source.ids.string();
  if (ids.empty()) {
    return InvalidArgument(file + ": has no ids of its own. Try: --item-vectors " + source.name +
                           "=" + file + ":IDS.txt, with an id on every line");
  }
  TSUGI_ASSIGN_OR_RETURN(NpyFile array, NpyFile::Open(source.file, kMostVectorNumbers));
  TSUGI_ASSIGN_OR_RETURN(const uint64_t id_count, CountIds(source.ids));
  if (id_count != array.rows()) {
    return InvalidArgument(ids + ": has " + std::to_string(id_count) + " ids, but " + file +
                           " has " + std::to_string(array.rows()) +
                           " rows (expected an id for each, in the same order, without a "
                           "heading). Try: write both files from one list");
  }
  TSUGI_ASSIGN_OR_RETURN(TextSource lines, TextSource::Open(source.ids));
  VectorReport report;
  VectorCheck check;
  std::vector<float> numbers(array.columns());
  std::string_view line;
  std::string decoded;
  for (uint64_t row = 0;; ++row) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_row, array.Next(numbers));
    if (!has_row) break;
    TSUGI_ASSIGN_OR_RETURN(const bool has_line, lines.NextLine(line));
    audit.CountRow();
    const std::string_view id = TrimBlanks(audit.Utf8(has_line ? line : "", decoded));
    if (IsMissing(id)) {
      audit.Reject(ids, row + 1, "no item id", line);
      continue;
    }
    const auto place = [&] { return file + "[" + std::to_string(row) + "], " + std::string(id); };
    TSUGI_RETURN_IF_ERROR(check.Check(numbers, place));
    ++report.rows;
    TSUGI_RETURN_IF_ERROR(sink({id, numbers}));
  }
  report.width = check.width();
  return report;
}

// The columns of a table that vectors are read from.
struct VectorColumns {
  size_t id = 0, vector = 0;
};

// A list column shows in its first field that is not empty. Of several the source's name decides:
// a file of image and text vectors is given twice.
Result<VectorColumns> FindVectorColumns(const VectorSource& source,
                                        const VectorReaderOptions& options, TableReader& table) {
  const auto& columns = table.columns();
  const bool has_id_column =
      std::find(columns.begin(), columns.end(), options.id_column) != columns.end();
  VectorColumns found;
  TSUGI_ASSIGN_OR_RETURN(
      found.id, RequireItemIdColumn(table.name(), columns, has_id_column ? options.id_column : "",
                                    options.log_item_column));
  TSUGI_ASSIGN_OR_RETURN(const auto sample, table.Sample(kVectorSampleRows));
  std::vector<size_t> lists;
  std::vector<float> numbers;
  for (size_t column = 0; column < columns.size(); ++column) {
    const auto shown = std::find_if(sample.begin(), sample.end(), [column](const auto& fields) {
      return !IsMissing(TrimBlanks(fields[column]));
    });
    if (column == found.id || shown == sample.end()) continue;
    if (ParseList((*shown)[column], numbers) && !numbers.empty()) lists.push_back(column);
  }
  const auto named = std::find_if(lists.begin(), lists.end(), [&](size_t column) {
    return InLowerCase(columns[column]) == source.name;
  });
  if (lists.size() == 1 || named != lists.end()) {
    found.vector = lists.size() == 1 ? lists.front() : *named;
    return found;
  }
  std::string names;
  for (const std::string& column : columns) names += (names.empty() ? "" : ", ") + column;
  if (lists.empty()) {
    return InvalidArgument(table.name() + ": no column holds lists of numbers like [0.1, 0.2] (" +
                           names + "). Try: a column of lists beside that of the ids, or a NumPy " +
                           "file, --item-vectors " + source.name + "=FILE.npy:IDS.txt");
  }
  return InvalidArgument(table.name() + ": the columns " + columns[lists[0]] + " and " +
                         columns[lists[1]] + " hold lists of numbers. Try: --item-vectors " +
                         InLowerCase(columns[lists[0]]) + "=" + table.name() +
                         ", which takes the column of that name");
}

Result<VectorReport> ReadTable(const VectorSource& source, const VectorReaderOptions& options,
                               ReadAudit& audit, const VectorSink& sink) {
  if (!source.ids.empty()) {
    return InvalidArgument(
        source.file.string() + ": is a table with a column of ids (expected no " +
        "file of ids). Try: --item-vectors " + source.name + "=" + source.file.string());
  }
  TSUGI_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table,
                         TableReader::Open(source.file, options.table, audit));
  TSUGI_ASSIGN_OR_RETURN(const VectorColumns columns, FindVectorColumns(source, options, *table));
  VectorReport report{0, 0, table->columns()[columns.id], table->columns()[columns.vector],
                      table->notes()};
  table->KeepColumns({columns.id, columns.vector});
  VectorCheck check;
  std::vector<float> numbers;
  for (;;) {
    TSUGI_ASSIGN_OR_RETURN(const bool has_row, table->Next());
    if (!has_row) break;
    const std::string_view id = TrimBlanks(table->field(columns.id));
    if (IsMissing(id)) {
      table->Reject("no item id");
      continue;
    }
    const std::string_view field = TrimBlanks(table->field(columns.vector));
    const auto place = [&] { return table->place() + ", " + std::string(id); };
    numbers.clear();
    if (!IsMissing(field) && !ParseList(field, numbers)) {
      return InvalidArgument(place() + ": \"" + std::string(ClipUtf8(field, 40)) +
                             "\" is no list of numbers (expected e.g. [0.1, 0.2])");
    }
    if (!numbers.empty()) TSUGI_RETURN_IF_ERROR(check.Check(numbers, place));
    ++report.rows;
    TSUGI_RETURN_IF_ERROR(sink({id, numbers}));
  }
  report.width = check.width();
  return report;
}

}  // namespace

Result<VectorSource> VectorSource::Parse(std::string_view text) {
  const std::string given = "--item-vectors " + std::string(text);
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return InvalidArgument(given + ": expected a name and a file. Try: --item-vectors image=" +
                           (equals == 0 ? std::string(text.substr(1)) : "FILE.npy:IDS.txt"));
  }
  VectorSource source{.name = std::string(text.substr(0, equals)), .file = {}, .ids = {}};
  if (!IsVectorName(source.name)) {
    return InvalidArgument(given + ": \"" + source.name +
                           "\" is no name (expected up to 64 of a to z, 0 to 9 and _). Try: " +
                           "--item-vectors image=FILE");
  }
  const std::string_view files = text.substr(equals + 1);
  const size_t colon = files.rfind(':');
  std::error_code error;
  source.file = files;
  if (std::filesystem::exists(source.file, error) || colon == std::string_view::npos) return source;
  source.file = files.substr(0, colon);
  source.ids = files.substr(colon + 1);
  if (!source.ids.empty()) return source;
  return InvalidArgument(given + ": no file of ids behind the colon. Try: " + std::string(files) +
                         "IDS.txt");
}

Result<VectorReport> ReadVectors(const VectorSource& source, const VectorReaderOptions& options,
                                 ReadAudit& audit, const VectorSink& sink) {
  TSUGI_ASSIGN_OR_RETURN(const bool is_npy, NpyFile::Recognises(source.file));
  return is_npy ? ReadNpy(source, audit, sink) : ReadTable(source, options, audit, sink);
}

}  // namespace tsugi
