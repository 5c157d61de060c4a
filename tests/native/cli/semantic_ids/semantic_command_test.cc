// tsugi train --preset semantic, tokenize, study rankings, evaluate --search, recommend --query and
// inspect --item, on a log that trains in moments.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/native/cli/command_runner.h"
#include "tests/native/eval/search/small_word_net.h"

namespace tsugi {
namespace {

using nlohmann::json;

/// Trains once for the whole suite: 60 users walk through 20 items of two kinds.
class SemanticCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    std::ofstream log(*folder_ / "log.csv"), items(*folder_ / "items.jsonl");
    log << "user,item,time\n";
    for (int user = 0; user < 60; ++user) {
      for (int i = 0; i < 8; ++i) {
        log << "u" << user << "," << (user + i) % 20 << "," << 1000 + i << "\n";
      }
    }
    for (int item = 0; item < 20; ++item) {
      items << R"({"id": ")" << item << R"(", "title": ")" << (item % 2 ? "Summer" : "Winter")
            << " crime " << item << R"(", "kind": ")" << (item % 2 ? "odd" : "even") << "\"}\n";
    }
    log.close();
    items.close();
    ASSERT_EQ(RunTsugi("import --format events --events " + Path("log.csv") + " --items " +
                       Path("items.jsonl") + " --out " + Path("data"))
                  .exit_code,
              0);
    const CommandResult run = RunTsugi(
        "train --preset semantic --data " + Path("data") + " --out " + Path("run") +
        " --set width=8 --set workers=1 --set max_epochs=2 --set semantic_ids.width=16"
        " --set semantic_ids.layers=1 --set semantic_ids.pieces=60 --set semantic_ids.epochs=3");
    ASSERT_EQ(run.exit_code, 0) << run.error;
    EXPECT_NE(run.error.find("codes  20 items"), std::string::npos) << run.error;
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }
  static std::string Path(const std::string& name) { return *folder_ / name; }
  static std::string Weights() { return Path("run") + "/weights.tsugi"; }

  static ScratchFolder* folder_;
};

ScratchFolder* SemanticCommand::folder_ = nullptr;

TEST_F(SemanticCommand, RecommendsByWordsAndByEveryRanking) {
  for (const char* options :
       {"--query 'winter crime'", "--history '1 2' --query winter",
        "--history '1 2' --ranking generated", "--history '1 2' --ranking parallel",
        "--history '1 2' --ranking fused", "--query crime --ranking fused"}) {
    const CommandResult result = RunTsugi("recommend " + Weights() + " --json -k 3 " + options);
    ASSERT_EQ(result.exit_code, 0) << options << result.error;
    EXPECT_EQ(json::parse(result.output)["recommendations"].size(), 3u) << options;
  }
  EXPECT_EQ(RunTsugi("recommend " + Weights()).exit_code, 2);
  const CommandResult wrong =
      RunTsugi("recommend " + Weights() + " --query winter --ranking table");
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.error.find("the item table reads no words"), std::string::npos);
}

TEST_F(SemanticCommand, ShowsAnItemsCodesAndNeighbours) {
  const CommandResult result = RunTsugi("inspect " + Weights() + " --item 4 --json");
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json item = json::parse(result.output);
  EXPECT_EQ(item["codes"].size(), 4u);
  EXPECT_EQ(item["title"], "Winter crime 4");
  EXPECT_TRUE(item.contains("description"));
  EXPECT_EQ(RunTsugi("inspect " + Weights() + " --item nothing").exit_code, 1);
}

