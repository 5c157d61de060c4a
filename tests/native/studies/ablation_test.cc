// tsugi train --ablate intent, on a log that trains in moments.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/native/cli/command_runner.h"

namespace tsugi {
namespace {

TEST(Ablation, ComparesRowsAndRefusesRunsOfAnotherConfiguration) {
  const ScratchFolder folder;
  {
    std::ofstream log(folder / "log.txt");
    for (int user = 0; user < 20; ++user) {
      log << "u" << user;
      for (int i = 0; i < 8; ++i) log << " " << 100 + (user + i * (1 + user % 3)) % 12;
      log << "\n";
    }
  }
  const std::string data = folder / "data", out = folder / "out";
  ASSERT_EQ(
      RunTsugi("import --format sequences --events " + (folder / "log.txt") + " --out " + data)
          .exit_code,
      0);
  const std::string command = "train --ablate intent --preset intent --seeds 2 --data " + data +
                              " --out " + out +
                              " --set intents=topic,action --set width=8 --set workers=1 ";
  const CommandResult first = RunTsugi(command + "--set max_epochs=1");
  ASSERT_EQ(first.exit_code, 0) << first.error;
  const auto json = nlohmann::json::parse(ReadText(folder / "out/ablation.json"));
  std::vector<std::string> rows;
  for (const auto& row : json["rows"]) {
    rows.push_back(row["name"]);
    EXPECT_EQ(row["all"]["ndcg@10"]["seeds"].size(), 2u);
  }
  EXPECT_EQ(rows, (std::vector<std::string>{"V0", "V1", "V2", "V3", "only-topic", "only-action"}));
  // V2 - V1: a paired difference is the difference of the means.
  EXPECT_EQ(json["pairs"][1]["name"], "V2 - V1");
  EXPECT_NEAR(json["pairs"][1]["all"]["ndcg@10"]["difference"].get<double>(),
              json["rows"][2]["all"]["ndcg@10"]["mean"].get<double>() -
                  json["rows"][1]["all"]["ndcg@10"]["mean"].get<double>(),
              1e-9);
  const CommandResult again = RunTsugi(command + "--set max_epochs=1");
  EXPECT_EQ(again.output, first.output);  // nothing is trained twice
  const CommandResult other = RunTsugi(command + "--set max_epochs=2");
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_NE(other.error.find("another configuration"), std::string::npos) << other.error;
  const CommandResult plain =
      RunTsugi("train --ablate intent --preset next --data " + data + " --out " + out + "2");
  EXPECT_EQ(plain.exit_code, 1);
  EXPECT_NE(plain.error.find("--preset intent"), std::string::npos) << plain.error;
}

}  // namespace
}  // namespace tsugi
