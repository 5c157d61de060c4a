// What a visitor did, as typed to `tsugi recommend`: --history, --times, --actions, --values.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/model/model_view.h"
#include "native/model/model_file.h"
#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

/// Reads actions (buy, view) and values, not times. Items: B00-1, B00-2, film 3, B00-5 ...
constexpr char kContextModel[] = TSUGI_SOURCE_DIR "/tests/golden/models/v1/context_i8.tsugi ";
constexpr char kTimedModel[] = TSUGI_SOURCE_DIR "/tests/golden/models/v1/timed_i8.tsugi ";
constexpr char kPlainModel[] = TSUGI_SOURCE_DIR "/tests/golden/models/v1/gated_i8.tsugi ";

CommandResult Recommend(const std::string& model, const std::string& details) {
  return RunTsugi("recommend " + model + "--json " + details);
}

TEST(History, ActionsAndValuesChangeTheListAndDashesDoNot) {
  const std::string history = "--history 'B00-1 B00-2' ";
  const CommandResult plain = Recommend(kContextModel, history);
  ASSERT_EQ(plain.exit_code, 0) << plain.error;
  EXPECT_EQ(Recommend(kContextModel, history + "--actions '- -' --values '-,-'").output,
            plain.output);
  const CommandResult bought = Recommend(kContextModel, history + "--actions 'view buy'");
  ASSERT_EQ(bought.exit_code, 0) << bought.error;
  EXPECT_NE(bought.output, plain.output);
  const CommandResult watched = Recommend(kContextModel, history + "--values '- 250'");
  ASSERT_EQ(watched.exit_code, 0) << watched.error;
  EXPECT_NE(watched.output, plain.output);
}

TEST(History, TimesAreSecondsOrDates) {
  const std::string history = "--history 'B00-1 B00-2' ";
  const CommandResult seconds = Recommend(kTimedModel, history + "--times '1706659200 1706745600'");
  ASSERT_EQ(seconds.exit_code, 0) << seconds.error;
  EXPECT_NE(seconds.output, Recommend(kTimedModel, history).output);
  EXPECT_EQ(Recommend(kTimedModel, history + "--times '2024-01-31, 2024-02-01 00:00'").output,
            seconds.output);
}

TEST(History, CommasLetIdsHaveBlanks) {
  const CommandResult result = Recommend(kContextModel, "--history 'film 3, B00-1' -k 5");
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto json = nlohmann::json::parse(result.output);
  EXPECT_TRUE(json["unknown"].empty()) << result.output;
  EXPECT_EQ(json["recommendations"].size(), 3u);  // of five items, two are seen
}

/// A model whose ids are those that lists, JSON and shells trip over.
class HistoryOfOddIds : public testing::Test {
 protected:
  static constexpr const char* kIds[] = {"Mug, red", "i1", "-", "it's [\"$1\"] `!`\\",
                                         "two\nlines"};
  void SetUp() override {
    Result<Model> golden = LoadModelFile(TSUGI_SOURCE_DIR "/tests/golden/models/v1/gated_i8.tsugi");
    ASSERT_TRUE(golden.ok()) << golden.status().message();
    StringTable ids;
    for (const char* id : kIds) ids.Append(id);
    ModelView view = golden->view();
    view.SetStrings(kItemIdStrings, ids.View());
    const Status saved = SaveModel(scratch_ / "odd.tsugi", view, {});
    ASSERT_TRUE(saved.ok()) << saved.message();
  }
  /// "KNOWN [UNKNOWN]": how many ids were known and which were not; or the error. Of five items
  /// the seen ones are left out of the list.
  std::string Read(const std::string& history) {
    const CommandResult result =
        RunTsugi("recommend '" + (scratch_ / "odd.tsugi") + "' --json " + history);
    if (result.exit_code != 0) return result.error;
    const auto json = nlohmann::json::parse(result.output);
    return std::to_string(std::size(kIds) - json["recommendations"].size()) + " " +
           json["unknown"].dump();
  }
  const ScratchFolder scratch_;
};

