#include "native/train/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "native/files/folders.h"
#include "native/model/model_file.h"
#include "native/report/text.h"
#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

/// Hears what is trained; stops the run in the loop called `stop_in`, if that begins.
struct Listener : Observer {
  explicit Listener(std::string stop = "") : stop_in(std::move(stop)) {}
  bool should_stop() override { return heard.contains(stop_in); }
  void OnEpochs(const EpochProgress& progress) override { heard.insert(progress.what); }
  std::string stop_in;
  std::set<std::string> heard;
};

class RunTest : public testing::Test {
 protected:
  RunTest() : log_(ChainLog(60, 20, 9, 3)) {
    config_ = TinyConfig(
        log_.dataset(),
        {"max_epochs=2", "scoring=cosine", "imagine.enabled=on", "imagine.width=8",
         "imagine.blocks=1", "imagine.steps=40", "semantic_ids.enabled=on", "semantic_ids.width=8",
         "semantic_ids.layers=1", "semantic_ids.window=64", "semantic_ids.epochs=1"});
    options_.out = log_.folder() / "run";
  }

  Result<RunResult> Run(Observer& observer) {
    return RunTraining(log_.dataset(), config_, options_, observer);
  }
  Model Weights() const { return std::move(LoadModelFile(options_.out / kWeightsFile)).value(); }

  TinyDataset log_;
  TrainConfig config_;
  RunOptions options_;
};

TEST_F(RunTest, StagesFollowEachOtherAndTheModelSaysWhatTheyReached) {
  Listener listener;
  const auto result = Run(listener);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_FALSE(result->was_interrupted);
  EXPECT_THAT(listener.heard, testing::IsSupersetOf({"recommender", "prior", "language model"}));
  const Model model = Weights();
  EXPECT_TRUE(model.view().Validate().ok());
  EXPECT_EQ(model.view().spec.imagine->width, 8u);
  EXPECT_TRUE(model.view().spec.semantic_ids);
  for (const char* stage : {"valid_ndcg@10", "\"imagine\"", "\"semantic_ids\"", "\"fused\""}) {
    EXPECT_THAT(model.provenance().metrics, testing::HasSubstr(stage));
  }
  std::set<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(options_.out)) {
    files.insert(file.path().filename());
  }
  EXPECT_EQ(files, (std::set<std::string>{"checkpoint.pt", "config.toml", "log.jsonl",
                                          "metrics.json", "weights.tsugi"}));
  const auto again = Run(listener);
  EXPECT_EQ(again.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(again.status().message()), testing::HasSubstr("--resume"));
}

TEST_F(RunTest, AnInterruptedRunKeepsFinishedStagesAndGoesOnAfterThem) {
  Listener in_prior("prior"), in_language("language model"), rest;
  ASSERT_TRUE(Run(in_prior)->was_interrupted);
  EXPECT_FALSE(Weights().view().spec.imagine);
  options_.resume = true;
  ASSERT_TRUE(Run(in_language)->was_interrupted);
  EXPECT_EQ(in_language.heard, (std::set<std::string>{"prior", "language model"}));
  EXPECT_TRUE(Weights().view().spec.imagine);
  EXPECT_FALSE(Weights().view().spec.semantic_ids);
  const auto finished = Run(rest);
  ASSERT_TRUE(finished.ok()) << finished.status().message();
  EXPECT_FALSE(finished->was_interrupted);
  EXPECT_EQ(rest.heard, (std::set<std::string>{"language model"}));
  EXPECT_GT(finished->best_ndcg, 0.0);
  const Model model = Weights();
  EXPECT_TRUE(model.view().spec.semantic_ids);
  EXPECT_THAT(model.provenance().metrics, testing::HasSubstr("\"imagine\""));
}

TEST_F(RunTest, AResumedRefitThatIsFinishedKeepsLaterStages) {
  config_.refit = Switch::kOn;
  config_.semantic_ids.enabled = false;
  Listener first, second;
  ASSERT_TRUE(Run(first).ok());
  EXPECT_TRUE(first.heard.contains("refit"));
  const std::string before = ReadFileText(options_.out / kWeightsFile);
  options_.resume = true;
  ASSERT_TRUE(Run(second).ok());
  EXPECT_TRUE(second.heard.empty());
  EXPECT_EQ(ReadFileText(options_.out / kWeightsFile), before);
}

