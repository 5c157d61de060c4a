// Training of a model that reads event times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/model/tensor_table.h"
#include "core/session_input/event_tokenizer.h"
#include "native/train/packed_batch.h"
#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

constexpr uint32_t kBuckets = 32;

struct TimedLog {
  std::vector<std::string> items, times;
};

// After a minute the item 1 further follows, after a week the item 7 further: only the time tells.
TimedLog GapLog(int users, int item_count, int length) {
  Random random(4);
  TimedLog log;
  for (int user = 0; user < users; ++user) {
    std::string items = "u" + std::to_string(user), times = items;
    uint64_t item = random.NextBelow(item_count);
    int64_t time_s = 1'700'000'000;
    bool is_long = false;
    for (int i = 0; i < length; ++i) {
      items += " " + std::to_string(100 + item);
      times += " " + std::to_string(time_s);
      item = (item + (is_long ? 7 : 1)) % item_count;
      is_long = random.NextBelow(2) == 1;
      time_s += is_long ? 7 * 86400 : 60;
    }
    log.items.push_back(items);
    log.times.push_back(times);
  }
  return log;
}

TEST(EpochPacker, GivesTheGapToTheEventBeforeAlsoWhereASequenceIsCut) {
  const TimedLog log = GapLog(3, 30, 43);
  const TinyDataset tiny(log.items, log.times);
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
  const TimedLog log = GapLog(250, 24, 12);
  const TinyDataset tiny(log.items, log.times);
  const auto ndcg = [&](const char* setting) {
    Trace trace;
    const auto config = TinyConfig(tiny.dataset(), {setting, "max_epochs=10"});
    const auto result = TrainInGroup(tiny.dataset(), config, Observe(tiny.folder(), trace), trace);
    EXPECT_TRUE(result.ok()) << result.status().message();
    return result->best.ndcg_at_10;
  };
  const double without = ndcg("time_gap=off");
  EXPECT_LT(without, 0.85) << "of two followers one is second";
  EXPECT_GT(ndcg("time_gap=on"), 0.95);
}

TEST(TimeGap, StandsInTheSavedModel) {
  const TimedLog log = GapLog(40, 24, 8);
  const TinyDataset tiny(log.items, log.times);
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
