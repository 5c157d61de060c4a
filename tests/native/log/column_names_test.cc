#include "native/log/column_names.h"

#include <gtest/gtest.h>

namespace tsugi {
namespace {

const std::vector<std::string> kColumns = {"movieId", "title", "userId", "rating", "timestamp"};

TEST(ColumnNames, FindsCommonNamesWithoutBeingTold) {
  EXPECT_EQ(*RequireColumn("f", kColumns, kUserRole, ""), 2u);
  EXPECT_EQ(*RequireColumn("f", kColumns, kItemRole, ""), 0u);
  EXPECT_EQ(**FindColumn("f", kColumns, kTimeRole, ""), 4u);
  EXPECT_EQ(*RequireColumn("f", {"Customer ID", "ITEM-ID"}, kUserRole, ""), 0u);
}

TEST(ColumnNames, NeverGuessesActionAndValue) {
  EXPECT_EQ(*FindColumn("f", {"action", "value"}, kActionRole, ""), std::nullopt);
  EXPECT_EQ(*FindColumn("f", {"action", "value"}, kValueRole, ""), std::nullopt);
}

TEST(ColumnNames, TakesAGivenNameExactly) {
  EXPECT_EQ(*RequireColumn("f", kColumns, kUserRole, "rating"), 3u);
  EXPECT_FALSE(RequireColumn("f", kColumns, kUserRole, "Rating").ok());
}

TEST(ColumnNames, ListsTheColumnsAndTheNearestName) {
  const auto column = FindColumn("log.csv", kColumns, kTimeRole, "timestmp");
  ASSERT_FALSE(column.ok());
  EXPECT_EQ(column.status().message(),
            "log.csv: no column \"timestmp\" for the time (columns: movieId, title, userId, "
            "rating, timestamp). Try: --time-column \"timestamp\"");
}

TEST(ColumnNames, AsksForAColumnItCanNotGuess) {
  const auto column = RequireColumn("log.csv", {"who", "what"}, kUserRole, "");
  ASSERT_FALSE(column.ok());
  EXPECT_EQ(column.status().message(),
            "log.csv: which column is the user? (columns: who, what). Try: --user-column NAME");
}

}  // namespace
}  // namespace tsugi