TEST_F(RunTest, ThereIsNothingToResumeWithoutARun) {
  options_.resume = true;
  Listener listener;
  const auto none = Run(listener);
  EXPECT_EQ(none.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(none.status().message()), testing::HasSubstr("leave out --resume"));
}

TEST_F(RunTest, ARunThatWasKilledBeforeItsFirstCheckpointBeginsAgain) {
  config_.imagine.enabled = config_.semantic_ids.enabled = false;
  Listener first, second;
  ASSERT_TRUE(Run(first).ok());
  const std::string whole = ReadFileText(options_.out / kWeightsFile);
  std::filesystem::remove(options_.out / kCheckpointFile);
  const std::string log = ReadFileText(options_.out / "log.jsonl");
  ASSERT_TRUE(WriteText(options_.out / "log.jsonl", log + log + "{\"epoch\": 1, \"re").ok());
  options_.resume = true;
  ASSERT_TRUE(Run(second).ok());
  EXPECT_TRUE(second.heard.contains("recommender"));
  const std::string again = ReadFileText(options_.out / "log.jsonl");
  EXPECT_EQ(std::count(again.begin(), again.end(), '\n'), std::count(log.begin(), log.end(), '\n'))
      << "every epoch once, and no part of a line";
  EXPECT_EQ(ReadFileText(options_.out / kWeightsFile).size(), whole.size());
}

TEST_F(RunTest, ACheckpointWithAFlippedByteIsRefusedWhereverItIs) {
  config_.imagine.enabled = config_.semantic_ids.enabled = false;
  Listener stopped("recommender"), listener;
  ASSERT_TRUE(Run(stopped).ok());
  options_.resume = true;
  const std::string whole = ReadFileText(options_.out / kCheckpointFile);
  ASSERT_GT(whole.size(), 1000u);
  for (size_t i = 0; i < 500; ++i) {
    std::string flipped = whole;
    const size_t at = i * (whole.size() - 1) / 499;
    flipped[at] = static_cast<char>(flipped[at] ^ 1 << i % 8);
    ASSERT_TRUE(WriteText(options_.out / kCheckpointFile, flipped).ok());
    ASSERT_EQ(Run(listener).status().code(), StatusCode::kCorruptModel) << "byte " << at;
  }
  ASSERT_TRUE(WriteText(options_.out / kCheckpointFile, whole.substr(0, whole.size() / 2)).ok());
  EXPECT_EQ(Run(listener).status().code(), StatusCode::kCorruptModel);
  ASSERT_TRUE(WriteText(options_.out / kCheckpointFile, whole).ok());
  EXPECT_TRUE(Run(listener).ok());
}

TEST_F(RunTest, TwoRunsDoNotWriteToOneFolder) {
  std::filesystem::create_directories(options_.out);
  const auto lock = FolderLock::Take(options_.out);
  ASSERT_TRUE(lock.ok());
  Listener listener;
  const auto second = Run(listener);
  EXPECT_EQ(second.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(second.status().message()), testing::HasSubstr("another tsugi process"));
  EXPECT_FALSE(std::filesystem::exists(options_.out / "config.toml"));
}

TEST_F(RunTest, ABaseIsTakenAsItIs) {
  Listener listener;
  const TrainConfig both = config_;
  config_.imagine.enabled = config_.semantic_ids.enabled = false;
  ASSERT_TRUE(Run(listener).ok());
  const std::string recommender = ReadFileText(options_.out / kWeightsFile);
  options_.base = options_.out;
  options_.out = log_.folder() / "second";
  const auto nothing = Run(listener);
  EXPECT_THAT(std::string(nothing.status().message()), testing::HasSubstr("no second stage"));
  config_ = both;
  Listener later;
  const auto result = Run(later);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_FALSE(later.heard.contains("recommender"));
  EXPECT_GT(result->best_ndcg, 0.0);
  EXPECT_TRUE(Weights().view().spec.semantic_ids);
  EXPECT_EQ(ReadFileText(options_.base / kWeightsFile), recommender);
}

TEST_F(RunTest, AStageIsCheckedBeforeTheFirstIsTrained) {
  config_.semantic_ids.codes = "nowhere.tsv";
  Listener listener;
  EXPECT_EQ(Run(listener).status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(listener.heard.empty());
  EXPECT_FALSE(std::filesystem::exists(options_.out));
}

}  // namespace
}  // namespace tsugi::train
