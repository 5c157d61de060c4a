#include "core/base/concat.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace tsugi {
namespace {

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
