#include "native/cli/progress.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/text.h"

namespace tsugi {
namespace {

TEST(FormatRate, KeepsAtMostThreeFigures) {
  EXPECT_EQ(FormatRate(0.25), "0.2");
  EXPECT_EQ(FormatRate(87.4), "87");
  EXPECT_EQ(FormatRate(999.4), "999");
  EXPECT_EQ(FormatRate(1200), "1.2k");
  EXPECT_EQ(FormatRate(152600), "153k");
  EXPECT_EQ(FormatRate(2.5e6), "2.5M");
}

TEST(FormatDuration, ShowsHoursOnlyWhenThereAreSome) {
  EXPECT_EQ(FormatDuration(0.4), "00:00");
  EXPECT_EQ(FormatDuration(42), "00:42");
  EXPECT_EQ(FormatDuration(3599.6), "1:00:00");
  EXPECT_EQ(FormatDuration(3723), "1:02:03");
}

TEST(Progress, PrintsPlainLinesAtTenthsOffATerminal) {
  ::testing::internal::CaptureStderr();
  {
    Progress progress("train", "events");
    for (size_t done = 0; done <= 1000; ++done) progress.Update(done, 1000, "loss 5.2");
    progress.Update(1000, 1000);
  }
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_NE(text.find("train   50 %"), std::string::npos) << text;
  EXPECT_NE(text.find("loss 5.2"), std::string::npos);
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(NearestOf, CountsInsertionsDeletionsAndReplacements) {
  const std::vector<std::string_view> words{"import", "export", "inspect"};
  const auto nearest = [&](std::string_view word) {
    return NearestOf(word, words.size(), [&](size_t i) { return words[i]; });
  };
  EXPECT_EQ(nearest("inport"), "import");
  EXPECT_EQ(nearest("expor"), "export");
  EXPECT_EQ(nearest("inspects"), "inspect");
  EXPECT_EQ(NearestOf("x", 0, [](size_t) { return std::string_view(); }), "");
}

}  // namespace
}  // namespace tsugi
