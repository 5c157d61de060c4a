#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "native/report/line_chart.h"
#include "native/report/text.h"

namespace tsugi {
namespace {

TEST(TextTable, ColumnsAreAsWideAsTheirLongestCell) {
  EXPECT_EQ(AlignText({{"", "recall@10"}, {"model", "0.5"}, {"a"}}),
            "       recall@10\n"
            "model        0.5\n"
            "a\n");
}

TEST(TextTable, NumbersKeepTheirDigits) {
  EXPECT_EQ(FixedText(0.05, 4), "0.0500");
  EXPECT_EQ(FixedText(-1.5, 0), "-2");
}

using testing::HasSubstr;
using testing::Not;

LineChart TwoLines() {
  return {.title = "a < b & c",
          .x_label = "delay",
          .y_label = "MRR",
          .x_ticks = {{0, "now"}, {1, "1h"}, {2, "1d"}},
          .series = {{.name = "next", .points = {{0, .30, .29, .31}, {1, .2}, {2, .1}}},
                     {.name = "set", .points = {{0, .28}, {1, .25}, {2, .22}}}}};
}

std::vector<std::string> Matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) {
    found.push_back((*it)[1]);
  }
  return found;
}

TEST(LineChart, DrawsALineAndADotPerPoint) {
  const std::string svg = LineChartSvg(TwoLines());
  const auto lines = Matches(svg, "<polyline[^>]*points=\"([^\"]*)\"");
  ASSERT_EQ(lines.size(), 2u);
  for (const auto& line : lines) EXPECT_EQ(Matches(line, "([0-9.]+,[0-9.]+)").size(), 3u);
  EXPECT_EQ(Matches(svg, "<(circle)").size(), 6u);
  EXPECT_EQ(Matches(svg, "(stroke-opacity=\"0.6\")").size(), 1u);  // one interval
}

TEST(LineChart, HigherValuesAreHigherOnThePage) {
  const auto heights = Matches(LineChartSvg(TwoLines()), "<circle cx=\"[^\"]*\" cy=\"([^\"]*)\"");
  ASSERT_EQ(heights.size(), 6u);  // the last series is drawn first
  EXPECT_LT(std::stod(heights[3]), std::stod(heights[4]));
  EXPECT_LT(std::stod(heights[4]), std::stod(heights[5]));
}

TEST(LineChart, EscapesText) {
  const std::string svg = LineChartSvg(TwoLines());
  EXPECT_THAT(svg, HasSubstr("a &lt; b &amp; c"));
  EXPECT_THAT(svg, Not(HasSubstr("a < b")));
}

TEST(LineChart, LeavesOutWhatIsNotFinite) {
  LineChart chart = TwoLines();
  chart.series[0].points[1].y = NAN;
  const std::string svg = LineChartSvg(chart);
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_EQ(Matches(svg, "<(circle)").size(), 5u);
}

TEST(LineChart, TicksAreRoundNumbersThatEncloseTheData) {
  const auto ticks = Matches(LineChartSvg(TwoLines()), "text-anchor=\"end\" >([0-9.]+)<");
  EXPECT_EQ(ticks, (std::vector<std::string>{"0.10", "0.15", "0.20", "0.25", "0.30", "0.35"}));
}

TEST(LineChart, OnePointIsDrawn) {
  LineChart chart;
  chart.series = {{.name = "x", .points = {{3, 0}}}};
  const std::string svg = LineChartSvg(chart);
  EXPECT_EQ(Matches(svg, "<(circle)").size(), 1u);
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

}  // namespace
}  // namespace tsugi
