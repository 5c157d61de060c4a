// tsugi train --ablate netflix and --scaling, on a log that trains in moments.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

/// Imports 20 users over 12 items with two kinds; a few items are held out of training.
std::string ImportShop(const ScratchFolder& folder) {
  std::ofstream log(folder / "log.txt"), items(folder / "items.jsonl");
  for (int user = 0; user < 20; ++user) {
    log << "u" << user;
    for (int i = 0; i < 8; ++i) log << " " << 100 + (user + i * (1 + user % 3)) % 12;
    log << "\n";
  }
  for (int item = 100; item < 112; ++item) {
    items << R"({"id": ")" << item << R"(", "title": "thing )" << item / 3 << R"(", "genre": "g)"
          << item % 2 << "\"}\n";
  }
  log.close();
  items.close();
  const std::string data = folder / "data";
  EXPECT_EQ(RunTsugi("import --format sequences --events " + (folder / "log.txt") + " --items " +
                     (folder / "items.jsonl") + " --hold-out-items 0.2 --out " + data)
                .exit_code,
            0);
  return data;
}

TEST(NetflixAblation, ComparesTheRecipeWithoutEachPartOnColdAndWarmTargets) {
  const ScratchFolder folder;
  const std::string data = ImportShop(folder);
  const CommandResult run =
      RunTsugi("train --ablate netflix --preset netflix --seeds 1 --data " + data + " --out " +
               (folder / "out") +
               " --set width=8 --set projection_width=4 --set workers=1 --set max_epochs=1");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const auto json = nlohmann::json::parse(ReadText(folder / "out/ablation.json"));
  std::vector<std::string> rows;
  for (const auto& row : json["rows"]) {
    rows.push_back(row["name"]);
    EXPECT_TRUE(row["cold"].contains("recall@10"));
    EXPECT_TRUE(row["warm"].contains("ndcg@10"));
  }
  EXPECT_EQ(rows, (std::vector<std::string>{"whole", "full-head", "no-mask", "no-tower", "no-genre",
                                            "sets"}));
  EXPECT_EQ(json["pairs"].size(), 5u);
  const std::string again = "train --ablate netflix --preset netflix --seeds 1 --data " + data +
                            " --out " + (folder / "out") +
                            " --set width=8 --set projection_width=4 --set workers=1"
                            " --set max_epochs=1 --rows ";
  const CommandResult few = RunTsugi(again + "no-mask");
  ASSERT_EQ(few.exit_code, 0) << few.error;
  const auto chosen = nlohmann::json::parse(ReadText(folder / "out/ablation.json"));
  EXPECT_EQ(chosen["rows"].size(), 2u);
  EXPECT_EQ(chosen["pairs"].size(), 1u);
  const CommandResult unknown = RunTsugi(again + "no-such");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.error.find("whole, full-head"), std::string::npos) << unknown.error;
  EXPECT_NE(run.output.find("cold: recall@10"), std::string::npos) << run.output;
}

TEST(NetflixAblation, LeavesOutActionsAndValuesWhereTheyAreRead) {
  const ScratchFolder folder;
  {
    std::ofstream log(folder / "log.csv");
    log << "user,item,time,seconds\n";
    for (int i = 0; i < 160; ++i) {
      log << "u" << i / 8 << "," << i % 8 << "," << i << "," << i % 5 + 1 << "\n";
    }
  }
  const std::string data = folder / "data";
  ASSERT_EQ(RunTsugi("import --format events --value-column seconds --events " +
                     (folder / "log.csv") + " --out " + data)
                .exit_code,
            0);
  const std::string command = "train --ablate netflix --preset next --seeds 1 --data " + data +
                              " --rows no-context --set width=8 --set workers=1" +
                              " --set max_epochs=1 --out " + (folder / "out");
  const CommandResult run = RunTsugi(command + " --set values=on");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.output.find("whole - no-context"), std::string::npos) << run.output;
  EXPECT_EQ(RunTsugi(command + "-without").exit_code, 1);  // there is nothing to leave out
}

TEST(ScalingStudy, FitsBothLawsAndDrawsThem) {
  const ScratchFolder folder;
  const std::string data = ImportShop(folder);
  const std::string command = "train --preset next --seeds 1 --data " + data + " --out " +
                              (folder / "out") + " --set workers=1 --set max_epochs=1 --scaling ";
  const CommandResult few = RunTsugi(command + "8,8,16,32");
  EXPECT_EQ(few.exit_code, 1);
  EXPECT_NE(few.error.find("expected at least 4"), std::string::npos) << few.error;
  const CommandResult run = RunTsugi(command + "4,8,16,12");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const auto json = nlohmann::json::parse(ReadText(folder / "out/scaling.json"));
  ASSERT_EQ(json["sizes"].size(), 4u);
  EXPECT_EQ(json["sizes"][3]["width"], 16);
  EXPECT_GT(json["sizes"][3]["backbone_parameters"], json["sizes"][0]["backbone_parameters"]);
  EXPECT_TRUE(json["offset_power_law"].contains("ceiling"));
  EXPECT_NE(ReadText(folder / "out/scaling.svg").find("offset power law"), std::string::npos);
  EXPECT_NE(run.output.find("log-linear: RMSE"), std::string::npos) << run.output;
}

TEST(NegativesAblation, ComparesMadeNegativesOnFrequentAndRareTargets) {
  const ScratchFolder folder;
  const std::string data = ImportShop(folder);
  const std::string command = "train --ablate negatives --preset next --seeds 1 --data " + data +
                              " --set width=8 --set workers=1 --set max_epochs=1 --out ";
  const CommandResult run = RunTsugi(command + (folder / "out"));
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const auto json = nlohmann::json::parse(ReadText(folder / "out/ablation.json"));
  ASSERT_EQ(json["pairs"].size(), 1u);
  EXPECT_EQ(json["pairs"][0]["name"], "whole - without");
  EXPECT_TRUE(json["pairs"][0]["rare"].contains("ndcg@10"));
  EXPECT_NE(run.output.find("even: ndcg@10"), std::string::npos) << run.output;
  const CommandResult sets = RunTsugi(command + (folder / "sets") + " --set targets=set");
  EXPECT_EQ(sets.exit_code, 1);
  EXPECT_NE(sets.error.find("targets=next"), std::string::npos);
}

}  // namespace
}  // namespace tsugi
