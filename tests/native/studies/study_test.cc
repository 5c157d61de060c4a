#include "native/studies/study.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/native/log/temp_files.h"

namespace tsugi {
namespace {

/// What the study below is made to do.
struct Script {
  std::vector<std::string> rows = {"a", "b"};
  std::string data_hash = "data1", config_hash = "config1", model_hash;
  std::vector<std::string> measured = {};  ///< "a1", "b1", ...: what was measured, in order
  std::string fails_at = {};               ///< as above
  bool is_killed = false;                  ///< at `fails_at`, instead of an error
};
Script script;

Result<std::vector<StudyTask>> PlanScript(const StudyRequest& request) {
  std::vector<StudyTask> tasks;
  for (const uint64_t seed : SeedsOf(request, 2)) {
    for (const std::string& row : script.rows) {
      const auto measure = [row, seed]() -> Result<StudyValues> {
        const std::string name = row + std::to_string(seed);
        if (name == script.fails_at) {
          if (script.is_killed) _exit(9);
          return Internal("no more");
        }
        script.measured.push_back(name);
        return StudyValues{{"all/ndcg", (row == "a" ? 0.25 : 0.5) + 0.01 * double(seed), {}}};
      };
      tasks.push_back({row, "row " + row, seed, script.data_hash, script.config_hash,
                       script.model_hash, measure});
    }
  }
  return tasks;
}

class RunStudyTest : public testing::Test {
 protected:
  RunStudyTest() {
    script = {};
    request_.data = "data";
    request_.results = files_.path("results.json");
    request_.command = "tsugi study script";
  }
  Result<std::string> Run() { return RunStudy(study_, request_); }
  Result<std::string> Resume() {
    request_.resume = true;
    return Run();
  }
  size_t Count() {
    const auto results = StudyResults::Open(request_.results, "script");
    return results.ok() ? results->all().size() : 0;
  }

  TempFiles files_;
  StudyRequest request_;
  Study study_{"script", "a study", {.title = "t", .columns = {{"ndcg", "all/ndcg"}}}, PlanScript};
};

TEST_F(RunStudyTest, MeasuresEveryRowWithEverySeedAndKeepsHowEachWasMade) {
  const auto table = Run();
  ASSERT_TRUE(table.ok()) << table.status().message();
  EXPECT_EQ(script.measured, (std::vector<std::string>{"a1", "b1", "a2", "b2"}));
  EXPECT_NE(table->find("b  row b"), std::string::npos) << *table;
  EXPECT_NE(table->find("0.5150"), std::string::npos) << *table;  // (.51 + .52) / 2
  const auto results = StudyResults::Open(request_.results, "script");
  ASSERT_TRUE(results.ok());
  ASSERT_EQ(results->all().size(), 4u);
  const StudyResult& one = results->all()[2];
  EXPECT_EQ(one.row, "a");
  EXPECT_EQ(one.seed, 2u);
  EXPECT_EQ(one.data_hash, "data1");
  EXPECT_EQ(one.config_hash, "config1");
  EXPECT_EQ(one.command, "tsugi study script");
  EXPECT_FALSE(one.commit.empty());
}

TEST_F(RunStudyTest, ResumingAddsOnlyWhatIsMissing) {
  request_.rows = {"b"};
  request_.seeds = 1;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(script.measured, (std::vector<std::string>{"b1"}));
  request_.rows = {};
  request_.seeds = 3;
  ASSERT_TRUE(Resume().ok());
  EXPECT_EQ(script.measured, (std::vector<std::string>{"b1", "a1", "a2", "b2", "a3", "b3"}));
  const auto again = Resume();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(script.measured.size(), 6u);
  request_.seeds = 1;  // what the file holds is shown, whatever was asked for
  EXPECT_EQ(*Resume(), *again);
}

TEST_F(RunStudyTest, MakesTheFoldersOfItsOutputsBeforeItMeasures) {
  request_.results = files_.path("new/deeper/results.json");
  request_.svg = files_.path("plots/plot.svg");
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Count(), 4u);
  script.measured.clear();
  request_.results = files_.Write("a_file", "") / "results.json";
  const auto refused = Run();
  EXPECT_NE(refused.status().message().find("a_file/results.json: cannot be written"),
            std::string::npos)
      << refused.status().message();
  EXPECT_TRUE(script.measured.empty());
}

TEST_F(RunStudyTest, AFileWithResultsIsGoneOnWithOnlyIfAskedTo) {
  ASSERT_TRUE(Run().ok());
  const auto refused = Run();
  EXPECT_EQ(refused.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(refused.status().message().find("--resume"), std::string::npos);
  EXPECT_EQ(script.measured.size(), 4u);
}

TEST_F(RunStudyTest, RefusesResultsOfOtherDataConfigurationOrModelNamingBoth) {
  script.model_hash = "model1";
  ASSERT_TRUE(Run().ok());
  const auto expect_refusal = [&](std::string& changed, const char* other) {
    const std::string before = std::exchange(changed, other);
    request_.seeds = 5;
    const Status status = Resume().status();
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    for (const std::string& part :
         {before, std::string(other), std::string("row 'a'"), std::string("tsugi study script")}) {
      EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
    }
    changed = before;
  };
  expect_refusal(script.data_hash, "data2");
  expect_refusal(script.config_hash, "config2");
  expect_refusal(script.model_hash, "model2");
  // Also where the row is there and another one is asked for: they would be compared.
  request_.rows = {"c"};
  script.rows = {"a", "c"};
  expect_refusal(script.config_hash, "config2");
  EXPECT_EQ(Count(), 4u);
}

TEST_F(RunStudyTest, WhatIsFinishedStaysWhenARowFails) {
  script.fails_at = "a2";
  EXPECT_EQ(Run().status().message(), "no more");
  EXPECT_EQ(Count(), 2u);
  script.fails_at = "";
  ASSERT_TRUE(Resume().ok());
  EXPECT_EQ(script.measured, (std::vector<std::string>{"a1", "b1", "a2", "b2"}));
}

TEST_F(RunStudyTest, WhatIsFinishedStaysWhenTheProcessIsKilled) {
  script.fails_at = "b2";
  script.is_killed = true;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    (void)Run();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 9);
  EXPECT_EQ(Count(), 3u);
  script.fails_at = "";
  ASSERT_TRUE(Resume().ok());
  EXPECT_EQ(script.measured, (std::vector<std::string>{"b2"}));
}

TEST_F(RunStudyTest, AnInterruptionEndsItBetweenRows) {
  request_.should_stop = [] { return script.measured.size() >= 3; };
  EXPECT_NE(Run().status().message().find("--resume"), std::string::npos);
  EXPECT_EQ(Count(), 3u);
}

TEST_F(RunStudyTest, ShowsAFileWithoutMeasuring) {
  const auto made = Run();
  ASSERT_TRUE(made.ok());
  request_.data = "";
  const auto shown = Run();
  ASSERT_TRUE(shown.ok()) << shown.status().message();
  EXPECT_EQ(*shown, *made);
  EXPECT_EQ(script.measured.size(), 4u);
}

TEST_F(RunStudyTest, NamesTheRowsThereAre) {
  request_.rows = {"a", "z"};
  const Status status = Run().status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("--rows z"), std::string::npos);
  EXPECT_NE(status.message().find("a, b"), std::string::npos);
  EXPECT_TRUE(script.measured.empty());
}

