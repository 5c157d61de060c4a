#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/model/tensor_table.h"
#include "model_format/file_header.h"
#include "native/dataset/dataset.h"
#include "native/model/model_file.h"
#include "tests/native/cli/command_runner.h"
#include "tests/native/eval/search/small_word_net.h"
#include "tests/native/eval/small_model.h"

namespace tsugi {
namespace {

using nlohmann::json;

/// Exit code, an error of one line and what it must say.
void ExpectError(const CommandResult& result, int exit_code,
                 const std::vector<std::string>& fragments) {
  EXPECT_EQ(result.exit_code, exit_code) << result.error;
  EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  for (const std::string& fragment : fragments) {
    EXPECT_NE(result.error.find(fragment), std::string::npos)
        << "'" << fragment << "' not in: " << result.error;
  }
}

/// A small data set, a run that fits it and a model exported from the run.
class CommandLineTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder();
    WriteText(*folder_ / "log.txt", "u1 a b c d\nu2 b c d e\nu3 c d e a\nu4 a b c e\n");
    const CommandResult import = RunTsugi("import --format sequences --events " + Path("log.txt") +
                                          " --out " + Path("data"));
    ASSERT_EQ(import.exit_code, 0) << import.error;
    const Result<Dataset> data = Dataset::Open(*folder_ / "data");
    ASSERT_TRUE(data.ok()) << data.status().message();
    std::vector<std::string> ids;
    for (size_t i = 0; i < data->item_count(); ++i) ids.emplace_back(data->item_ids()[i]);
    SaveRun("run", ids);
    SaveRun("other_ids", {"v", "w", "x", "y", "z"});
    SaveRun("other_count", {"a", "b"});
    const std::string export_it = "export --run " + Path("run") + " --out " + Path("model.tsugi");
    ASSERT_EQ(RunTsugi(export_it).exit_code, 0);
  }
  static void TearDownTestSuite() { delete folder_; }

  static void SaveRun(const std::string& name, const std::vector<std::string>& ids) {
    std::filesystem::create_directory(*folder_ / name);
    const ModelData model = MakeRandomModel(ids, 5);
    Provenance provenance;
    provenance.data_hash = "feed";
    provenance.config = "dim = 8";
    const Status saved = SaveModel(*folder_ / (name + "/weights.tsugi"), model.View(), provenance);
    ASSERT_TRUE(saved.ok()) << saved.message();
  }
  /// Quoted for the shell.
  static std::string Path(const std::string& name) { return "'" + (*folder_ / name) + "'"; }

  static ScratchFolder* folder_;
};
ScratchFolder* CommandLineTest::folder_ = nullptr;

TEST_F(CommandLineTest, HelpShowsAnExampleOfEveryVerb) {
  const CommandResult help = RunTsugi("--help");
  EXPECT_EQ(help.exit_code, 0);
  for (const char* verb :
       {"import", "train", "evaluate", "export", "inspect", "recommend", "benchmark"}) {
    EXPECT_NE(help.output.find(std::string("  tsugi ") + verb + " "), std::string::npos) << verb;
    EXPECT_EQ(RunTsugi(std::string(verb) + " --help").exit_code, 0) << verb;
  }
}

TEST_F(CommandLineTest, VersionIsPrinted) {
  EXPECT_EQ(RunTsugi("--version").output.substr(0, 6), "tsugi ");
}

// LibTorch alone takes more. The sanitizers reserve all addresses, so no limit is set there.
TEST_F(CommandLineTest, VerbsThatDoNotTrainNeedLittleMemory) {
#ifdef TSUGI_CHECKED
  GTEST_SKIP() << "a sanitizer reserves more addresses than the limit";
#endif
  const std::string limited = "ulimit -v 300000; '" TSUGI_BINARY "'";
  EXPECT_EQ(RunTsugi("--version", limited).exit_code, 0);
  const CommandResult list = RunTsugi("recommend " + Path("model.tsugi") + " --history a", limited);
  EXPECT_EQ(list.exit_code, 0) << list.error;
}

