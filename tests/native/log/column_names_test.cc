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

TEST(ColumnNames, WhereTheFirstLineIsDataTheAdviceNamesTheColumnThatHoldsTimes) {
  const auto advice = [](const std::vector<std::string>& line) {
    return std::string(RequireColumn("log.dat", line, kUserRole, "", true).status().message());
  };
  const std::string movielens = advice({"1", "1193", "5", "978300760"});
  EXPECT_NE(movielens.find("--no-header --user-column 1 --item-column 2 --time-column 4"),
            std::string::npos)
      << movielens;
  const std::string timeless = advice({"1", "1193", "5"});
  EXPECT_NE(timeless.find("--time-column none"), std::string::npos) << timeless;
}

TEST(ColumnNames, NoNumberIsALikelyTimeUnlessItIsOfOurDays) {
  for (const char* text : {"20231114T221320Z", "2023-11-14 22.13.20", "1700000000", "1700000000123",
                           "Tue Nov 14 2023 22:13:20 GMT+0000 (UTC)", "133444736000000000"}) {
    EXPECT_TRUE(IsLikelyTime(text, false)) << text;
  }
  for (const char* text : {"20231114", "5", "4.5", "978", "1e3", "i7", "2023", "0143039954"}) {
    EXPECT_FALSE(IsLikelyTime(text, false)) << text;
  }
  EXPECT_TRUE(IsLikelyTime("20231114", true));
}

}  // namespace
}  // namespace tsugi