/// `text` as one word of a shell.
std::string Quote(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

TEST_F(HistoryOfOddIds, AnIdWithACommaIsNamedAloneOrInAJsonArray) {
  EXPECT_EQ(Read("--history 'Mug, red'"), "1 []");
  EXPECT_EQ(Read(R"(--history '["Mug, red", "i1", "-"]')"), "3 []");
  EXPECT_EQ(Read(R"(--history '["Mug, red", "i1"]' --times '["2024-01-31", null]')"), "2 []");
  EXPECT_EQ(Read("--history 'Mug, i1'"), R"(1 ["Mug"])");
}

TEST_F(HistoryOfOddIds, TheAdviceWorksAsPrinted) {
  for (const std::string id : kIds) {
    // One edit away, so `id` is the nearest known one.
    const std::string typed = nlohmann::json::array({id + "x"}).dump();
    const CommandResult wrong =
        RunTsugi("recommend '" + (scratch_ / "odd.tsugi") + "' --history " + Quote(typed));
    ASSERT_EQ(wrong.exit_code, 1) << typed;
    const size_t advice = wrong.error.find("Try: ");
    ASSERT_NE(advice, std::string::npos) << wrong.error;
    std::string words = wrong.error.substr(advice + 5);
    words.erase(words.find_last_not_of('\n') + 1);
    EXPECT_EQ(Read(words), "1 []") << wrong.error;
  }
}

TEST(History, AListThatDoesNotFitSaysWhatToTry) {
  const std::string history = "--history 'B00-1 B00-2' ";
  for (const auto& [details, message] :
       {std::pair("--values 3", "--values: 1 for 2 items of --history. Try: -"),
        {"--values '3 x'", "--values x: not a number"},
        {"--actions 'view like'",
         "--actions like: not an action of the model (expected one of "
         "'buy', 'view')"},
        {"--times 'today -'", "--times today: not a time"}}) {
    const CommandResult result = Recommend(kContextModel, history + details);
    EXPECT_EQ(result.exit_code, 1) << details;
    EXPECT_NE(result.error.find(message), std::string::npos) << result.error;
  }
  EXPECT_EQ(RunTsugi("recommend " + std::string(kContextModel) + "--query x --times 3").exit_code,
            2);
}

TEST(History, WhatTheModelDoesNotReadIsLeftOutWithAWarning) {
  const CommandResult result =
      Recommend(kPlainModel, "--history B00-1 --actions view --values 3 --times 5");
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_NE(result.error.find("--actions: left out"), std::string::npos) << result.error;
  EXPECT_NE(result.error.find("--values: left out"), std::string::npos) << result.error;
  EXPECT_EQ(result.output, Recommend(kPlainModel, "--history B00-1").output);
}

TEST(History, AnEmptyListSaysWhy) {
  constexpr char kTowerModel[] = TSUGI_SOURCE_DIR "/tests/golden/models/v1/tower_i8.tsugi ";
  const CommandResult words = Recommend(kTowerModel, "--query 'qqqqq wwwww'");
  ASSERT_EQ(words.exit_code, 0) << words.error;
  EXPECT_NE(words.error.find("no item fits \"qqqqq wwwww\""), std::string::npos) << words.error;
  const CommandResult all =
      Recommend(kPlainModel, "--history 'B00-1, B00-2, film 3, \u6b21, B00-5'");
  ASSERT_EQ(all.exit_code, 0) << all.error;
  EXPECT_NE(all.error.find("no item is left"), std::string::npos) << all.output;
}

TEST(History, InspectNamesTheActions) {
  const CommandResult result = RunTsugi("inspect " + std::string(kContextModel));
  EXPECT_NE(result.output.find(R"(["buy","view"])"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("value_buckets"), std::string::npos) << result.output;
}

}  // namespace
}  // namespace tsugi
