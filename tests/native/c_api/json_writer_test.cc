#include "native/c_api/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

namespace tsugi {
namespace {

std::string Quoted(std::string_view value) {
  JsonWriter json;
  json.String(value);
  return json.text();
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  JsonWriter json;
  json.Open('{');
  json.Key("a");
  json.Number(-1);
  json.Key("b");
  json.Open('[');
  json.String("x");
  json.Number(std::numeric_limits<uint64_t>::max());
  json.Open('[');
  json.Close(']');
  json.Close(']');
  json.Key("c");
  json.Open('{');
  json.Close('}');
  json.Close('}');
  EXPECT_EQ(json.text(), R"({"a":-1,"b":["x",18446744073709551615,[]],"c":{}})");
}

TEST(JsonWriter, EscapesWhatJsonWantsEscaped) {
  EXPECT_EQ(Quoted("a\"b\\c\n\x01/"), R"("a\"b\\c\u000a\u0001/")");
  EXPECT_EQ(Quoted(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(Quoted(""), R"("")");
}

TEST(JsonWriter, KeepsEveryCharacterOfUtf8) {
  const std::string text = "\xc3\xa4 \xe6\xac\xa1 \xf0\x9f\x98\x80 \xf4\x8f\xbf\xbf \xed\x9f\xbf";
  EXPECT_EQ(nlohmann::json::parse(Quoted(text)), text);
}

TEST(JsonWriter, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(Quoted("a\xff"), R"("a\ufffd")");
  for (const std::string bad :
       {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf5", "\xe6\xac", "\xc3\xc3\xa4"}) {
    const auto parsed = nlohmann::json::parse(Quoted(bad + "!"), nullptr, false);
    ASSERT_FALSE(parsed.is_discarded());
    const std::string value = parsed;
    EXPECT_TRUE(value.starts_with("\xef\xbf\xbd"));
    EXPECT_TRUE(value.ends_with("!"));
  }
}

TEST(JsonWriter, WritesFixedNumbersWithFourDigits) {
  JsonWriter json;
  json.Open('[');
  for (const double value : {0.0, 0.5, -0.25, 1.0, 0.00004, 0.00005, -12.34567}) json.Fixed(value);
  json.Close(']');
  EXPECT_EQ(json.text(), "[0.0000,0.5000,-0.2500,1.0000,0.0000,0.0001,-12.3457]");
}

}  // namespace
}  // namespace tsugi
