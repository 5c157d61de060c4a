#include "core/base/text.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tsugi
