#include "core/kernels/code_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/base/bit_set.h"
#include "core/kernels/kernel_table.h"
#include "tests/core/kernels/random_values.h"

namespace tsugi {
namespace {

size_t Blocks(size_t item_count) { return (item_count + 63) / 64 * 2; }

struct Codes {
  Codes(size_t item_count, size_t code_count, size_t width, Random& random)
      : bytes(std::move(AlignedBuffer<uint8_t>::Create(Blocks(item_count) * code_count * 16))
                  .value()),
        codebooks(RandomFloats(code_count * 16 * width, random)),
        items{bytes.span(), codebooks.span(), item_count, code_count} {
    for (uint8_t& byte : bytes.span()) byte = static_cast<uint8_t>(random.NextBelow(256));
  }
  // Code j of an item, straight from the description of the layout.
  uint8_t Code(size_t item, size_t j) const {
    const size_t row = item % 32;
    const uint8_t pair = bytes[(item / 32 * items.code_count + j) * 16 + row % 16];
    return row < 16 ? pair & 15 : pair >> 4;
  }
  AlignedBuffer<uint8_t> bytes;
  AlignedBuffer<float> codebooks;
  ItemCodes items;
};

std::vector<uint16_t> AllSums(const Codes& codes, const uint8_t* tables) {
  std::vector<uint16_t> sums(codes.items.item_count);
  for (size_t i = 0; i < sums.size(); ++i) {
    for (size_t j = 0; j < codes.items.code_count; ++j) {
      sums[i] = static_cast<uint16_t>(sums[i] + tables[j * 16 + codes.Code(i, j)]);
    }
  }
  return sums;
}

std::vector<uint32_t> BestBySorting(const std::vector<uint16_t>& sums, const BitSet& blocked,
                                    size_t count) {
  std::vector<uint32_t> items;
  for (uint32_t i = 0; i < sums.size(); ++i) {
    if (!blocked.Test(i)) items.push_back(i);
  }
  std::stable_sort(items.begin(), items.end(),
                   [&](uint32_t a, uint32_t b) { return sums[a] > sums[b]; });
  if (items.size() > count) items.resize(count);
  std::sort(items.begin(), items.end());
  return items;
}

BitSet RandomBits(size_t size, uint64_t percent, Random& random) {
  BitSet bits(size);
  for (size_t i = 0; i < size; ++i) {
    if (random.NextBelow(100) < percent) bits.Set(i);
  }
  return bits;
}

// Two sub-spaces of width 1 matter: products 0, h c.
TEST(CodeQuery, HandWorkedTablesAreRoundedToStepsOfOneSize) {
  Random random(1);
  Codes codes(1, 4, 4, random);
  std::fill(codes.codebooks.span().begin(), codes.codebooks.span().end(), 0.0f);
  for (size_t c = 0; c < 16; ++c) {
    codes.codebooks[c] = static_cast<float>(c) - 5;       // -5 .. 10, range 15
    codes.codebooks[64 + 16 + c] = c == 3 ? 2.0f : 0.0f;  // range 2 * 2
  }
  auto query = std::move(CodeQuery::Create(codes.items, 1)).value();
  const float hidden[] = {1.0f, 2.0f, 0.0f, -1.0f};
  query.Prepare(hidden);
  for (size_t c = 0; c < 16; ++c) {
    EXPECT_EQ(query.tables()[c], static_cast<uint8_t>(c * 4.2 + 0.5)) << c;  // 63 / 15
    EXPECT_EQ(query.tables()[16 + c], c == 3 ? 17 : 0) << c;                 // 4 * 4.2
    EXPECT_EQ(query.tables()[32 + c], 0);
    EXPECT_EQ(query.tables()[48 + c], 0);
  }
}

TEST(CodeScan, EveryKernelFindsTheSameItemsAndSums) {
  Random random(2);
  for (const size_t code_count : {4u, 8u, 12u, 16u, 20u, 32u, 64u}) {
    for (const size_t item_count : {1u, 31u, 33u, 64u, 65u, 200u}) {
      const Codes codes(item_count, code_count, code_count, random);
      std::vector<uint8_t> tables(code_count * 16);
      for (uint8_t& entry : tables) entry = static_cast<uint8_t>(random.NextBelow(64));
      const auto sums = AllSums(codes, tables.data());
      const BitSet blocked = RandomBits(item_count, 20, random);
      const CodeScan scan{.codes = codes.bytes.data(),
                          .tables = tables.data(),
                          .code_count = code_count,
                          .item_count = item_count,
                          .blocked = blocked.words().data(),
                          .word_count = Blocks(item_count) / 2};
      const auto middle = static_cast<uint16_t>(code_count * 33);
      for (const KernelTable* kernels : SupportedKernels()) {
        for (const uint16_t limit : {uint16_t{0}, middle, uint16_t{65535}}) {
          std::vector<uint32_t> found;
          uint64_t bits = 0;
          uint16_t word_sums[64];
          for (size_t word = 0;
               (word = kernels->find_codes(scan, word, limit, &bits, word_sums)) < scan.word_count;
               ++word) {
            ASSERT_NE(bits, 0u);
            for (uint32_t i = 0; i < 64; ++i) {
              if (((bits >> i) & 1) == 0) continue;
              found.push_back(static_cast<uint32_t>(word * 64 + i));
              ASSERT_EQ(word_sums[i], sums[found.back()]) << kernels->name;
            }
          }
          std::vector<uint32_t> expected;
          for (uint32_t i = 0; i < item_count; ++i) {
            if (!blocked.Test(i) && sums[i] >= limit) expected.push_back(i);
          }
          ASSERT_EQ(found, expected) << kernels->name << " m " << code_count << " N " << item_count;
        }
      }
    }
  }
}

TEST(CodeScan, TheLargestSumsDoNotOverflow) {
  Random random(3);
  const Codes codes(64, kMaxCodeCount, kMaxCodeCount, random);
  const std::vector<uint8_t> tables(kMaxCodeCount * 16, kMaxCodeEntry);
  const CodeScan scan{codes.bytes.data(), tables.data(), kMaxCodeCount, 64, nullptr, 1};
  for (const KernelTable* kernels : SupportedKernels()) {
    uint64_t bits = 0;
    uint16_t sums[64];
    ASSERT_EQ(kernels->find_codes(scan, 0, 64512, &bits, sums), 0u) << kernels->name;
    EXPECT_EQ(bits, ~uint64_t{0}) << kernels->name;
    EXPECT_EQ(sums[63], 64512) << kernels->name;
    EXPECT_EQ(kernels->find_codes(scan, 0, 64513, &bits, sums), 1u) << kernels->name;
  }
}

// 70,000 items: the limit is guessed from a sample, and rises when the buffer is full.
TEST(CodeQuery, FindsExactlyTheBestEstimatesWhateverTheFilter) {
  Random random(4);
  for (const size_t item_count : {5u, 64u, 1000u, 70000u}) {
    const Codes codes(item_count, 16, 64, random);
    auto query = std::move(CodeQuery::Create(codes.items, 3000)).value();
    const auto hidden = RandomFloats(64, random, 3.0);
    query.Prepare(hidden.data());
    const auto sums = AllSums(codes, query.tables());
    for (const uint64_t percent : {0u, 50u, 99u, 100u}) {
      const BitSet blocked = RandomBits(item_count, percent, random);
      for (const size_t count : {1u, 100u, 3000u}) {
        const auto found = query.FindBest(blocked.words(), count);
        ASSERT_EQ(std::vector<uint32_t>(found.begin(), found.end()),
                  BestBySorting(sums, blocked, count))
            << "N " << item_count << " blocked " << percent << " % count " << count;
      }
    }
  }
}

// Words that the sample sees hold only good items, so that the guessed limit is too high.
TEST(CodeQuery, ScansAgainWhenTheSampleWasNotLikeTheRest) {
  Random random(5);
  const size_t item_count = 256 * 64 * 4;  // every fourth word is sampled
  Codes codes(item_count, 4, 4, random);
  for (size_t c = 0; c < 4 * 64; ++c) codes.codebooks[c] = static_cast<float>(c % 16);
  for (size_t word = 0; word < item_count / 64; ++word) {
    auto bytes = codes.bytes.span().subspan(word * 2 * 4 * 16, 2 * 4 * 16);
    std::fill(bytes.begin(), bytes.end(), static_cast<uint8_t>(word % 4 == 0 ? 0xff : 0x11));
  }
  auto query = std::move(CodeQuery::Create(codes.items, 20000)).value();
  const float hidden[] = {1, 1, 1, 1};
  query.Prepare(hidden);
  const auto found = query.FindBest({}, 20000);
  EXPECT_EQ(std::vector<uint32_t>(found.begin(), found.end()),
            BestBySorting(AllSums(codes, query.tables()), BitSet(item_count), 20000));
}

TEST(CodeQuery, ProductsThatOverflowAreHarmless) {
  Random random(7);
  Codes codes(200, 4, 4, random);
  for (float& value : codes.codebooks.span()) value *= 3e38f;
  auto query = std::move(CodeQuery::Create(codes.items, 10)).value();
  const std::vector<float> hidden(4, 3e38f);
  query.Prepare(hidden.data());
  for (size_t i = 0; i < 64; ++i) EXPECT_LE(query.tables()[i], kMaxCodeEntry);
  EXPECT_EQ(query.FindBest({}, 10).size(), 10u);
}

TEST(CodeQuery, AZeroVectorKeepsTheFirstItems) {
  Random random(6);
  const Codes codes(500, 4, 16, random);
  auto query = std::move(CodeQuery::Create(codes.items, 10)).value();
  const std::vector<float> hidden(16, 0.0f);
  query.Prepare(hidden.data());
  const auto found = query.FindBest({}, 10);
  std::vector<uint32_t> expected(10);
  std::iota(expected.begin(), expected.end(), 0u);
  EXPECT_EQ(std::vector<uint32_t>(found.begin(), found.end()), expected);
}

}  // namespace
}  // namespace tsugi
