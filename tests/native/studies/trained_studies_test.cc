// tsugi study intents, netflix, negatives and scaling, on a log that trains in moments.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

using nlohmann::json;

/// Imports 20 users over 12 items with two kinds; a few items are held out of training if asked to.
std::string ImportShop(const ScratchFolder& folder, const std::string& options = "") {
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
                     (folder / "items.jsonl") + options + " --out " + data)
                .exit_code,
            0);
  return data;
}

std::vector<std::string> NamesOf(const json& rows) {
  std::vector<std::string> names;
  for (const json& row : rows) names.push_back(row["name"]);
  return names;
}

json Read(const CommandResult& run) {
  EXPECT_EQ(run.exit_code, 0) << run.error;
  return json::parse(run.output, nullptr, false);
}

void ExpectFailure(const CommandResult& run, const std::string& part) {
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.error.find(part), std::string::npos) << run.error;
}

TEST(IntentsStudy, ComparesRowsGrowsAndRefusesAnotherConfiguration) {
  const ScratchFolder folder;
  const std::string data = ImportShop(folder);
  const std::string command =
      "study intents --preset intent --json --data " + data + " --out " + (folder / "out") +
      " --results " + (folder / "intents.json") +
      " --set intent.families=topic,action --set width=8 --set workers=1 --set max_epochs=";
  const CommandResult first = RunTsugi(command + "1 --seeds 1");
  const json one = Read(first);
  const std::vector<std::string> rows = {"V0", "V1", "V2", "V3", "only-topic", "only-action"};
  EXPECT_EQ(NamesOf(one["rows"]), rows);
  ASSERT_EQ(NamesOf(one["pairs"]),
            (std::vector<std::string>{"V1 - V0", "V2 - V1", "V3 - V2", "V3 - V0", "V3 - only-topic",
                                      "V3 - only-action"}));
  // A paired difference is the difference of the means.
  EXPECT_NEAR(one["pairs"][1]["all"]["ndcg@10"]["difference"].get<double>(),
              one["rows"][2]["all"]["ndcg@10"]["mean"].get<double>() -
                  one["rows"][1]["all"]["ndcg@10"]["mean"].get<double>(),
              1e-9);
  const json& topic = one["rows"][3]["intent of the next event"]["topic"];
  EXPECT_GE(topic["labels"]["mean"], 1);
  EXPECT_LE(topic["accuracy"]["mean"], 1.0);
  ExpectFailure(RunTsugi(command + "1 --seeds 1"), "--resume");
  // Nothing is trained twice, not even where the runs are gone: the file holds what is needed.
  std::filesystem::remove_all(folder / "out");
  EXPECT_EQ(RunTsugi(command + "1 --seeds 1 --resume").output, first.output);
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
  const json two = Read(RunTsugi(command + "1 --seeds 2 --rows V0,V3 --resume"));
  EXPECT_EQ(NamesOf(two["rows"]), rows);
  EXPECT_EQ(two["rows"][0]["all"]["ndcg@10"]["seeds"].size(), 2u);
  EXPECT_EQ(two["rows"][1]["all"]["ndcg@10"]["seeds"].size(), 1u);
  EXPECT_EQ(two["rows"][0]["all"]["ndcg@10"]["seeds"][0],
            one["rows"][0]["all"]["ndcg@10"]["seeds"][0]);
  EXPECT_TRUE(std::filesystem::exists(folder / "out/V3/seed-2/weights.tsugi"));
  ExpectFailure(RunTsugi(command + "2 --resume"), "configuration");
  ExpectFailure(
      RunTsugi("study intents --preset next --data " + data + " --out " + (folder / "out2")),
      "--preset intent");
}

