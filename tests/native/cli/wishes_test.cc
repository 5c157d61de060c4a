// What lists are asked for beyond a history: dislikes, popularity, likeness, shelves.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

using nlohmann::json;

/// Five items, B00-1, B00-2, film 3, ..., with item counts.
constexpr char kModel[] = TSUGI_SOURCE_DIR "/tests/golden/models/v1/counted_i8.tsugi ";
constexpr char kUncounted[] = TSUGI_SOURCE_DIR "/tests/golden/models/v1/gated_i8.tsugi ";

json Answer(const std::string& arguments) {
  const CommandResult result = RunTsugi(arguments + " --json");
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return json::parse(result.output);
}

std::vector<std::string> ItemsOf(const json& list) {
  std::vector<std::string> items;
  for (const json& row : list) items.push_back(row["item"]);
  return items;
}

TEST(Wishes, ADislikedItemIsNotListed) {
  const std::string recommend = std::string("recommend ") + kModel + "--history B00-1";
  const auto all = ItemsOf(Answer(recommend)["recommendations"]);
  ASSERT_EQ(all.size(), 4u);
  const json answer = Answer(recommend + " --dislikes '" + all[1] + ", nobody'");
  EXPECT_EQ(answer["recommendations"].size(), 3u);
  EXPECT_EQ(answer["unknown"], json({"nobody"}));
  for (const std::string& item : ItemsOf(answer["recommendations"])) EXPECT_NE(item, all[1]);
}

TEST(Wishes, PopularityChangesTheScoresAndNeedsCounts) {
  const std::string history = "--history B00-1 --popularity 1";
  const json plain = Answer(std::string("recommend ") + kModel + "--history B00-1");
  EXPECT_NE(Answer(std::string("recommend ") + kModel + history)["recommendations"],
            plain["recommendations"]);
  const CommandResult uncounted = RunTsugi(std::string("recommend ") + kUncounted + history);
  EXPECT_EQ(uncounted.exit_code, 1);
  EXPECT_NE(uncounted.error.find("how often items occur"), std::string::npos) << uncounted.error;
  EXPECT_EQ(
      RunTsugi(std::string("recommend ") + kModel + "--history B00-1 --popularity 2").exit_code, 2);
}

TEST(Wishes, ShelvesAreRowsWithWhatTheyAreAbout) {
  const std::string recommend =
      std::string("recommend ") + kModel + "--history B00-2 --shelves 5 -k 1";
  const json shelves = Answer(recommend)["shelves"];
  ASSERT_GE(shelves.size(), 2u);
  EXPECT_EQ(shelves[0]["kind"], "for you");
  EXPECT_EQ(shelves[1]["kind"], "more like");
  EXPECT_EQ(shelves[1]["item"], "B00-2");
  std::set<std::string> all;
  for (const json& shelf : shelves) {
    for (const std::string& item : ItemsOf(shelf["items"])) EXPECT_TRUE(all.insert(item).second);
  }
  const CommandResult text = RunTsugi(recommend);
  EXPECT_EQ(text.output.substr(0, 8), "for you\n") << text.output;
}

TEST(Wishes, SimilarItemsAreListedAndUnknownOnesNamed) {
  const std::string similar = std::string("similar ") + kModel;
  const json list = Answer(similar + "--item B00-1 --item B00-2")["similar"];
  EXPECT_EQ(list.size(), 3u);
  for (const std::string& item : ItemsOf(list)) EXPECT_TRUE(item != "B00-1" && item != "B00-2");
  const CommandResult unknown = RunTsugi(similar + "--item B00-9");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.error.find("'B00-9' is not in the model. Try: --item 'B00-"), std::string::npos)
      << unknown.error;
  EXPECT_EQ(RunTsugi(similar).exit_code, 2);
}

}  // namespace
}  // namespace tsugi
