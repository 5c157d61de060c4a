#include "native/log/parse_time.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace tsugi {
namespace {

/// The rows of the table of times in native/log/README.md: cells between bars, without backquotes.
std::vector<std::vector<std::string>> RowsOfTheReadme() {
  std::vector<std::vector<std::string>> rows;
  std::ifstream readme(TSUGI_SOURCE_DIR "/native/log/README.md");
  bool is_table = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("| time text")) is_table = true;
    if (!line.starts_with('|')) is_table = false;
    if (!is_table) continue;
    std::vector<std::string> cells;
    std::istringstream parts(line.substr(1));
    for (std::string cell; std::getline(parts, cell, '|');) {
      const size_t begin = cell.find('`'), end = cell.rfind('`');
      cells.push_back(begin == end ? "" : cell.substr(begin + 1, end - begin - 1));
    }
    if (cells.size() >= 2 && !cells[0].empty()) rows.push_back(cells);
  }
  return rows;
}

/// Seconds, and nanoseconds if there are some: "881250949", "881250949 +250000000".
std::string Text(const std::optional<LogTime>& time) {
  if (!time) return "refused";
  std::string text = std::to_string(time->seconds);
  return time->nanos == 0 ? text : text + " +" + std::to_string(time->nanos);
}

TEST(ParseTime, ReadsEveryRowOfTheReadme) {
  const auto rows = RowsOfTheReadme();
  EXPECT_GE(rows.size(), 45u);
  for (const auto& row : rows) EXPECT_EQ(Text(ParseLogTime(row[0])), row[1]) << row[0];
}

TEST(ParseTime, RefusesEverythingElse) {
  for (const char* text : {"",
                           " ",
                           "abc",
                           "12a",
                           "-1",
                           "nan",
                           "inf",
                           "1e30",
                           "1 2",
                           "99999999999999999999",
                           "2011-13-01",
                           "2011-02-29",
                           "2011-12-09T",
                           "2011-12-09T25:00",
                           "2011-12-09T10:61",
                           "2011-12-09T10:00:00+99:00",
                           "2011-12-09T10:00x",
                           "13/13/2023",
                           "Foo 31, 2023",
                           "Dec 32, 2023",
                           "9:05",
                           "2023-11-14 13:05 PM",
                           "1/2/23",
                           "0000-01-01"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

TEST(ParseTime, ReadsDatesOfEitherOrderAsTheStyleSays) {
  TimeStyle style;
  style.day_first = true;
  EXPECT_EQ(Text(ParseLogTime("03/04/2023", style)), "1680480000");  // 3 April
  style.day_first = false;
  EXPECT_EQ(Text(ParseLogTime("03/04/2023", style)), "1677888000");  // 4 March
  style.has_compact_dates = false;
  EXPECT_EQ(Text(ParseLogTime("20231114", style)), "20231114");
}

TEST(ParseTime, SeesWhichDatesTellTheOrder) {
  EXPECT_EQ(EvidenceOf("13/04/2023"), DateEvidence::kDayFirst);
  EXPECT_EQ(EvidenceOf("04/13/2023 10:00"), DateEvidence::kMonthFirst);
  EXPECT_EQ(EvidenceOf("03-04-2023"), DateEvidence::kEither);
  for (const char* text : {"04/04/2023", "2023/03/04", "03.04.2023", "1700000000", ""}) {
    EXPECT_EQ(EvidenceOf(text), DateEvidence::kNone) << text;
  }
}

}  // namespace
}  // namespace tsugi
