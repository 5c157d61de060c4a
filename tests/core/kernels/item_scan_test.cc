#include "core/kernels/item_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/bit_set.h"
#include "core/kernels/kernel_table.h"
#include "tests/core/kernels/random_values.h"

namespace tsugi {
namespace {

struct Table {
  Table(size_t count, size_t width, DType dtype, Random& random)
      : bytes(RandomBytes(count * width, random)),
        floats(RandomFloats(count * width, random)),
        scales(RandomFloats(count, random)) {
    for (float& scale : scales.span()) scale = 0.001f + 0.01f * std::fabs(scale);
    const bool is_i8 = dtype == DType::kI8;
    rows.table = {dtype, Shape::Matrix(count, width),
                  is_i8 ? static_cast<const void*>(bytes.data()) : floats.data()};
    if (is_i8) rows.scales = scales.span();
  }
  double ExactScore(size_t item, const AlignedBuffer<float>& hidden, double factor) const {
    double sum = 0;
    for (size_t d = 0; d < hidden.size(); ++d) {
      const size_t i = item * hidden.size() + d;
      sum += hidden[d] * (rows.scales.empty() ? static_cast<double>(floats[i])
                                              : bytes[i] * static_cast<double>(scales[item]));
    }
    return sum * factor;
  }
  AlignedBuffer<int8_t> bytes;
  AlignedBuffer<float> floats, scales;
  ItemRows rows;
};

ScanQuery Prepared(const ItemRows& rows, const float* hidden, float factor) {
  ScanQuery query = std::move(ScanQuery::Create(rows)).value();
  query.Prepare(hidden, factor);
  return query;
}

std::vector<float> Scores(const ScanQuery& query) {
  std::vector<float> scores(query.rows().count());
  ScanScores(query, scores);
  return scores;
}

const std::pair<size_t, size_t> kShapes[] = {{1, 4},    {5, 4},     {63, 16},  {64, 32}, {65, 64},
                                             {200, 21}, {131, 128}, {77, 256}, {9, 1000}};

TEST(ItemScan, HandWorkedI8) {
  auto table = std::move(AlignedBuffer<int8_t>::Create(12)).value();
  const int8_t values[] = {1, 2, 0, 0, -127, 0, 0, 1, 0, 0, 100, 0};
  std::copy(std::begin(values), std::end(values), table.data());
  auto scales = std::move(AlignedBuffer<float>::Create(3)).value();
  scales[0] = 1.0f;
  scales[1] = 0.5f;
  scales[2] = 0.01f;
  const float hidden[] = {1.0f, -1.0f, 0.5f, 0.0f};
  const ScanQuery query =
      Prepared({{DType::kI8, Shape::Matrix(3, 4), table.data()}, scales.span()}, hidden, 2.0f);
  const float expected[] = {-2.0f, -127.0f, 1.0f};
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(Scores(query)[i], expected[i], 2e-4);
  std::vector<ScoredItem> list(2);
  ASSERT_EQ(ScanTopK(query, {}, list), 2u);
  EXPECT_EQ(list[0].item_index, 2u);
  EXPECT_EQ(list[1].item_index, 0u);
}

TEST(ItemScan, ScoresAreWithinTheQuerysRoundingOfTheExactOnes) {
  Random random(10);
  for (const DType dtype : {DType::kI8, DType::kF32}) {
    for (const auto& [count, width] : kShapes) {
      const Table table(count, width, dtype, random);
      const auto hidden = RandomFloats(width, random, 3.0);
      const ScanQuery query = Prepared(table.rows, hidden.data(), 1.5f);
      const auto scores = Scores(query);
      for (size_t i = 0; i < count; ++i) {
        // Half a step of the query, 3 / 32767 / 2 (twice that at width 1000), times the row.
        EXPECT_NEAR(scores[i], table.ExactScore(i, hidden, 1.5), 3e-4 * std::sqrt(width));
      }
    }
  }
}

TEST(ItemScan, EveryI8KernelGivesTheSameBits) {
  Random random(11);
  for (const auto& [count, width] : kShapes) {
    const Table table(count, width, DType::kI8, random);
    const auto hidden = RandomFloats(width, random);
    const ScanQuery query = Prepared(table.rows, hidden.data(), 0.7f);
    const size_t rows = std::min(count, kScanBlockRows);
    for (const float threshold : {-1e30f, 0.0f, 0.1f}) {
      std::vector<float> plain(rows), fast(rows);
      const uint64_t above = ScoreI8Reference(query.Block(0, rows), threshold, plain.data());
      for (const KernelTable* kernels : SupportedKernels()) {
        EXPECT_EQ(kernels->score_i8(query.Block(0, rows), threshold, fast.data()), above);
        EXPECT_EQ(fast, plain) << kernels->name;
      }
    }
  }
}

TEST(ItemScan, PickedRowsScoreTheSameBitsAsInTheScan) {
  Random random(15);
  for (const auto& [count, width] : kShapes) {
    const Table table(count, width, DType::kI8, random);
    const auto hidden = RandomFloats(width, random);
    const ScanQuery query = Prepared(table.rows, hidden.data(), 0.7f);
    const auto all = Scores(query);
    std::vector<uint32_t> items;
    for (size_t i = 0; i < 100; ++i) items.push_back(static_cast<uint32_t>(i * 7 % count));
    for (const KernelTable* kernels : SupportedKernels()) {
      std::vector<float> scores(items.size());
      kernels->score_items_i8(query.Block(0, 1), items.data(), items.size(), scores.data());
      for (size_t i = 0; i < items.size(); ++i) {
        ASSERT_EQ(scores[i], all[items[i]]) << kernels->name << " width " << width;
      }
    }
  }
}

TEST(ItemScan, EveryF32KernelAgreesWithTheReference) {
  Random random(12);
  for (const auto& [count, width] : kShapes) {
    const Table table(count, width, DType::kF32, random);
    const auto hidden = RandomFloats(width, random);
    const ScanQuery query = Prepared(table.rows, hidden.data(), 0.7f);
    const size_t rows = std::min(count, kScanBlockRows);
    std::vector<float> plain(rows), fast(rows);
    ScoreF32Reference(query.Block(0, rows), 0.0f, plain.data());
    for (const KernelTable* kernels : SupportedKernels()) {
      kernels->score_f32(query.Block(0, rows), 0.0f, fast.data());
      for (size_t i = 0; i < rows; ++i) EXPECT_NEAR(fast[i], plain[i], 1e-4) << kernels->name;
    }
  }
}

TEST(ItemScan, TheLargestSumsDoNotOverflow) {
  constexpr size_t kWidth = 4096;
  auto table = std::move(AlignedBuffer<int8_t>::Create(2 * kWidth)).value();
  std::fill_n(table.data(), kWidth, int8_t{127});
  std::fill_n(table.data() + kWidth, kWidth, int8_t{-127});
  auto scales = std::move(AlignedBuffer<float>::Create(2)).value();
  scales[0] = scales[1] = 1.0f;
  const std::vector<float> hidden(kWidth, 1.0f);
  const ScanQuery query = Prepared(
      {{DType::kI8, Shape::Matrix(2, kWidth), table.data()}, scales.span()}, hidden.data(), 1.0f);
  EXPECT_FLOAT_EQ(Scores(query)[0], 127.0f * kWidth);
  EXPECT_FLOAT_EQ(Scores(query)[1], -127.0f * kWidth);
}

// Random filters, from none to nearly all and all; K from 1 to N and beyond.
TEST(ItemScan, TopKEqualsSortingTheScoresOfUnblockedItems) {
  Random random(13);
  for (const DType dtype : {DType::kI8, DType::kF32}) {
    for (const auto& [count, width] : kShapes) {
      const Table table(count, width, dtype, random);
      const auto hidden = RandomFloats(width, random);
      const ScanQuery query = Prepared(table.rows, hidden.data(), 1.0f);
      const auto scores = Scores(query);
      for (const uint64_t percent : {0u, 30u, 97u, 100u}) {
        BitSet blocked(count);
        std::vector<ScoredItem> expected;
        for (uint32_t i = 0; i < count; ++i) {
          if (random.NextBelow(100) < percent) {
            blocked.Set(i);
          } else {
            expected.push_back({i, scores[i]});
          }
        }
        std::sort(expected.begin(), expected.end(), RanksBefore);
        for (const size_t k : {size_t{1}, size_t{7}, count}) {
          std::vector<ScoredItem> list(k);
          ASSERT_EQ(ScanTopK(query, blocked.words(), list), std::min(k, expected.size()));
          for (size_t i = 0; i < std::min(k, expected.size()); ++i) {
            ASSERT_EQ(list[i].item_index, expected[i].item_index);
            ASSERT_EQ(list[i].score, expected[i].score);
          }
        }
      }
    }
  }
}

TEST(ItemScan, ZeroHiddenRanksByIndex) {
  Random random(14);
  const Table table(150, 32, DType::kI8, random);
  const std::vector<float> hidden(32, 0.0f);
  const ScanQuery query = Prepared(table.rows, hidden.data(), 1.0f);
  std::vector<ScoredItem> list(4);
  ASSERT_EQ(ScanTopK(query, {}, list), 4u);
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(list[i].item_index, i);
}

}  // namespace
}  // namespace tsugi
