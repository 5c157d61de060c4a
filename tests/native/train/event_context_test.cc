// Training of a model that reads what was done and what was measured.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/model/tensor_table.h"
#include "core/session_input/event_tokenizer.h"
#include "native/dataset/import.h"
#include "native/train/event_values.h"
#include "native/train/packed_batch.h"
#include "tests/native/intent/shop_log.h"
#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

/// What the log writes down of what decides between two followers.
enum class Told { kAction, kValue };

/// An imported CSV log in which the next item is 1 or 7 further, as the event before tells.
class ContextData {
 public:
  ContextData(int users, int items, int length, Told told) {
    folder_ = testing::TempDir() + "tsugi-context-" + std::to_string(counter_++);
    std::filesystem::create_directories(folder_);
    Random random(4);
    std::ofstream log(folder_ / "log.csv");
    log << "user,item,time,action,seconds\n";
    for (int user = 0; user < users; ++user) {
      uint64_t item = random.NextBelow(static_cast<uint64_t>(items));
      for (int i = 0; i < length; ++i) {
        const bool is_far = random.NextBelow(2) == 1;
        log << "u" << user << "," << 100 + item << "," << 1000 + i << ",";
        if (told == Told::kAction) log << (is_far ? "buy" : "view");
        log << ",";
        if (told == Told::kValue) log << (is_far ? 60 : 3) + static_cast<int>(random.NextBelow(3));
        log << "\n";
        item = (item + (is_far ? 7 : 1)) % static_cast<uint64_t>(items);
      }
    }
    log.close();
    ImportOptions options;
    options.format = LogFormat::kEvents;
    options.events = {folder_ / "log.csv"};
    options.event_reader.action_column = "action";
    options.event_reader.value_column = "seconds";
    options.min_count = 1;
    options.out = folder_ / "data";
    const auto imported = ImportLog(options);
    EXPECT_TRUE(imported.ok()) << imported.status().message();
    auto opened = Dataset::Open(options.out);
    EXPECT_TRUE(opened.ok()) << opened.status().message();
    dataset_ = std::make_unique<Dataset>(std::move(opened).value());
  }
  ~ContextData() {
    dataset_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  const Dataset& dataset() const { return *dataset_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  static inline int counter_ = 0;
  std::filesystem::path folder_;
  std::unique_ptr<Dataset> dataset_;
};

TEST(FindValueEdges, PartsTrainingValuesByQuantilesAndGivesFewKindsABucketEach) {
  const ContextData data(60, 24, 10, Told::kValue);
  EXPECT_THAT(FindValueEdges(data.dataset()), testing::ElementsAre(3, 4, 5, 60, 61, 62));
  const ContextData none(10, 12, 6, Told::kAction);
  EXPECT_TRUE(FindValueEdges(none.dataset()).empty());
}

TEST(EventWeights, AreValuesOverTheirMeanInTraining) {
  // Training values 1, 3, -2 (unknown), 0 (unknown): mean 2.
  const ShopLog log(
      "user_id,item_id,timestamp,value\n"
      "ann,1,1,1\nann,2,2,3\nann,1,3,-2\nann,2,4,0\nann,1,5,1000\nann,3,6,0.001\n");
  EXPECT_EQ(EventWeights(log.dataset()), (std::vector<float>{0.5f, 1.5f, 1.0f, 1.0f, 10.0f, 0.1f}));
}

TEST(EventWeights, AreNoneWithoutValues) {
  EXPECT_TRUE(EventWeights(TinyDataset(ChainLog(5, 5, 9, 1)).dataset()).empty());
}

TEST(EpochPacker, GivesActionsAndBucketsOfValues) {
  const ContextData data(20, 12, 8, Told::kAction);
  const Dataset& set = data.dataset();
  ASSERT_EQ(set.action_names().size(), 2u);
  ModelSpec spec;
  spec.action_count = 2;
  spec.value_buckets = 3;
  const EpochPacker packer(set, set.train_end(), 8, 2, 1, 0, spec, {5.0f});
  std::map<std::pair<int64_t, int64_t>, int> expected, packed;  // (item, action)
  for (size_t s = 0; s < set.sequence_count(); ++s) {
    for (uint64_t at = set.offsets()[s]; at + 1 < set.offsets()[s] + set.train_end()[s]; ++at) {
      ++expected[{set.items()[at], 1 + set.actions()[at]}];
    }
  }
  for (size_t b = 0; b < packer.batch_count(); ++b) {
    const PackedBatch batch = packer.Batch(b);
    for (size_t i = 0; i < batch.items.size(); ++i) {
      if (batch.segments[i] == PackedBatch::kNoSegment) continue;
      ++packed[{batch.items[i], batch.actions[i]}];
      EXPECT_EQ(batch.values[i], 0) << "none was measured";
    }
  }
  EXPECT_EQ(packed, expected);
  EXPECT_TRUE(EpochPacker(set, set.train_end(), 8, 2, 1, 0).Batch(0).actions.empty());
}

double Ndcg(const ContextData& data, const char* setting) {
  Trace trace;
  const auto config = TinyConfig(data.dataset(), {setting, "max_epochs=10"});
  const auto result = TrainInGroup(data.dataset(), config, Observe(data.folder(), trace), trace);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result->best.ndcg_at_10;
}

TEST(Actions, LetTheTrainerLearnWhatOnlyTheyTell) {
  const ContextData data(250, 24, 12, Told::kAction);
  EXPECT_LT(Ndcg(data, "actions=off"), 0.85) << "of two followers one is second";
  EXPECT_GT(Ndcg(data, "actions=auto"), 0.95);
}

TEST(Values, LetTheTrainerLearnWhatOnlyTheyTell) {
  const ContextData data(250, 24, 12, Told::kValue);
  EXPECT_LT(Ndcg(data, "values=off"), 0.85);
  EXPECT_GT(Ndcg(data, "values=on"), 0.95);
}

TEST(Contexts, StandInTheSavedModelWithNamesAndEdges) {
  const ContextData data(40, 24, 8, Told::kAction);
  const auto config = TinyConfig(data.dataset(), {"actions=on", "max_epochs=1"});
  Trace trace;
  auto options = Observe(data.folder(), trace);
  options.save_model = [](const ModelData& model, const EpochProgress&) {
    const ModelView view = model.View();
    EXPECT_EQ(view.spec.action_count, 2u);
    EXPECT_EQ(view.action_names().size(), 2u);
    EXPECT_EQ(view.action_names()[0], "buy");
    double length = 0;
    for (const float value : view.Find(kActions).as<float>()) length += std::fabs(value);
    EXPECT_GT(length, 0.0);
    return view.Validate();
  };
  ASSERT_TRUE(TrainInGroup(data.dataset(), config, options, trace).ok());
  const ContextData timed(40, 24, 8, Told::kValue);
  options.save_model = [&](const ModelData& model, const EpochProgress&) {
    const ModelView view = model.View();
    const auto edges = view.Find(kValueEdges).as<float>();
    EXPECT_EQ(std::vector<float>(edges.begin(), edges.end()), FindValueEdges(timed.dataset()));
    return view.Validate();
  };
  const auto valued = TinyConfig(timed.dataset(), {"values=auto", "max_epochs=1"});
  ASSERT_TRUE(TrainInGroup(timed.dataset(), valued, options, trace).ok());
}

TEST(Contexts, AreOffByDefaultAndNeedTheirColumns) {
  const TinyDataset tiny(ChainLog(20, 10, 6, 3));
  EXPECT_EQ(TinyConfig(tiny.dataset()).actions, Switch::kOff);
  EXPECT_EQ(TinyConfig(tiny.dataset(), {"values=auto"}).values, Switch::kOff);
  for (const char* key : {"actions", "values"}) {
    const auto config = MakeConfig("next", "", "", {std::string(key) + "=on"});
    const auto resolved = ResolveConfig(*config, tiny.dataset());
    EXPECT_THAT(std::string(resolved.status().message()), testing::HasSubstr("has no")) << key;
  }
}

}  // namespace
}  // namespace tsugi::train
