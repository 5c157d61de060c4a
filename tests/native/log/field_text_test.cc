#include "native/log/field_text.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

TEST(FieldText, TellsWellFormedUtf8FromTheRest) {
  for (const char* good : {"", "plain", "caf\xC3\xA9", "\xE6\xAC\xA1", "\xF0\x9F\x8D\x8A",
                           "seven7.\xC3\xA9 behind eight", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad : {"caf\xE9", "\xC3", "\xC3(", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80",
                          "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\x80", "eight chars then \xE6\xAC"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
  }
}

TEST(FieldText, ReadsWindows1252ByteByByte) {
  EXPECT_EQ(Cp1252ToUtf8("Am\xE9lie"), "Am\xC3\xA9lie");
  EXPECT_EQ(Cp1252ToUtf8("\x80\xFF"), "\xE2\x82\xAC\xC3\xBF");                      // euro sign
  EXPECT_EQ(Cp1252ToUtf8("\x93\x94\x96"), "\xE2\x80\x9C\xE2\x80\x9D\xE2\x80\x93");  // quotes, dash
  // Bytes without a character stay apart: two ids must not become one.
  EXPECT_EQ(Cp1252ToUtf8("\x81\x8D\x8F\x90\x9D"), "\xC2\x81\xC2\x8D\xC2\x8F\xC2\x90\xC2\x9D");
}

TEST(FieldText, KnowsWhatStandsForAMissingValue) {
  for (const char* text : {"", "NULL", "None", "nan", "-nan", "NA", "\\N", "<NA>", "N/A",
                           "#N/A N/A", "[NULL]", "(not set)", "#REF!", "Undefined"}) {
    EXPECT_TRUE(IsMissing(text)) << text;
  }
  for (const char* text : {"0", "Nancy", "NULL1", "n", "nonesuch", "Naomi", "-1", "(a)", "[b]"}) {
    EXPECT_FALSE(IsMissing(text)) << text;
  }
}

TEST(FieldText, ReplacesControlCharacters) {
  EXPECT_EQ(WithoutControls("a\rb\x1B[31mc\x7F"), "a b [31mc ");
  EXPECT_EQ(WithoutControls("a\xC2\x9D"
                            "0;b \xC2\xA9 \xC3\x81"),
            "a  0;b \xC2\xA9 \xC3\x81");
}

TEST(FieldText, ClipsWithoutCuttingACharacter) {
  EXPECT_EQ(ClipUtf8("abc", 3), "abc");
  EXPECT_EQ(ClipUtf8("abc", 2), "ab");
  EXPECT_EQ(ClipUtf8("a\xC3\xA9", 2), "a");
  EXPECT_EQ(ClipUtf8("\xE6\xAC\xA1", 2), "");
}

TEST(FieldText, TrimsBlanksAndTabs) {
  EXPECT_EQ(TrimBlanks(" \ta b\t "), "a b");
  EXPECT_EQ(TrimBlanks(" \t "), "");
}

TEST(ParseNumber, ReadsFiniteNumbersOnly) {
  EXPECT_EQ(ParseNumber(" -2.5 "), -2.5);
  EXPECT_EQ(ParseNumber("4,5"), 4.5);
  EXPECT_EQ(ParseNumber("0,125"), 0.125);
  for (const char* text : {"", "x", "1x", "nan", "inf", "1e999", "1,234", "1,2,3"}) {
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tsugi
