#ifndef TSUGI_NATIVE_LOG_DIALECT_H_
#define TSUGI_NATIVE_LOG_DIALECT_H_

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"

namespace tsugi {

/// How the lines of a text table become fields.
struct Dialect {
  /// The text between fields; " " stands for a run of blanks or tabs, "{" for JSON lines.
  std::string delimiter;
  size_t width = 1;          ///< number of columns
  size_t skipped_lines = 0;  ///< in front of the heading or the first row
  /// The last line in front is a comment that names the columns, e.g. `# user item`.
  bool is_comment_header = false;
  /// Every row has one field more than the heading: R writes the rows' names there.
  bool has_row_names = false;
  bool has_end_delimiter =
      false;  ///< rows may end with one more delimiter, behind which is nothing

  /// Every name of the heading is in quotes, as R writes tables with tabs or blanks.
  bool has_quoted_heading = false;

  /// Whether fields may be quoted: in files with a delimiter of one character. With tabs or blanks
  /// a quote is a character like any other unless the heading is quoted: titles hold inch marks.
  bool has_quotes() const {
    const bool is_usual = delimiter != "\t" && delimiter != " ";
    return delimiter.size() == 1 && delimiter != "{" && (is_usual || has_quoted_heading);
  }
};

/// What a file looks like, judged by its first lines. `delimiter` is the user's, or empty.
///
/// The first line alone proves little: files start with comments (`#`, `%`), with a number of rows,
/// with Excel's `sep=;`. The delimiter is the one of the name's extension or of the first line if
/// most lines agree on the number of fields that it gives, otherwise the one on which most agree.
Dialect GuessDialect(const std::filesystem::path& path, const std::vector<std::string>& lines,
                     const std::string& delimiter, bool has_header);

/// Splits a line at every `delimiter`; " " stands for runs of blanks.
/// Requires: the delimiter is not empty.
void SplitPlain(std::string_view line, std::string_view delimiter,
                std::vector<std::string_view>& fields);

enum class QuotedSplit {
  kWhole,    ///< every quote is closed where a field ends
  kLoose,    ///< whole, but text stands between a closing quote and the delimiter; it is kept
  kUnclosed  ///< ends inside a quoted field
};

/// Splits a record whose fields may be quoted as in RFC 4180; `escape` is what makes a quote an
/// ordinary character inside: '"' or a backslash. The fields are views of `record` or `unescaped`.
QuotedSplit SplitQuoted(std::string_view record, char delimiter, char escape,
                        std::vector<std::string_view>& fields, std::string& unescaped);

/// Whether a file holds JSON lines, by its name or its first line that is not blank. Errors: those
/// of TextSource.
Result<bool> HoldsJson(const std::filesystem::path& path);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_LOG_DIALECT_H_