TEST_F(CommandLineTest, AVerbOfAnotherProgramSaysWhereThatIsMissing) {
  const std::string alone = *folder_ / "tsugi";
  std::filesystem::copy_file(TSUGI_BINARY, alone);
  ExpectError(RunTsugi("study staleness --help", "'" + alone + "'"), 1,
              {"study: ", "tsugi-study", "expected this program next to tsugi", "Try: "});
  const CommandResult beside = RunTsugi("study --help");
  EXPECT_EQ(beside.exit_code, 0) << beside.error;
  EXPECT_NE(beside.output.find("tsugi study NAME"), std::string::npos) << beside.output;
}

TEST_F(CommandLineTest, WrongUsageExitsWithTwoAndSaysWhatToTry) {
  ExpectError(RunTsugi(""), 2, {"verb is missing", "Try: tsugi --help"});
  ExpectError(RunTsugi("trian"), 2,
              {"'trian' is not a verb", "evaluate", "Try: tsugi train --help"});
  ExpectError(RunTsugi("inspect"), 2, {"MODEL is required", "Try: tsugi inspect --help"});
  ExpectError(RunTsugi("evaluate --data x"), 2, {"--run", "--model"});
  ExpectError(RunTsugi("evaluate --run x --model y --data z"), 2, {"--run", "--model"});
  ExpectError(RunTsugi("evaluate --model x --data y --split all"), 2, {"--split", "all", "valid"});
  ExpectError(RunTsugi("evaluate --model x --data y --k 5,many"), 2, {"--k", "many"});
  ExpectError(RunTsugi("evaluate --model x --data y --k 0"), 2, {"--k", "0"});
  ExpectError(RunTsugi("evaluate --model x --data y --filter-seen --keep-seen"), 2,
              {"--filter-seen", "--keep-seen"});
  ExpectError(RunTsugi("recommend x --history a -k abc"), 2, {"-k", "abc"});
  ExpectError(RunTsugi("export --run x --out y --weights f16"), 2, {"--weights", "f16", "int8"});
  ExpectError(RunTsugi("recommend x --histroy a"), 2, {"--hist"});
}

TEST_F(CommandLineTest, MissingFilesAreNamed) {
  ExpectError(RunTsugi("inspect /nowhere/m.tsugi"), 1, {"/nowhere/m.tsugi"});
  ExpectError(RunTsugi("export --run /nowhere --out x"), 1, {"/nowhere/weights.tsugi"});
  ExpectError(RunTsugi("evaluate --model " + Path("model.tsugi") + " --data /nowhere"), 1,
              {"/nowhere", "tsugi import"});
}

TEST_F(CommandLineTest, DamagedModelsAreRefused) {
  const std::string good = ReadText(*folder_ / "model.tsugi");
  std::string bad = good;
  bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 0x10);
  WriteText(*folder_ / "flipped.tsugi", bad);
  ExpectError(RunTsugi("inspect " + Path("flipped.tsugi")), 1, {"flipped.tsugi"});
  WriteText(*folder_ / "short.tsugi", good.substr(0, good.size() / 2));
  ExpectError(RunTsugi("recommend --history a " + Path("short.tsugi")), 1, {"short.tsugi"});
  WriteText(*folder_ / "text.tsugi", "user,item,time\n");
  ExpectError(RunTsugi("benchmark " + Path("text.tsugi")), 1, {"text.tsugi"});
}

