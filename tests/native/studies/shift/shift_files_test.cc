#include "native/studies/shift/shift_files.h"

#include <gtest/gtest.h>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

class ShiftFilesTest : public testing::Test {
 protected:
  Result<ShiftData> Read(const std::string& train, const std::string& valid,
                         const std::string& test, const std::string& shifted) {
    return ReadShiftFiles({files_.Write("train.txt", train), files_.Write("valid.txt", valid),
                           files_.Write("test.txt", test), files_.Write("shifted.txt", shifted)},
                          audit_);
  }
  TempFiles files_;
  ReadAudit audit_;
};

TEST_F(ShiftFilesTest, NumbersUsersAndItemsInTheOrderOfTheTrainingPart) {
  const auto data = Read("7 b 1\n7 a 1\n3 a 1\n", "7 c 1\n", "3 b\n", "3 d\n");
  ASSERT_TRUE(data.ok()) << data.status().message();
  EXPECT_EQ(data->user_count, 2u);
  EXPECT_EQ(data->item_count, 4u);
  EXPECT_EQ(data->train.pairs(), (std::vector<Interaction>{{0, 0}, {0, 1}, {1, 1}}));
  EXPECT_EQ(data->valid.pairs(), (std::vector<Interaction>{{0, 2}}));
  EXPECT_EQ(data->test.pairs(), (std::vector<Interaction>{{1, 0}}));
  EXPECT_EQ(data->shifted.pairs(), (std::vector<Interaction>{{1, 3}}));
  EXPECT_EQ(data->ItemCounts(), (std::vector<uint32_t>{1, 2, 0, 0}));
  EXPECT_TRUE(data->train.contains(1, 1));
  EXPECT_FALSE(data->train.contains(1, 0));
}

TEST_F(ShiftFilesTest, LeavesOutUsersWithoutTrainingAndPairsThatAnEarlierPartHolds) {
  const auto data = Read("u a\nu b\n", "u c\nu a\nstranger a\n", "u d\nstranger b\n", "u e\n");
  ASSERT_TRUE(data.ok()) << data.status().message();
  EXPECT_EQ(data->left_out, 2u);
  EXPECT_EQ(data->user_count, 1u);
  EXPECT_EQ(data->valid.size(), 1u);
  ASSERT_EQ(audit_.reasons().size(), 1u);
  EXPECT_EQ(audit_.reasons()[0].reason, "an earlier part holds this pair");
}

TEST_F(ShiftFilesTest, APartWithoutAPairNamesTheFile) {
  const auto data = Read("u a\n", "other a\n", "u b\n", "u c\n");
  ASSERT_FALSE(data.ok());
  EXPECT_NE(data.status().message().find("valid.txt"), std::string::npos);
}

}  // namespace
}  // namespace tsugi
