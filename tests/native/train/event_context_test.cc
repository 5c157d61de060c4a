#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "core/model/tensor_table.h"
#include "core/session_input/event_tokenizer.h"
#include "native/train/event_targets.h"
#include "native/train/packed_batch.h"
#include "tests/native/intent/shop_log.h"
#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

// Training of a model that reads what was done, what was measured and when.

namespace tsugi::train {
namespace {

/// What the log writes down of what decides between two followers.
enum class Told { kAction, kValue };

/// A log in which the next item is 1 or 7 further, as the event before tells.
TinyDataset ContextLog(int users, int items, int length, Told told) {
  Random random(4);
  std::ostringstream log;
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
  ImportOptions options;
  options.event_reader.action_column = "action";
  options.event_reader.value_column = "seconds";
  return TinyDataset(options, log.str());
}

TEST(FindValueEdges, PartsTrainingValuesByQuantilesAndGivesFewKindsABucketEach) {
  const TinyDataset data = ContextLog(60, 24, 10, Told::kValue);
  EXPECT_THAT(FindValueEdges(data.dataset()), testing::ElementsAre(3, 4, 5, 60, 61, 62));
  const TinyDataset none = ContextLog(10, 12, 6, Told::kAction);
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
  const TinyDataset data = ContextLog(20, 12, 8, Told::kAction);
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

double Ndcg(const TinyDataset& data, const char* setting) {
  Trace trace;
  const auto config = TinyConfig(data.dataset(), {setting, "max_epochs=10"});
  const auto result = TrainInGroup(data.dataset(), config, Observe(data.folder(), trace), trace);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result->best.ndcg_at_10;
}

TEST(Actions, LetTheTrainerLearnWhatOnlyTheyTell) {
  const TinyDataset data = ContextLog(250, 24, 12, Told::kAction);
  EXPECT_LT(Ndcg(data, "actions=off"), 0.85) << "of two followers one is second";
  EXPECT_GT(Ndcg(data, "actions=auto"), 0.95);
}

TEST(Values, LetTheTrainerLearnWhatOnlyTheyTell) {
  const TinyDataset data = ContextLog(250, 24, 12, Told::kValue);
  EXPECT_LT(Ndcg(data, "values=off"), 0.85);
  EXPECT_GT(Ndcg(data, "values=on"), 0.95);
}

TEST(Contexts, StandInTheSavedModelWithNamesAndEdges) {
  const TinyDataset data = ContextLog(40, 24, 8, Told::kAction);
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
  const TinyDataset timed = ContextLog(40, 24, 8, Told::kValue);
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

constexpr uint32_t kBuckets = 32;

// After a minute the item 1 further follows, after a week the item 7 further: only the time tells.
TinyDataset GapLog(int users, int item_count, int length) {
  Random random(4);
  std::vector<std::string> lines, times;
  for (int user = 0; user < users; ++user) {
    std::string& line = lines.emplace_back("u" + std::to_string(user));
    std::string& when = times.emplace_back(line);
    uint64_t item = random.NextBelow(item_count);
    int64_t time_s = 1'700'000'000;
    bool is_long = false;
    for (int i = 0; i < length; ++i) {
      line += " " + std::to_string(100 + item);
      when += " " + std::to_string(time_s);
      item = (item + (is_long ? 7 : 1)) % item_count;
      is_long = random.NextBelow(2) == 1;
      time_s += is_long ? 7 * 86400 : 60;
    }
  }
  return TinyDataset(lines, times);
}

TEST(EpochPacker, GivesTheGapToTheEventBeforeAlsoWhereASequenceIsCut) {
  const TinyDataset tiny = GapLog(3, 30, 43);
  const Dataset& data = tiny.dataset();
  std::map<std::pair<int64_t, int64_t>, int> expected, packed;  // (item, bucket)
  for (size_t s = 0; s < data.sequence_count(); ++s) {
    const uint64_t start = data.offsets()[s];
    for (uint64_t at = start; at + 1 < start + data.train_end()[s]; ++at) {
      const int64_t previous = at > start ? data.times()[at - 1] : 0;
      ++expected[{data.items()[at], TimeGapBucket(kBuckets, previous, data.times()[at])}];
    }
  }
  ModelSpec timed;
  timed.time_gap_buckets = kBuckets;
  const EpochPacker packer(data, data.train_end(), 8, 2, 1, 0, timed);
  for (size_t b = 0; b < packer.batch_count(); ++b) {
    const PackedBatch batch = packer.Batch(b);
    ASSERT_EQ(batch.time_gaps.size(), batch.items.size());
    for (size_t i = 0; i < batch.items.size(); ++i) {
      if (batch.segments[i] == PackedBatch::kNoSegment) continue;
      ++packed[{batch.items[i], batch.time_gaps[i]}];
    }
  }
  EXPECT_EQ(packed, expected);
  EXPECT_TRUE(EpochPacker(data, data.train_end(), 8, 2, 1, 0).Batch(0).time_gaps.empty());
}

TEST(TimeGap, LetsTheTrainerLearnWhatOnlyTimesTell) {
  const TinyDataset tiny = GapLog(250, 24, 12);
  EXPECT_LT(Ndcg(tiny, "time_gap=off"), 0.85) << "of two followers one is second";
  EXPECT_GT(Ndcg(tiny, "time_gap=on"), 0.95);
}

TEST(TimeGap, StandsInTheSavedModel) {
  const TinyDataset tiny = GapLog(40, 24, 8);
  const auto config = TinyConfig(tiny.dataset(), {"time_gap=on", "max_epochs=1"});
  EXPECT_EQ(MakeSpec(config, tiny.dataset()).time_gap_buckets, kBuckets);
  Trace trace;
  auto options = Observe(tiny.folder(), trace);
  double length = 0;
  options.save_model = [&length](const ModelData& model, const EpochProgress&) {
    const ModelView view = model.View();
    for (const float value : view.Find(kTimeGap).as<float>()) length += value * value;
    return view.Validate();
  };
  ASSERT_TRUE(TrainInGroup(tiny.dataset(), config, options, trace).ok());
  EXPECT_GT(length, 0.0);
}

TEST(TimeGap, IsOffByDefaultAndNeedsTimes) {
  const TinyDataset tiny(ChainLog(20, 10, 6, 3));
  EXPECT_EQ(TinyConfig(tiny.dataset()).time_gap, Switch::kOff);
  const auto config = MakeConfig("next", "", "", {"time_gap=on"});
  const auto resolved = ResolveConfig(*config, tiny.dataset());
  EXPECT_THAT(std::string(resolved.status().message()), testing::HasSubstr("has no times"));
}

}  // namespace
}  // namespace tsugi::train