TEST(NetflixStudy, ComparesTheRecipeWithoutEachPartOnColdAndWarmTargets) {
  const ScratchFolder folder;
  const std::string data = ImportShop(folder, " --hold-out-items 0.2");
  const std::string command =
      "study netflix --preset netflix --seeds 1 --data " + data + " --out " + (folder / "out") +
      " --set width=8 --set projection_width=4 --set workers=1 --set max_epochs=1";
  const json few = Read(RunTsugi(command + " --json --rows whole,no-mask"));
  EXPECT_EQ(few["rows"].size(), 2u);
  EXPECT_EQ(NamesOf(few["pairs"]), std::vector<std::string>{"whole - no-mask"});
  ExpectFailure(RunTsugi(command + " --resume --rows no-such"), "whole, full-head");
  const json all = Read(RunTsugi(command + " --json --resume"));
  EXPECT_EQ(NamesOf(all["rows"]), (std::vector<std::string>{"whole", "no-mask", "full-head",
                                                            "no-tower", "no-genre", "sets"}));
  EXPECT_EQ(all["pairs"].size(), 5u);
  for (const json& row : all["rows"]) {
    EXPECT_TRUE(row["cold"].contains("recall@10"));
    EXPECT_TRUE(row["warm"].contains("ndcg@10"));
  }
  const CommandResult shown = RunTsugi("study netflix --results " + (folder / "out/results.json"));
  ASSERT_EQ(shown.exit_code, 0) << shown.error;
  EXPECT_NE(shown.output.find("cold: recall@10"), std::string::npos) << shown.output;
}

TEST(NetflixStudy, LeavesOutActionsAndValuesWhereTheyAreRead) {
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
  const std::string command = "study netflix --seeds 1 --rows whole,no-context --data " + data +
                              " --set width=8 --set workers=1 --set max_epochs=1 --out " +
                              (folder / "out");
  const CommandResult run = RunTsugi(command + " --set values=on");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.output.find("whole - no-context"), std::string::npos) << run.output;
  ExpectFailure(RunTsugi(command + "-without"), "no-context");  // there is nothing to leave out
}

TEST(ScalingStudy, FitsBothLawsAndDrawsThem) {
  const ScratchFolder folder;
  const std::string data = ImportShop(folder, " --hold-out-items 0.2");
  const std::string command = "study scaling --preset next --seeds 1 --data " + data + " --out " +
                              (folder / "out") + " --set workers=1 --set max_epochs=1 --svg " +
                              (folder / "scaling.svg") + " --rows ";
  ExpectFailure(RunTsugi(command + "8,8,16,32"), "expected at least 4");
  ExpectFailure(RunTsugi(command + "8,wide"), "expected widths");
  const CommandResult run = RunTsugi(command + "4,8,16,12");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.output.find("log-linear: RMSE"), std::string::npos) << run.output;
  EXPECT_NE(ReadText(folder / "scaling.svg").find("offset power law"), std::string::npos);
  const json report =
      Read(RunTsugi("study scaling --json --results " + (folder / "out/results.json")));
  EXPECT_EQ(NamesOf(report["rows"]), (std::vector<std::string>{"4", "8", "12", "16"}));
  EXPECT_GT(report["rows"][3]["backbone_parameters"]["mean"],
            report["rows"][0]["backbone_parameters"]["mean"]);
  EXPECT_TRUE(report["offset_power_law"].contains("ceiling"));
  EXPECT_TRUE(report["log_linear"].contains("rmse"));
}

TEST(NegativesStudy, ComparesMadeNegativesOnFrequentAndRareTargets) {
  const ScratchFolder folder;
  const std::string data = ImportShop(folder, " --hold-out-items 0.2");
  const std::string command = "study negatives --preset next --seeds 1 --data " + data +
                              " --set width=8 --set workers=1 --set max_epochs=1 --out ";
  const CommandResult run = RunTsugi(command + (folder / "out"));
  ASSERT_EQ(run.exit_code, 0) << run.error;
  EXPECT_NE(run.output.find("even: ndcg@10"), std::string::npos) << run.output;
  const json report =
      Read(RunTsugi("study negatives --json --results " + (folder / "out/results.json")));
  EXPECT_EQ(NamesOf(report["pairs"]), std::vector<std::string>{"whole - without"});
  EXPECT_TRUE(report["pairs"][0]["rare"].contains("ndcg@10"));
  ExpectFailure(RunTsugi(command + (folder / "sets") + " --set targets=set"), "targets=next");
}

TEST(TrainedStudies, SayWhatIsMissing) {
  const ScratchFolder folder;
  ExpectFailure(RunTsugi("study intents --preset intent"), "--out");
  ExpectFailure(RunTsugi("study intents --preset intent --out " + (folder / "out")), "--data");
  EXPECT_EQ(RunTsugi("study everything").exit_code, 2);
  EXPECT_EQ(RunTsugi("study").exit_code, 2);
}

}  // namespace
}  // namespace tsugi