TEST_F(RunStudyTest, WritesAPlotAndJson) {
  request_.svg = files_.path("plot.svg");
  request_.as_json = true;
  const auto text = Run();
  ASSERT_TRUE(text.ok());
  const auto json = nlohmann::json::parse(*text);
  EXPECT_EQ(json["rows"][1]["all"]["ndcg"]["seeds"].size(), 2u);
  EXPECT_TRUE(std::filesystem::exists(request_.svg));
}

struct Settings {
  double rate = 0.5;
  int64_t beam = 20;
  std::string split = "test", name;

  Result<std::string> Read(std::vector<std::string> given) {
    StudyRequest request;
    request.settings = std::move(given);
    return ReadSettings(request, {{"rate", &rate, 0, 1},
                                  {"beam", &beam, 1, 64},
                                  {.key = "split", .value = &split, .words = "test|valid"},
                                  {.key = "name", .value = &name}});
  }
  std::string Message(const char* given) {
    const auto read = Read({given});
    return read.ok() ? "" : std::string(read.status().message());
  }
};

TEST(StudySettings, AreTheDefaultsAndWhatIsGivenOverThem) {
  Settings settings;
  const auto text = settings.Read({"beam=3", "name=a=b"});
  ASSERT_TRUE(text.ok()) << text.status().message();
  EXPECT_EQ(settings.beam, 3);
  EXPECT_EQ(settings.name, "a=b");
  EXPECT_EQ(*text, "rate=0.5\nbeam=3\nsplit=test\nname=a=b\n");
}

TEST(StudySettings, RefuseOtherKeysAndValuesNamingThoseThatAreAllowed) {
  Settings settings;
  EXPECT_NE(settings.Message("width=3").find("rate beam split name"), std::string::npos);
  EXPECT_NE(settings.Message("beam").find("KEY=VALUE"), std::string::npos);
  for (const char* wrong : {"beam=65", "beam=0", "beam=3x", "beam=", "beam=2.5", "beam=nan"}) {
    EXPECT_NE(settings.Message(wrong).find("1 to 64"), std::string::npos) << wrong;
  }
  EXPECT_NE(settings.Message("split=train").find("test|valid"), std::string::npos);
  EXPECT_NE(settings.Message("split=test|valid").find("expected"), std::string::npos);
  EXPECT_EQ(settings.beam, 20);
  EXPECT_EQ(settings.split, "test");
}

}  // namespace
}  // namespace tsugi
