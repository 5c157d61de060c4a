#include "core/base/text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace tsugi {
namespace {

using Lines = std::vector<std::string_view>;

TEST(SplitLines, LeavesEmptyLinesAndEndsOut) {
  EXPECT_EQ(SplitLines(""), Lines());
  EXPECT_EQ(SplitLines("\n\n"), Lines());
  EXPECT_EQ(SplitLines("a=b\n\ncd\n"), (Lines{"a=b", "cd"}));
  EXPECT_EQ(SplitLines("last"), Lines{"last"});
}

TEST(TextFold, KeepsLettersOfWordsAndLowersThoseOfAscii) {
  EXPECT_EQ(LowerCase('Q'), 'q');
  EXPECT_EQ(LowerCase('['), '[');
  EXPECT_EQ(LowerCase('\xC9'), '\xC9');
  for (const char c : {'a', 'z', '0', '9', '\x80', '\xFF'}) EXPECT_TRUE(IsWordByte(c)) << int{c};
  for (const char c : {'A', ' ', '-', '\x7F', '\0'}) EXPECT_FALSE(IsWordByte(c)) << int{c};
}

TEST(FieldValue, SplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(FieldValue::Of("genre=Drama"), (FieldValue{"genre", "Drama"}));
  EXPECT_EQ(FieldValue::Of("sum=1+1=2"), (FieldValue{"sum", "1+1=2"}));
  EXPECT_EQ(FieldValue::Of("genre="), (FieldValue{"genre", ""}));
  EXPECT_EQ(FieldValue::Of("=Drama"), (FieldValue{"", "Drama"}));
  EXPECT_EQ(FieldValue::Of("Drama"), (FieldValue{"", "Drama"}));
  EXPECT_EQ(FieldValue::Of(""), FieldValue{});
}

TEST(FieldValue, IsOrderedByFieldAndThenByValue) {
  EXPECT_LT(FieldValue::Of("ab=x"), FieldValue::Of("ab-c=x"));  // "-" stands before "="
  EXPECT_LT(FieldValue::Of("a=1"), FieldValue::Of("a=2"));
}

TEST(Concat, JoinsTextsOfEveryKind) {
  const std::string owned = "b";
  EXPECT_EQ(Concat("a", owned, std::string_view("cd").substr(0, 1)), "abc");
  EXPECT_EQ(Concat(""), "");
}

TEST(Concat, WritesWholeNumbersInDecimal) {
  EXPECT_EQ(Concat(0, ",", -1, ",", uint8_t{7}, ",", int64_t{-90}), "0,-1,7,-90");
  EXPECT_EQ(Concat(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Concat(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
}

}  // namespace
}  // namespace tsugi
