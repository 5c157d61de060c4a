#include "native/semantic_ids/residual_codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/base/random.h"
#include "native/semantic_ids/code_report.h"

namespace tsugi {
namespace {

std::vector<float> RandomPoints(size_t count, size_t width) {
  Random random(5);
  std::vector<float> points(count * width);
  for (float& value : points) value = static_cast<float>(random.NextUniform()) - 0.5f;
  return points;
}

double SquaredLength(const std::vector<float>& values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value) * value;
  return sum;
}

TEST(ResidualKMeans, EveryLevelLeavesLess) {
  const auto values = RandomPoints(1500, 6);
  const PointsView points{values, 6};
  SemanticIds ids;
  const ResidualCodebooks codebooks = LearnResidualKMeans(points, 1, ids);
  double before = SquaredLength(values);
  for (size_t level = 1; level <= kCodeLevels; ++level) {
    const double left = SquaredLength(ResidualsBefore(points, codebooks, ids, level));
    EXPECT_LT(left, before);
    before = left;
  }
  EXPECT_LT(before, 0.05 * SquaredLength(values));
}

TEST(MakeUnique, GivesEqualItemsDifferentIds) {
  std::vector<float> values = RandomPoints(40, 4);
  const std::vector<float> same(values.begin(), values.begin() + 4);
  for (int i = 0; i < 300; ++i) values.insert(values.end(), same.begin(), same.end());
  const PointsView points{values, 4};  // 301 equal items: more than one prefix holds
  SemanticIds ids;
  const ResidualCodebooks codebooks = LearnResidualKMeans(points, 1, ids);
  const size_t shared = MakeUnique(points, codebooks, ids);
  EXPECT_GE(shared, 301u);
  EXPECT_EQ(std::set<SemanticId>(ids.begin(), ids.end()).size(), ids.size());
}

TEST(MakeUnique, UsesTheLastLevelEvenly) {
  const auto values = RandomPoints(3000, 4);
  const PointsView points{values, 4};
  SemanticIds ids;
  const ResidualCodebooks codebooks = LearnResidualKMeans(points, 1, ids);
  MakeUnique(points, codebooks, ids);
  const CodeUsage usage = MeasureUsage(ids);
  EXPECT_EQ(usage.distinct, 3000u);
  EXPECT_GT(usage.entropy_bits[kCodeLevels - 1], 7.5);
  EXPECT_FALSE(usage.is_collapsed);
}

TEST(MeanCodewords, AddUpToRowsTheyWereMadeOf) {
  // Two values in the first level, two in the second: every row is the sum of its codes' words.
  SemanticIds ids;
  std::vector<float> rows;
  for (uint8_t i = 0; i < 4; ++i) {
    ids.push_back({static_cast<uint8_t>(i / 2), static_cast<uint8_t>(i % 2), 0, i});
    rows.push_back(i / 2 == 0 ? 10.0f : -10.0f);
    rows.push_back(i % 2 == 0 ? 1.0f : -1.0f);
  }
  const ResidualCodebooks means = MeanCodewords({rows, 2}, ids);
  for (size_t i = 0; i < ids.size(); ++i) {
    for (size_t d = 0; d < 2; ++d) {
      float sum = 0.0f;
      for (size_t level = 0; level < kCodeLevels; ++level) {
        sum += means.codeword(level, ids[i][level])[d];
      }
      EXPECT_NEAR(sum, rows[i * 2 + d], 1e-5f);
    }
  }
}

}  // namespace
}  // namespace tsugi
