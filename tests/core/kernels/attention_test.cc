#include "core/kernels/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/kernels/kernel_table.h"
#include "tests/core/kernels/random_values.h"

namespace tsugi {
namespace {

struct Sizes {
  AttentionShape shape;
  size_t rows, key_rows;
};
const Sizes kSizes[] = {
    {{4, 2, 3}, 1, 1},     {{4, 2, 3}, 3, 3},     {{4, 2, 3}, 3, 6},    {{21, 3, 7}, 5, 11},
    {{64, 2, 50}, 50, 50}, {{64, 2, 50}, 49, 99}, {{64, 2, 50}, 1, 73}, {{64, 4, 50}, 50, 100},
    {{24, 2, 5}, 5, 5},    {{40, 1, 20}, 17, 31}, {{5, 5, 1}, 1, 2},    {{16, 2, 9}, 9, 18},
};

struct Operands {
  Operands(const Sizes& sizes, Random& random)
      : queries(RandomFloats(sizes.rows * sizes.shape.width, random, 2.0)),
        key_values(RandomFloats(sizes.key_rows * 2 * sizes.shape.width, random, 2.0)),
        bias(RandomFloats(sizes.shape.heads * sizes.shape.window, random)),
        scratch(RandomFloats(AttentionScratchSize(sizes.shape), random)) {}
  AttentionInput Input(const Sizes& sizes) const {
    return {queries.data(), key_values.data(), bias.data(), sizes.rows, sizes.key_rows};
  }
  AlignedBuffer<float> queries, key_values, bias, scratch;
};

// D 1, T 2: the logits are equal except for the bias log 3 of the row itself.
TEST(Attention, HandWorkedBand) {
  const AttentionShape shape{1, 1, 2};
  const float queries[] = {0, 0, 0};
  const float key_values[] = {5, 4, 5, 8, 5, 16};
  const float reversed_bias[] = {0.0f, std::log(3.0f)};  // distance 1, distance 0
  for (const KernelTable* kernels : SupportedKernels()) {
    std::vector<float> scratch(AttentionScratchSize(shape)), output(3);
    kernels->attention(shape, {queries, key_values, reversed_bias, 3, 3}, scratch.data(),
                       output.data());
    EXPECT_FLOAT_EQ(output[0], 4.0f) << kernels->name;
    EXPECT_FLOAT_EQ(output[1], 7.0f) << kernels->name;   // 1/4 of 4, 3/4 of 8
    EXPECT_FLOAT_EQ(output[2], 14.0f) << kernels->name;  // 1/4 of 8, 3/4 of 16
  }
}

TEST(Attention, FastEqualsReference) {
  Random random(8);
  for (const Sizes& sizes : kSizes) {
    Operands operands(sizes, random);
    const size_t size = sizes.rows * sizes.shape.width;
    std::vector<float> plain(size);
    AttentionReference(sizes.shape, operands.Input(sizes), operands.scratch.data(), plain.data());
    for (const KernelTable* kernels : SupportedKernels()) {
      std::vector<float> fast(size);
      kernels->attention(sizes.shape, operands.Input(sizes), operands.scratch.data(), fast.data());
      for (size_t i = 0; i < size; ++i) {
        ASSERT_NEAR(fast[i], plain[i], 1e-5) << kernels->name << " width " << sizes.shape.width;
      }
    }
  }
}

TEST(Attention, ARowsResultDoesNotDependOnItsBlock) {
  Random random(9);
  for (const Sizes& sizes : kSizes) {
    Operands operands(sizes, random);
    const size_t width = sizes.shape.width;
    for (const KernelTable* kernels : SupportedKernels()) {
      std::vector<float> block(sizes.rows * width), row(width);
      kernels->attention(sizes.shape, operands.Input(sizes), operands.scratch.data(), block.data());
      for (size_t i = 0; i < sizes.rows; ++i) {
        AttentionInput input = operands.Input(sizes);
        input.queries += i * width;
        input.rows = 1;
        input.key_rows = sizes.key_rows - sizes.rows + i + 1;
        kernels->attention(sizes.shape, input, operands.scratch.data(), row.data());
        for (size_t d = 0; d < width; ++d) {
          ASSERT_EQ(row[d], block[i * width + d])
              << kernels->name << " width " << width << " row " << i << " column " << d;
        }
      }
    }
  }
}

TEST(Attention, LargeLogitsDoNotOverflow) {
  const AttentionShape shape{4, 1, 4};
  const std::vector<float> queries(4, 100.0f);
  std::vector<float> key_values(2 * 8, 100.0f), bias(4, 0.0f), output(4);
  std::vector<float> scratch(AttentionScratchSize(shape));
  for (const KernelTable* kernels : SupportedKernels()) {
    kernels->attention(shape, {queries.data(), key_values.data(), bias.data(), 1, 2},
                       scratch.data(), output.data());
    for (const float value : output) EXPECT_FLOAT_EQ(value, 100.0f) << kernels->name;
  }
}

}  // namespace
}  // namespace tsugi
