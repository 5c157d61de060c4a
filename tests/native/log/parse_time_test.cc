#include "native/log/parse_time.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

TEST(ParseTime, ReadsUnixTimesInAnyUnit) {
  EXPECT_EQ(ParseTime("881250949"), 881250949);
  EXPECT_EQ(ParseTime(" 881250949 "), 881250949);
  EXPECT_EQ(ParseTime("881250949.9"), 881250949);
  EXPECT_EQ(ParseTime("8.81250949e8"), 881250949);
  EXPECT_EQ(ParseTime("0"), 0);
  EXPECT_EQ(ParseTime("100000000000"), 100000000000);  // 1e11: still seconds
  EXPECT_EQ(ParseTime("1600000000123"), 1600000000);
  EXPECT_EQ(ParseTime("1600000000123.5"), 1600000000);
  EXPECT_EQ(ParseTime("1600000000123456"), 1600000000);
  EXPECT_EQ(ParseTime("1600000000123456789"), 1600000000);
}

TEST(ParseTime, ReadsIsoDates) {
  EXPECT_EQ(ParseTime("1970-01-01"), 0);
  EXPECT_EQ(ParseTime("1970-01-02"), 86400);
  EXPECT_EQ(ParseTime("2000-02-29"), 951782400);
  EXPECT_EQ(ParseTime("2010-12-01T08:26:00Z"), 1291191960);
  EXPECT_EQ(ParseTime("2010-12-01 08:26"), 1291191960);
  EXPECT_EQ(ParseTime("2010-12-01T08:26:00.999"), 1291191960);
  EXPECT_EQ(ParseTime("2010-12-01T09:26:00+01:00"), 1291191960);
  EXPECT_EQ(ParseTime("2010-12-01T03:26:00-0500"), 1291191960);
}

TEST(ParseTime, RefusesEverythingElse) {
  for (const char* text : {"", " ", "abc", "12a", "-1", "-1.5", "nan", "inf", "1e30", "1 2",
                           "99999999999999999999", "2011-13-01", "2011-02-29", "2011-1-1",
                           "2011-12-09T", "2011-12-09T25:00", "2011-12-09T10:61",
                           "2011-12-09T10:00:00+99:00", "2011-12-09T10:00x", "1969-12-31"}) {
    EXPECT_EQ(ParseTime(text), std::nullopt) << text;
  }
}

TEST(ParseNumber, ReadsFiniteNumbersOnly) {
  EXPECT_EQ(ParseNumber(" -2.5 "), -2.5);
  for (const char* text : {"", "x", "1x", "nan", "inf", "1e999"}) {
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tsugi
