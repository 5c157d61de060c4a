#include "core/base/lines.h"

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

}  // namespace
}  // namespace tsugi
