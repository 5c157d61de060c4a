#ifndef TSUGI_NATIVE_STUDIES_STUDY_REPORT_H_
#define TSUGI_NATIVE_STUDIES_STUDY_REPORT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/report/line_chart.h"
#include "native/studies/study_results.h"

namespace tsugi {

/// A column of a study's table. It is left out where no row has the value.
struct StudyColumn {
  std::string title;
  std::string value;  ///< StudyValue::name
};

/// In a StudyPair: every row that no other pair names.
inline constexpr std::string_view kEachOtherRow = "*";
/// In a StudyPair: the first row of the file.
inline constexpr std::string_view kFirstRow = "^";

/// Two rows whose difference answers a question.
struct StudyPair {
  std::string_view row, base;
  std::string_view about = {};  ///< empty: what the other row is about
};

/// A row's results over its seeds, or the difference of two rows.
struct StudyRow {
  struct Value : StudyValue {
    std::vector<double> seed_means = {};  ///< parallel to `seeds`, of those that have the value
    double base = 0.0;                    ///< of a difference: the mean it is counted from
  };
  std::string name, about;
  bool is_difference = false;
  std::vector<uint64_t> seeds = {};
  std::vector<Value> values = {};  ///< means over the seeds, as are the draws

  const Value* Find(std::string_view value) const;
};

/// What a study adds to its report.
struct StudyConclusion {
  std::string text;
  StudyValues values;
  std::optional<LineChart> chart;  ///< in place of the usual one
};

/// How the results of a study are shown.
struct StudyLayout {
  std::string title;  ///< of the table
  std::vector<StudyColumn> columns;
  std::vector<StudyPair> pairs = {};
  int digits = 4;
  /// What the plot shows: a value over the rows, or the column of a section over its lines, a curve
  /// a row. Empty: the value of the first column.
  std::string plot = {};
  StudyConclusion (*conclude)(const std::vector<StudyRow>& rows) = nullptr;
};

struct StudyReport {
  std::string table, json, svg;
};

/// The rows of the results in the order of the file, then the pairs whose rows are there.
std::vector<StudyRow> SummariseRows(const std::vector<StudyResult>& results,
                                    const std::vector<StudyPair>& pairs);

/// The table: a line a row and a pair with "mean (low to high)", the bootstrap over users of means
/// over seeds, then a table for every section of a row. The JSON object: {"study", "data", "rows":
/// [{"name", "about", "seeds", VALUES}], "pairs": [the same], VALUES of the conclusion}; a value
/// "a/b" is b within a: {"mean" or "difference", "ci95", "seeds"}.
/// Requires: at least one result.
StudyReport MakeStudyReport(std::string_view study, const StudyLayout& layout,
                            const std::vector<StudyResult>& results);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_STUDIES_STUDY_REPORT_H_
