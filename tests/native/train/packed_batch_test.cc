#include "native/train/packed_batch.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

using Pair = std::pair<int64_t, int64_t>;  // input item, target item

std::map<Pair, int> CountPairs(const EpochPacker& packer) {
  std::map<Pair, int> pairs;
  for (size_t b = 0; b < packer.batch_count(); ++b) {
    const PackedBatch batch = packer.Batch(b);
    for (size_t i = 0; i < batch.items.size(); ++i) {
      if (batch.targets[i] != PackedBatch::kNoTarget) ++pairs[{batch.items[i], batch.targets[i]}];
    }
  }
  return pairs;
}

TEST(EpochPacker, TrainsEachConsecutivePairOfTheTrainingPartOnceAnEpoch) {
  const TinyDataset tiny({"u 1 2 3 4 5 6", "v 3 1 2 5 4", "w 6 5 4 3 2 1 2 3 4 5 6"});
  const Dataset& data = tiny.dataset();
  std::map<Pair, int> expected;
  for (size_t s = 0; s < data.sequence_count(); ++s) {
    const auto items = data.sequence_items(s);
    for (uint32_t i = 0; i + 1 < data.train_end()[s]; ++i) ++expected[{items[i], items[i + 1]}];
  }
  for (uint32_t epoch = 0; epoch < 3; ++epoch) {
    const EpochPacker packer(data, data.train_end(), 4, 2, 1, epoch);
    EXPECT_EQ(CountPairs(packer), expected) << "epoch " << epoch;
  }
}

TEST(EpochPacker, NeverTrainsOnHeldOutEvents) {
  // Item 9 occurs only in the last two events.
  const TinyDataset tiny({"u 1 2 3 9 9", "v 3 1 2 9 9"});
  const Dataset& data = tiny.dataset();
  const auto ids = data.item_ids();
  for (const auto& [pair, count] : CountPairs(EpochPacker(data, data.train_end(), 8, 4, 1, 0))) {
    EXPECT_NE(ids[pair.first], "9");
    EXPECT_NE(ids[pair.second], "9");
  }
}

TEST(EpochPacker, GivesNeighboursInABinDifferentSegments) {
  const TinyDataset tiny({"u 1 2 3 4 5", "v 5 4 3 2 1"});
  const EpochPacker packer(tiny.dataset(), tiny.dataset().train_end(), 8, 4, 1, 0);
  ASSERT_EQ(packer.batch_count(), 1u);
  const PackedBatch batch = packer.Batch(0);
  EXPECT_EQ(batch.segments, (std::vector<int32_t>{0, 0, 1, 1, -1, -1, -1, -1}));
  EXPECT_EQ(batch.target_count, 4u);
}

TEST(EpochPacker, FillsBinsAlmostWhole) {
  const TinyDataset tiny(ChainLog(400, 30, 9, 3));  // chunks of 6 inputs
  const EpochPacker packer(tiny.dataset(), tiny.dataset().train_end(), 64, 4, 1, 0);
  size_t tokens = 0, used = 0;
  for (size_t b = 0; b < packer.batch_count(); ++b) {
    const PackedBatch batch = packer.Batch(b);
    tokens += batch.items.size();
    used += batch.target_count;
  }
  EXPECT_EQ(used, 400u * 6u);
  EXPECT_GT(static_cast<double>(used) / tokens, 0.9);
}

TEST(MakeChunks, CutsLongSequencesAtAnotherPlaceEachTime) {
  const TinyDataset tiny(ChainLog(1, 30, 43, 3));  // 41 trainable events: 40 inputs
  Random random(1);
  std::map<uint32_t, int> first_lengths;
  for (int i = 0; i < 50; ++i) {
    const auto chunks = MakeChunks(tiny.dataset(), tiny.dataset().train_end(), 16, random);
    uint32_t total = 0;
    for (const Chunk& chunk : chunks) {
      EXPECT_LE(chunk.length, 16u);
      total += chunk.length;
    }
    EXPECT_EQ(total, 40u);
    ++first_lengths[chunks[0].length];
  }
  EXPECT_GT(first_lengths.size(), 5u);
}

}  // namespace
}  // namespace tsugi::train
