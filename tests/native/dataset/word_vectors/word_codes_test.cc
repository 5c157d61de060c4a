#include "native/dataset/word_vectors/word_codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/random.h"

namespace tsugi {
namespace {

double Cosine(std::span<const float> a, std::span<const float> b) {
  double dot = 0, squares_a = 0, squares_b = 0;
  for (size_t d = 0; d < a.size(); ++d) {
    dot += static_cast<double>(a[d]) * b[d];
    squares_a += static_cast<double>(a[d]) * a[d];
    squares_b += static_cast<double>(b[d]) * b[d];
  }
  return dot / std::sqrt(squares_a * squares_b);
}

std::vector<float> RandomRows(size_t count, size_t width, float common = 0) {
  Random random(5);
  std::vector<float> rows(count * width);
  for (float& value : rows) value = static_cast<float>(random.NextUniform() - 0.5) + common;
  return rows;
}

/// What the engine reads (core/parts/word_vectors/word_vectors.h).
std::vector<float> Decode(const WordCodes& words, const WordVectorsSpec& sizes) {
  std::vector<float> rows;
  for (size_t i = 0; i < sizes.count; ++i) {
    std::vector<float> row;
    for (size_t j = 0; j < sizes.codes; ++j) {
      const size_t at = j * sizes.codewords() + words.codes[i * sizes.codes + j];
      const auto from = words.codebooks.begin() + at * sizes.codeword_width();
      row.insert(row.end(), from, from + sizes.codeword_width());
    }
    rows.insert(rows.end(), row.begin(), row.begin() + sizes.width);
  }
  return rows;
}

TEST(WordCodeSizes, IsACodeForFiveNumbersUpToThirtyTwo) {
  const std::pair<size_t, uint32_t> cases[] = {{2, 1},    {5, 1},    {6, 2},    {50, 10},
                                               {100, 20}, {161, 32}, {300, 32}, {4096, 32}};
  for (const auto& [width, codes] : cases) {
    const WordVectorsSpec sizes = WordCodeSizes(7, width);
    EXPECT_EQ(sizes.codes, codes) << width;
    EXPECT_EQ(sizes.count, 7u);
    EXPECT_EQ(sizes.width, width);
    EXPECT_GE(sizes.codes * sizes.codeword_width(), width);
  }
  EXPECT_LT(WordPartBytes(WordCodeSizes(35'000, 100)), 1'000'000u);
  EXPECT_GT(WordPartBytes(WordCodeSizes(36'000, 100)), 1'000'000u);
}

TEST(TakeCommonAway, TakesTheMeanAndMakesUnits) {
  std::vector<float> rows = {5, 6, 1, 2, 0, 0, 3, 1};  // the third says nothing
  TakeCommonAway(rows, 2);
  const float expected[] = {2 / std::sqrt(13.0f),
                            3 / std::sqrt(13.0f),
                            -2 / std::sqrt(5.0f),
                            -1 / std::sqrt(5.0f),
                            0,
                            0,
                            0,
                            -1};
  for (size_t i = 0; i < rows.size(); ++i) EXPECT_NEAR(rows[i], expected[i], 1e-6) << i;
}

// Words of 40 numbers that share a direction with plus or minus: it goes, what else they say stays.
TEST(TakeCommonAway, TakesTheMainDirectionOfManyNumbers) {
  constexpr size_t kWidth = 40, kCount = 500;
  std::vector<float> rows = RandomRows(kCount, kWidth, 3.0f);
  const std::vector<float> plain = RandomRows(kCount, kWidth);
  Random random(6);
  for (size_t i = 0; i < kCount; ++i) {
    rows[i * kWidth + 7] += 20.0f * static_cast<float>(random.NextUniform());
  }
  TakeCommonAway(rows, kWidth);
  for (size_t i = 0; i < kCount; ++i) {
    const std::span row = std::span(rows).subspan(i * kWidth, kWidth);
    EXPECT_NEAR(std::inner_product(row.begin(), row.end(), row.begin(), 0.0), 1.0, 1e-5);
    EXPECT_LT(std::fabs(row[7]), 0.25f) << i;
    std::vector<float> left(plain.begin() + i * kWidth, plain.begin() + (i + 1) * kWidth);
    left[7] = 0;
    EXPECT_GT(Cosine(row, left), 0.95) << i;
  }
}

TEST(TakeCommonAway, NumbersOfAnySizeAreAllowed) {
  constexpr float kHuge = std::numeric_limits<float>::max();
  std::vector<float> rows = {kHuge, kHuge, -kHuge, kHuge, kHuge, -kHuge, 1e-30f, 0};
  TakeCommonAway(rows, 2);
  for (const float value : rows) EXPECT_TRUE(std::isfinite(value));
  EXPECT_NEAR(rows[0] * rows[0] + rows[1] * rows[1], 1.0f, 1e-6f);
  std::vector<float> small = {2e-38f, 0, 0, 2e-38f};
  TakeCommonAway(small, 2);
  EXPECT_NEAR(small[0], std::sqrt(0.5f), 1e-6f);
  std::vector<float> one = {1, 2}, none = {0, 0, 0, 0};
  TakeCommonAway(one, 2);  // what one word says, all say
  EXPECT_EQ(one, (std::vector<float>{0, 0}));
  TakeCommonAway(none, 2);
  EXPECT_EQ(none, std::vector<float>(4));
}

TEST(EncodeWords, UpTo256RowsAreExact) {
  for (const size_t count : {1, 2, 255, 256}) {
    for (const size_t width : {2, 5, 7, 33, 100}) {
      const WordVectorsSpec sizes = WordCodeSizes(count, width);
      const std::vector<float> rows = RandomRows(count, width);
      const WordCodes words = EncodeWords(rows, sizes);
      EXPECT_EQ(words.codes.size(), count * sizes.codes);
      EXPECT_EQ(words.codebooks.size(),
                size_t{sizes.codes} * sizes.codewords() * sizes.codeword_width());
      EXPECT_EQ(Decode(words, sizes), rows);
    }
  }
}

TEST(EncodeWords, MoreRowsAreNearWhatTheyWere) {
  constexpr size_t kCount = 2'000, kWidth = 23;
  std::vector<float> rows = RandomRows(kCount, kWidth);
  TakeCommonAway(rows, kWidth);
  const WordVectorsSpec sizes = WordCodeSizes(kCount, kWidth);
  const WordCodes words = EncodeWords(rows, sizes);
  const std::vector<float> decoded = Decode(words, sizes);
  double sum = 0;
  for (size_t i = 0; i < rows.size(); i += kWidth) {
    sum += Cosine(std::span(rows).subspan(i, kWidth), std::span(decoded).subspan(i, kWidth));
  }
  EXPECT_GT(sum / kCount, 0.9);
  // Numbers beyond the width are 0.
  for (size_t c = 0; c < 256; ++c) EXPECT_EQ(words.codebooks[(4 * 256 + c) * 5 + 4], 0.0f);
  const WordCodes again = EncodeWords(rows, sizes);
  EXPECT_EQ(again.codes, words.codes);
  EXPECT_EQ(again.codebooks, words.codebooks);
}

TEST(EncodeWords, WordsThatAllSayTheSameHaveCodes) {
  const WordVectorsSpec sizes = WordCodeSizes(300, 6);
  const std::vector<float> rows(300 * 6, 0.25f);
  EXPECT_EQ(Decode(EncodeWords(rows, sizes), sizes), rows);
}

}  // namespace
}  // namespace tsugi
