#include "native/report/text.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tsugi