TEST_F(SemanticCommand, ComparesRankingsAndMeasuresSearch) {
  const std::string of_data = " --data " + Path("data") + " --json";
  const CommandResult rankings = RunTsugi("study rankings --run " + Path("run") + of_data);
  ASSERT_EQ(rankings.exit_code, 0) << rankings.error;
  const json rows = json::parse(rankings.output)["rows"];
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0]["name"], "table");
  EXPECT_EQ(rows[3]["name"], "fused");
  const double ndcg = rows[1]["all"]["ndcg@10"]["mean"];
  EXPECT_GE(ndcg, 0.0);
  const CommandResult against =
      RunTsugi("study rankings --model " + Weights() + of_data + " --against " + Path("run"));
  ASSERT_EQ(against.exit_code, 0) << against.error;
  const json compared = json::parse(against.output);
  ASSERT_EQ(compared["rows"].size(), 6u);
  EXPECT_EQ(compared["rows"][0]["name"], "other");
  EXPECT_EQ(compared["rows"][1]["all"], compared["rows"][0]["all"]);
  ASSERT_EQ(compared["pairs"].size(), 5u);
  EXPECT_EQ(compared["pairs"][0]["name"], "table - other");  // itself: nothing gained
  EXPECT_EQ(compared["pairs"][0]["all"]["ndcg@10"]["difference"], 0.0);
  EXPECT_EQ(compared["pairs"][0]["all"]["ndcg@10"]["ci95"][1], 0.0);
  EXPECT_DOUBLE_EQ(compared["pairs"][1]["all"]["ndcg@10"]["difference"].get<double>(),
                   ndcg - compared["rows"][0]["all"]["ndcg@10"]["mean"].get<double>());
  const CommandResult wide =
      RunTsugi("study rankings --run " + Path("run") + of_data + " --set beam=65");
  EXPECT_EQ(wide.exit_code, 1);
  EXPECT_NE(wide.error.find("1 to 64"), std::string::npos) << wide.error;
}

TEST_F(SemanticCommand, MeasuresSearchByEveryRanking) {
  const std::string command =
      "evaluate --run " + Path("run") + " --data " + Path("data") + " --search ";
  std::filesystem::create_directory(Path("wordnet"));
  WriteSmallWordNet(Path("wordnet"));
  const CommandResult search = RunTsugi(command + "--json --synonyms " + Path("wordnet"));
  ASSERT_EQ(search.exit_code, 0) << search.error;
  const json report = json::parse(search.output);
  // None of the twenty titles is held out of the texts, so nothing is asked with their words.
  const std::vector<std::string> names = {
      "synonym of a title's word",      "synonym of an attribute",   "attribute word", "nonsense",
      "attribute word after a session", "the same without a session"};
  ASSERT_EQ(report["search"].size(), names.size()) << search.output;
  for (size_t i = 0; i < names.size(); ++i) {
    const json& row = report["search"][i];
    EXPECT_EQ(row["name"], names[i]);
    EXPECT_EQ(row["measure"], names[i] == "nonsense" ? "answered" : "recall@10");
    EXPECT_GT(row["queries"], 0) << names[i];
    for (const char* ranking : {"words", "generated", "parallel", "fused", "tf_idf"}) {
      EXPECT_TRUE(row.contains(ranking)) << names[i] << ranking;
    }
  }
  EXPECT_EQ(report["search"][0]["queries"], 1) << "summer";
  EXPECT_EQ(report["search"][1]["queries"], 1) << "odd";
  EXPECT_EQ(report["search"][2]["tf_idf"], 1.0);
  EXPECT_EQ(report["search"][3]["tf_idf"], 0.0);
  ASSERT_EQ(report["notes"].size(), 4u) << search.output;
  EXPECT_EQ(report["notes"][0], "title words: the data set gives no such query");
  const CommandResult table = RunTsugi(command);
  ASSERT_EQ(table.exit_code, 0) << table.error;
  EXPECT_EQ(table.output.find("synonym of"), std::string::npos) << table.output;
  for (const char* part : {"asked with", "TF-IDF", "share answered: lower is better",
                           "synonyms: not measured. Try: --synonyms"}) {
    EXPECT_NE(table.output.find(part), std::string::npos) << table.output;
  }
}

