// tsugi train --preset imagine, tsugi imagine and tsugi study prior, on a log that trains in
// moments.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

/// Trains once for the whole suite: 40 users rate 16 items of two kinds, and like one of them.
class ImagineCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    std::ofstream log(*folder_ / "log.csv"), items(*folder_ / "items.jsonl");
    log << "user,item,time,value\n";
    for (int user = 0; user < 40; ++user) {
      for (int i = 0; i < 10; ++i) {
        const int item = (user * 3 + i * 5) % 16;
        log << "u" << user << "," << item << "," << 1000 + i << ","
            << (item / 2 % 2 == user % 2 ? 5 : 2) << "\n";
      }
    }
    for (int item = 0; item < 16; ++item) {
      items << R"({"id": ")" << item << R"(", "title": ")" << (item % 2 ? "Odd" : "Even")
            << " thing"
            << R"(", "kind": ")" << (item % 2 ? "odd" : "even") << "\"}\n";
    }
    log.close();
    items.close();
    ASSERT_EQ(RunTsugi("import --format events --events " + Path("log.csv") + " --items " +
                       Path("items.jsonl") + " --value-column value --out " + Path("data"))
                  .exit_code,
              0);
    const CommandResult run =
        RunTsugi("train --preset imagine --data " + Path("data") + " --out " + Path("run") +
                 " --set width=8 --set workers=1 --set max_epochs=2 --set imagine.width=16"
                 " --set imagine.blocks=1 --set imagine.steps=40");
    ASSERT_EQ(run.exit_code, 0) << run.error;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string Path(const std::string& name) { return *folder_ / name; }
  static CommandResult Imagine(const std::string& options) {
    return RunTsugi("imagine " + Path("run") + "/weights.tsugi " + options);
  }

  static ScratchFolder* folder_;
};

ScratchFolder* ImagineCommand::folder_ = nullptr;

TEST_F(ImagineCommand, PrintsConceptsWithTheirDistance) {
  const CommandResult text = Imagine("--history '1 3 5' -n 2");
  ASSERT_EQ(text.exit_code, 0) << text.error;
  EXPECT_NE(text.output.find("(invented)"), std::string::npos);
  EXPECT_NE(text.output.find("near to"), std::string::npos);
  const CommandResult run = Imagine("--history '1 3 5' -n 2 --json --seed 4");
  const auto json = nlohmann::json::parse(run.output);
  ASSERT_EQ(json["concepts"].size(), 2u);
  EXPECT_EQ(json["concepts"][0]["nearest"].size(), 3u);
  EXPECT_EQ(json["concepts"][0]["attributes"][0]["field"], "kind");
  EXPECT_EQ(Imagine("--history '1 3 5' -n 2 --json --seed 4").output, run.output);
}

TEST_F(ImagineCommand, AvoidsWhatItIsToldTo) {
  const CommandResult run = Imagine("--avoid kind=odd -n 4 --json");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const auto json = nlohmann::json::parse(run.output);
  for (const auto& made : json["concepts"]) {
    EXPECT_NE(made["attributes"][0]["value"], "odd");
  }
  const CommandResult unknown = Imagine("--avoid kind=purple");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.error.find("no such attribute"), std::string::npos);
}

TEST_F(ImagineCommand, AStudyJudgesItOnADataSet) {
  const std::string command =
      "study prior --run " + Path("run") + " --data " + Path("data") + " --set steps=3";
  const CommandResult run = RunTsugi(command + " --json --results " + Path("prior.json"));
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const auto json = nlohmann::json::parse(run.output)["rows"][0];
  EXPECT_EQ(json["name"], "session");
  EXPECT_EQ(json["users"]["mean"], 40);
  EXPECT_GT(json["verifier"]["held_out_auc"]["mean"], 0.5);
  EXPECT_EQ(json["rows"].size(), 6u);
  EXPECT_EQ(json["denoising"].size(), 5u);
  // 2,000 permutations and the identity: p is a multiple of 1 / 2001, and own samples that are
  // liked better than a stranger's are so in most permutations.
  const double p = json["permutation"]["p"]["mean"];
  EXPECT_NEAR(p * 2001.0, std::round(p * 2001.0), 1e-6);
  EXPECT_GE(p, 1.0 / 2001.0);
  EXPECT_EQ(p<0.5, json["permutation"]["own"]["mean"]> json["permutation"]["permuted"]["mean"]);
  const CommandResult text = RunTsugi("study prior --results " + Path("prior.json"));
  EXPECT_NE(text.output.find("permutation p"), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("session: for whom"), std::string::npos) << text.output;
}

TEST_F(ImagineCommand, AStudyJudgesAPriorThatKnowsItsUsers) {
  const CommandResult run = RunTsugi("study prior --run " + Path("run") + " --data " +
                                     Path("data") + " --rows by-user --json --set steps=3");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.error.find("prior epoch"), std::string::npos);
  const auto rows = nlohmann::json::parse(run.output)["rows"];
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["name"], "by-user");
  EXPECT_EQ(rows[0]["users"]["mean"], 40);
}

TEST_F(ImagineCommand, RefusesNumbersOutOfRangeAndFilesWithoutThePart) {
  EXPECT_NE(Imagine("--steps 2000").error.find("expected 1 to 1000"), std::string::npos);
  EXPECT_NE(Imagine("--guidance 500").error.find("expected 0 to 100"), std::string::npos);
  EXPECT_EQ(Imagine("--rating maybe").exit_code, 2);
  const CommandResult plain = RunTsugi("imagine " TSUGI_SOURCE_DIR
                                       "/tests/golden/models/v1/gated_i8.tsugi --history B00-1");
  EXPECT_EQ(plain.exit_code, 1);
  EXPECT_NE(plain.error.find("--preset imagine"), std::string::npos);
}

TEST_F(ImagineCommand, TheModelCardTellsOfTheSecondStage) {
  const CommandResult run = RunTsugi("inspect " + Path("run") + "/weights.tsugi --json");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.output.find("attribute_auc"), std::string::npos);
  EXPECT_NE(run.output.find("\"imagine\""), std::string::npos);
  const CommandResult resumed =
      RunTsugi("train --preset imagine --resume --data " + Path("data") + " --out " + Path("run") +
               " --set width=8 --set workers=1 --set max_epochs=2 --set imagine.width=16"
               " --set imagine.blocks=1 --set imagine.steps=40");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.error;
}

TEST(ImaginePreset, NeedsRowsOfOneLength) {
  const ScratchFolder folder;
  std::ofstream log(folder / "log.txt");
  for (int user = 0; user < 10; ++user) log << "u" << user << " 1 2 3 4\n";
  log.close();
  ASSERT_EQ(RunTsugi("import --format sequences --events " + (folder / "log.txt") + " --out " +
                     (folder / "data"))
                .exit_code,
            0);
  const CommandResult run =
      RunTsugi("train --preset imagine --set scoring=dot --set item_tower.enabled=off --data " +
               (folder / "data") + " --out " + (folder / "run"));
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.error.find("scoring=cosine"), std::string::npos);
}

}  // namespace
}  // namespace tsugi