TEST_F(CommandLineTest, ANewerModelAsksForANewerTsugi) {
  std::string bytes = ReadText(*folder_ / "model.tsugi");
  const Result<FileHeader> read =
      FileHeader::Decode({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  ASSERT_TRUE(read.ok());
  FileHeader header = *read;
  header.version = kFormatVersion + 1;
  const auto encoded = header.Encode();
  std::copy(encoded.begin(), encoded.end(), bytes.begin());
  WriteText(*folder_ / "newer.tsugi", bytes);
  ExpectError(RunTsugi("inspect " + Path("newer.tsugi")), 1, {"newer.tsugi", "newer"});
}

TEST_F(CommandLineTest, EvaluateRefusesAModelOfOtherData) {
  const std::string data = " --data " + Path("data");
  ExpectError(RunTsugi("evaluate --run " + Path("other_count") + data), 1,
              {"2 items", "5", "trained on other data", "Try:"});
  ExpectError(RunTsugi("evaluate --run " + Path("other_ids") + data), 1, {"'v'", "trained on"});
}

TEST_F(CommandLineTest, EvaluatePrintsTheContractsJson) {
  const CommandResult result = RunTsugi("evaluate --model " + Path("model.tsugi") + " --data " +
                                        Path("data") + " --k 1,2 --baselines --json");
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json report = json::parse(result.output);
  EXPECT_EQ(report["protocol"], "leave-one-out");
  EXPECT_EQ(report["split"], "test");
  EXPECT_EQ(report["users"], 4);
  EXPECT_EQ(report["catalogue"], 5);
  EXPECT_EQ(report["tie_order"], "raw");
  EXPECT_EQ(report["model_bytes"], std::filesystem::file_size(*folder_ / "model.tsugi"));
  EXPECT_FALSE(report["engine"].get<std::string>().empty());
  for (const char* baseline : {"popularity", "markov", "item_knn", "transition_graph"}) {
    EXPECT_TRUE(report["baselines"][baseline].contains("ndcg@2")) << baseline;
  }
  for (const char* metric : {"recall@1", "ndcg@1", "recall@2", "ndcg@2", "mrr"}) {
    EXPECT_LE(report["ci95"][metric][0], report["metrics"][metric]) << metric;
  }
}

TEST_F(CommandLineTest, EvaluateMeasuresSearchAndRefusesABrokenWordNet) {
  const std::string command =
      "evaluate --search --model " + Path("model.tsugi") + " --data " + Path("data") + " ";
  const CommandResult search = RunTsugi(command + "--json");
  ASSERT_EQ(search.exit_code, 0) << search.error;
  const json report = json::parse(search.output);
  ASSERT_FALSE(report["search"].empty());
  const json& nonsense = report["search"].back();
  EXPECT_EQ(nonsense["name"], "nonsense");
  EXPECT_EQ(nonsense["queries"], 200);
  EXPECT_EQ(nonsense["tf_idf"], 0.0);
  EXPECT_TRUE(nonsense.contains("words")) << search.output;
  EXPECT_NE(search.output.find("wordnet-base"), std::string::npos) << search.output;
  ExpectError(RunTsugi(command + "--synonyms " + Path("nowhere")), 1,
              {"nowhere/data.noun", "Try:", "wordnet-base"});
  std::filesystem::create_directory(*folder_ / "wordnet");
  WriteSmallWordNet(*folder_ / "wordnet");
  ASSERT_EQ(RunTsugi(command + "--synonyms " + Path("wordnet")).exit_code, 0);
  WriteText(*folder_ / "wordnet/index.adj", "quiet a 1 0 1 1 00000999\n");
  ExpectError(RunTsugi(command + "--synonyms " + Path("wordnet")), 1,
              {"wordnet/index.adj:1: expected", "none at 999", "Try:"});
  ExpectError(RunTsugi("evaluate --model x --data y --synonyms z"), 2, {"--synonyms", "--search"});
  ExpectError(RunTsugi("evaluate --model x --data y --search --split valid"), 2,
              {"--search", "--split"});
  ExpectError(RunTsugi("evaluate --search --run " + Path("other_ids") + " --data " + Path("data")),
              1, {"trained on other data"});
}

TEST_F(CommandLineTest, EvaluateHonoursSplitAndSeenFlags) {
  const std::string command =
      "evaluate --json --run " + Path("run") + " --data " + Path("data") + " ";
  EXPECT_EQ(json::parse(RunTsugi(command + "--split valid").output)["split"], "valid");
  EXPECT_EQ(json::parse(RunTsugi(command + "--keep-seen").output)["filter_seen"], false);
  EXPECT_EQ(json::parse(RunTsugi(command + "--filter-seen").output)["filter_seen"], true);
  const CommandResult table = RunTsugi("evaluate --run " + Path("run") + " --data " + Path("data"));
  EXPECT_NE(table.output.find("ndcg@10"), std::string::npos);
}

TEST_F(CommandLineTest, AStudyPlotsStalenessOfSeveralModels) {
  const std::string model = " --model " + Path("model.tsugi");
  ExpectError(RunTsugi("study staleness" + model + " --data " + Path("data")), 1,
              {"delays", "no times", "Try:"});
  WriteText(*folder_ / "times.txt",
            "u1 100 200 300 90000\nu2 100 200 300 90000\nu3 100 200 300 90000\n"
            "u4 100 200 300 400\n");
  ASSERT_EQ(RunTsugi("import --format sequences --events " + Path("log.txt") + " --times " +
                     Path("times.txt") + " --out " + Path("timed"))
                .exit_code,
            0);
  const std::string command =
      "study staleness --data " + Path("timed") + model + " --against " + Path("run");
  const CommandResult result =
      RunTsugi(command + " --set delays=0,1h,1d --json --svg " + Path("curves.svg"));
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json report = json::parse(result.output);
  ASSERT_EQ(report["rows"].size(), 2u);
  EXPECT_EQ(report["rows"][0]["name"], "run");
  EXPECT_EQ(report["rows"][1]["name"], "model");
  EXPECT_EQ(report["rows"][1]["cases"]["mean"], 3);
  EXPECT_EQ(report["rows"][1]["left_out_cases"]["mean"], 1);
  const json& delays = report["rows"][1]["delay"];
  ASSERT_EQ(delays.size(), 3u);
  EXPECT_GT(delays["1d"]["mrr"]["mean"], 0.0);
  EXPECT_LE(delays["1d"]["set_mrr"]["ci95"][0], delays["1d"]["set_mrr"]["ci95"][1]);
  EXPECT_EQ(report["pairs"][0]["name"], "model - run");
  const double gain = report["pairs"][0]["delay"]["1h"]["mrr"]["difference"];
  EXPECT_DOUBLE_EQ(gain, delays["1h"]["mrr"]["mean"].get<double>() -
                             report["rows"][0]["delay"]["1h"]["mrr"]["mean"].get<double>());
  const std::string svg = ReadText(*folder_ / "curves.svg");
  EXPECT_EQ(svg.substr(0, 4), "<svg");
  for (const char* fragment : {">run<", ">1h<"}) {
    EXPECT_NE(svg.find(fragment), std::string::npos) << fragment;
  }
  const CommandResult table = RunTsugi(command + " --set delays=0,1h");
  EXPECT_NE(table.output.find("model - run: delay"), std::string::npos) << table.output;
  ExpectError(RunTsugi(command + " --set delays=soon"), 1, {"delays=soon", "expected"});
  ExpectError(RunTsugi(command + " --set delays=1h,0"), 1, {"delays", "ascending"});
  ExpectError(RunTsugi(command + " --set split=train"), 1, {"split=train", "test|valid"});
  ExpectError(RunTsugi(command + " --seeds 3"), 1, {"--seeds", "--run"});
  ExpectError(RunTsugi("study staleness --data " + Path("timed")), 1, {"--run", "--model"});
}

TEST_F(CommandLineTest, OldFlagsOfStudiesAreUnknown) {
  for (const char* command :
       {"evaluate --run x --data x --delays 0", "train --data x --out x --ablate intent",
        "imagine x --data x", "shift --data x"}) {
    EXPECT_EQ(RunTsugi(command).exit_code, 2) << command;
  }
}

TEST_F(CommandLineTest, ItemsHeldOutOfTrainingAreReportedApart) {
  // Every item is somebody's last one, so two held-out items are the targets of two users at least.
  WriteText(*folder_ / "long.txt",
            "u1 a b c d e d c b a\nu2 b c d e a e d c b\nu3 c d e a b a e d c\n"
            "u4 d e a b c b a e d\nu5 e a b c d c b a e\n");
  ASSERT_EQ(RunTsugi("import --format sequences --hold-out-items 0.4 --events " + Path("long.txt") +
                     " --out " + Path("cold"))
                .exit_code,
            0);
  const CommandResult result =
      RunTsugi("evaluate --json --run " + Path("run") + " --data " + Path("cold"));
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json report = json::parse(result.output);
  ASSERT_TRUE(report.contains("cold")) << result.output;
  EXPECT_EQ(report["cold"]["cases"].get<int>() + report["warm"]["cases"].get<int>(),
            report["cases"].get<int>());
  EXPECT_TRUE(report["cold"]["metrics"].contains("recall@10"));
  ExpectError(RunTsugi("import --format sequences --hold-out-items 0.9 --events " +
                       Path("log.txt") + " --out " + Path("no")),
              1, {"--hold-out-items", "0.5"});
}

TEST_F(CommandLineTest, RecommendListsKnownItemsOnce) {
  const std::string model = Path("model.tsugi");
  const CommandResult result =
      RunTsugi("recommend " + model + " --history 'a b' -k 3 --json --explain");
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json list = json::parse(result.output)["recommendations"];
  ASSERT_EQ(list.size(), 3u);  // c, d, e in some order: a and b are seen
  for (const json& row : list) {
    const std::string id = row["item"];
    EXPECT_TRUE(id == "c" || id == "d" || id == "e") << id;
    EXPECT_EQ(row["title"], "title of " + id);
    EXPECT_TRUE(row["why"]["item"] == "a" || row["why"]["item"] == "b");
  }
  EXPECT_GE(list[0]["score"], list[1]["score"]);
  const CommandResult text = RunTsugi("recommend " + model + " --history a,b -k 3");
  EXPECT_NE(text.output.find("  1  "), std::string::npos) << text.output;
}

TEST_F(CommandLineTest, RecommendWarnsOfUnknownIdsAndFailsIfNoneIsKnown) {
  const std::string command = "recommend " + Path("model.tsugi") + " --history ";
  const CommandResult some = RunTsugi(command + "'a bb'");
  ExpectError(some, 0, {"warning", "'bb' is not in the model", "'b'"});
  ExpectError(RunTsugi(command + "'dd xx yy zz'"), 1, {"4 ids", "'dd'", "Try: --history \"d\""});
  ExpectError(RunTsugi(command + "' '"), 1, {"--history", "empty", "Try:"});
}

TEST_F(CommandLineTest, ExportStoresTheWeightsAsAsked) {
  for (const auto& [weights, dtype, stored] :
       {std::tuple("f32", "f32", "f32"), {"int8", "i8", "i8"}, {"int4", "i8", "i4"}}) {
    const std::string path = Path(std::string(weights) + ".tsugi");
    ASSERT_EQ(RunTsugi("export --run " + Path("run") + " --out " + path + " --weights " + weights)
                  .exit_code,
              0);
    const json model = json::parse(RunTsugi("inspect --json " + path).output);
    EXPECT_EQ(model["spec"]["weight_dtype"], dtype);
    EXPECT_EQ(model["provenance"]["data_hash"], "feed");
    size_t found = 0;
    for (const json& tensor : model["tensors"]) {
      if (tensor["name"] == "items.table") found += tensor["dtype"] == stored;
    }
    EXPECT_EQ(found, 1u) << stored;
    EXPECT_EQ(RunTsugi("recommend " + path + " --history a").exit_code, 0);
  }
}

TEST_F(CommandLineTest, AFailedExportLeavesTheOldFile) {
  const std::string before = ReadText(*folder_ / "model.tsugi");
  ExpectError(RunTsugi("export --run " + Path("run") + " --out " + Path("model.tsugi") +
                       " --codes on --data " + Path("no-data")),
              1, {"no-data"});
  EXPECT_EQ(ReadText(*folder_ / "model.tsugi"), before);
  ExpectError(RunTsugi("export --run " + Path("run") + " --out " + Path("no/folder/m.tsugi")), 1,
              {"no/folder"});
}

TEST_F(CommandLineTest, InspectShowsSpecTensorsAndOrigin) {
  const CommandResult text = RunTsugi("inspect " + Path("model.tsugi"));
  ASSERT_EQ(text.exit_code, 0) << text.error;
  for (const char* fragment : {"recommend", "item_count", "items.table", "[5,8]", "dim = 8"}) {
    EXPECT_NE(text.output.find(fragment), std::string::npos) << fragment << "\n" << text.output;
  }
}

TEST_F(CommandLineTest, BenchmarkReportsMedians) {
  const CommandResult result = RunTsugi("benchmark --json " + Path("model.tsugi"));
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json timings = json::parse(result.output)["timings"];
  for (const char* name :
       {"load_to_first_list", "one_event_and_top_10", "full_window_and_top_10"}) {
    EXPECT_GT(timings[name]["p50_ms"], 0.0) << name;
    EXPECT_GE(timings[name]["p95_ms"], timings[name]["p50_ms"]) << name;
  }
}

TEST_F(CommandLineTest, AFullDiskUnderStandardOutputIsAFailure) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const int status = std::system(
      ("'" TSUGI_BINARY "' inspect --json " + Path("model.tsugi") + " >/dev/full 2>/dev/null")
          .c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

}  // namespace
}  // namespace tsugi
