#include "native/log/encoding.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

TEST(Encoding, TellsWellFormedUtf8FromTheRest) {
  for (const char* good : {"", "plain", "caf\xC3\xA9", "\xE6\xAC\xA1", "\xF0\x9F\x8D\x8A",
                           "seven7.\xC3\xA9 behind eight", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"caf\xE9", "\xC3", "\xC3(", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80",
                          "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80",
                          "\x80", "eight chars then \xE6\xAC"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
  }
}

TEST(Encoding, ReadsLatin1ByteByByte) {
  EXPECT_EQ(Latin1ToUtf8("Am\xE9lie"), "Am\xC3\xA9lie");
  EXPECT_EQ(Latin1ToUtf8("\x80\xFF"), "\xC2\x80\xC3\xBF");
}

TEST(Encoding, ClipsWithoutCuttingACharacter) {
  EXPECT_EQ(ClipUtf8("abc", 3), "abc");
  EXPECT_EQ(ClipUtf8("abc", 2), "ab");
  EXPECT_EQ(ClipUtf8("a\xC3\xA9", 2), "a");
  EXPECT_EQ(ClipUtf8("\xE6\xAC\xA1", 2), "");
}

TEST(Encoding, TrimsBlanksAndTabs) {
  EXPECT_EQ(TrimBlanks(" \ta b\t "), "a b");
  EXPECT_EQ(TrimBlanks(" \t "), "");
}

}  // namespace
}  // namespace tsugi
