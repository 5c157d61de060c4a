#include "native/dataset/catalogue.h"

#include <gtest/gtest.h>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// A log of one user with these items; `cases` are items of test cases.
RawLog LogOf(const std::vector<std::string>& items, const std::vector<std::string>& cases = {}) {
  RawLog log;
  log.user_count = 1;
  for (const auto& id : items) {
    log.users.push_back(0);
    log.items.push_back(log.item_ids.Insert(id).first);
  }
  for (const auto& id : cases) log.case_items.push_back(log.item_ids.Insert(id).first);
  return log;
}

std::vector<std::string> Ids(const Vocabulary& vocabulary) {
  std::vector<std::string> ids;
  const StringTableView view = vocabulary.item_ids.View();
  for (size_t i = 0; i < view.size(); ++i) ids.emplace_back(view[i]);
  return ids;
}

// A view of nothing has no address, which memcpy and memcmp must not get.
TEST(InternedStrings, AViewOfNothingIsTheEmptyText) {
  InternedStrings strings;
  EXPECT_EQ(strings.Insert("a").first, 0u);
  EXPECT_EQ(strings.Insert(std::string_view()), (std::pair{1u, true}));
  EXPECT_EQ(strings.Insert(""), (std::pair{1u, false}));
  EXPECT_EQ(strings.Find(std::string_view()), 1u);
}

TEST(Vocabulary, OrdersIntegerIdsByValue) {
  const Vocabulary vocabulary = BuildVocabulary(LogOf({"10", "9", "100", "9", "0"}));
  EXPECT_EQ(Ids(vocabulary), (Strings{"0", "9", "10", "100"}));
  EXPECT_EQ(vocabulary.index_of_raw, (std::vector<uint32_t>{2, 1, 3, 0}));
}

TEST(Vocabulary, OrdersOtherIdsByBytes) {
  EXPECT_EQ(Ids(BuildVocabulary(LogOf({"b", "10", "9", "B"}))), (Strings{"10", "9", "B", "b"}));
  // Leading zeros, signs and numbers above 2^64 - 1 are names, not numbers.
  EXPECT_EQ(Ids(BuildVocabulary(LogOf({"9", "10", "007"}))), (Strings{"007", "10", "9"}));
  EXPECT_EQ(Ids(BuildVocabulary(LogOf({"9", "10", "-1"}))), (Strings{"-1", "10", "9"}));
  EXPECT_EQ(Ids(BuildVocabulary(LogOf({"9", "18446744073709551616"}))),
            (Strings{"18446744073709551616", "9"}));
  EXPECT_EQ(Ids(BuildVocabulary(LogOf({"9", "18446744073709551615"}))),
            (Strings{"9", "18446744073709551615"}));
}

TEST(Vocabulary, DoesNotDependOnTheOrderOfTheLog) {
  EXPECT_EQ(Ids(BuildVocabulary(LogOf({"a", "b", "c"}))),
            Ids(BuildVocabulary(LogOf({"c", "a", "b"}))));
}

TEST(Vocabulary, TakesInAndCountsItemsOfTestCasesOnly) {
  const Vocabulary vocabulary = BuildVocabulary(LogOf({"2", "3"}, {"1", "3", "4"}));
  EXPECT_EQ(Ids(vocabulary), (Strings{"1", "2", "3", "4"}));
  EXPECT_EQ(vocabulary.test_only_count, 2u);
}

TEST(Vocabulary, LeavesOutItemsWithoutAnEvent) {
  RawLog log = LogOf({"1", "2", "3"});
  log.items = {2, 0};
  const Vocabulary vocabulary = BuildVocabulary(log);
  EXPECT_EQ(Ids(vocabulary), (Strings{"1", "3"}));
  EXPECT_EQ(vocabulary.index_of_raw, (std::vector<uint32_t>{0, kNoItem, 1}));
}

}  // namespace
}  // namespace tsugi