TEST_F(SemanticCommand, WritesCodesThatAnotherRunTrainsOn) {
  const CommandResult codes = RunTsugi("tokenize --data " + Path("data") + " --run " + Path("run") +
                                       " --out " + Path("codes.tsv") + " --json");
  ASSERT_EQ(codes.exit_code, 0) << codes.error;
  const json report = json::parse(codes.output);
  EXPECT_EQ(report["tokenizers"][0]["distinct"], 20);
  EXPECT_EQ(report["tokenizers"].size(), 2u);  // and text alone
  const CommandResult run = RunTsugi(
      "train --preset semantic --data " + Path("data") + " --base " + Path("run") + " --out " +
      Path("run2") + " --set semantic_ids.codes=" + Path("codes.tsv") +
      " --set semantic_ids.width=16 --set semantic_ids.layers=1 --set semantic_ids.epochs=1");
  // The base's language part is replaced.
  EXPECT_EQ(run.exit_code, 0) << run.error;
  const CommandResult plain =
      RunTsugi("study rankings --run " + Path("run2") + " --data " + Path("data") + " --json");
  EXPECT_EQ(plain.exit_code, 0) << plain.error;
}

TEST_F(SemanticCommand, AStudyTrainsOneRecommenderAndGoesOnWhereItStopped) {
  const std::string command =
      "study semantic --preset semantic --seeds 1 --json --data " + Path("data") + " --out " +
      Path("study") +
      " --set width=8 --set workers=1 --set max_epochs=1 --set semantic_ids.width=16"
      " --set semantic_ids.layers=1 --set semantic_ids.pieces=60 --set semantic_ids.epochs=1 "
      "--rows ";
  const CommandResult few = RunTsugi(command + "recommender,whole,fused");
  ASSERT_EQ(few.exit_code, 0) << few.error;
  const json result = json::parse(few.output);
  ASSERT_EQ(result["rows"].size(), 3u);
  EXPECT_EQ(result["rows"][1]["name"], "whole");
  ASSERT_EQ(result["pairs"].size(), 1u);
  EXPECT_EQ(result["pairs"][0]["name"], "fused - recommender");
  EXPECT_FALSE(std::filesystem::exists(Path("study/fused"))) << "the whole's run";
  // A second stage that was cut off leaves its recommender and no metrics. The results of its rows
  // were not there yet either.
  std::filesystem::remove(Path("study/whole/seed-1/metrics.json"));
  std::filesystem::remove(Path("study/results.json"));
  std::filesystem::copy_file(Path("study/recommender/seed-1/weights.tsugi"),
                             Path("study/whole/seed-1/weights.tsugi"),
                             std::filesystem::copy_options::overwrite_existing);
  const CommandResult more = RunTsugi(command + "recommender,whole,fused,half,positives");
  ASSERT_EQ(more.exit_code, 0) << more.error;
  EXPECT_EQ(json::parse(more.output)["rows"].size(), 5u);
  EXPECT_NE(RunTsugi("inspect " + Path("study/half/seed-1/weights.tsugi")).output.find("semantic"),
            std::string::npos);
  const CommandResult wrong =
      RunTsugi("study semantic --preset next --data " + Path("data") + " --out " + Path("wrong"));
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.error.find("--preset semantic"), std::string::npos) << wrong.error;
}

TEST_F(SemanticCommand, ARunMayImagineAndReadWords) {
  const CommandResult run =
      RunTsugi("train --preset semantic --data " + Path("data") + " --out " + Path("both") +
               " --set imagine.enabled=on --set imagine.steps=20 --set width=8 --set workers=1"
               " --set max_epochs=1 --set semantic_ids.width=16 --set semantic_ids.layers=1"
               " --set semantic_ids.pieces=60 --set semantic_ids.epochs=1");
  ASSERT_EQ(run.exit_code, 0) << run.error;
  const json model = json::parse(RunTsugi("inspect --json " + Path("both/weights.tsugi")).output);
  const auto& capabilities = model["capabilities"];
  for (const char* part : {"imagine", "semantic", "search"}) {
    EXPECT_NE(std::find(capabilities.begin(), capabilities.end(), part), capabilities.end())
        << part;
  }
}

}  // namespace
}  // namespace tsugi
