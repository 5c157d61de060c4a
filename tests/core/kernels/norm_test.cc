#include "core/kernels/norm.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/kernels/kernel_table.h"
#include "tests/core/kernels/random_values.h"

namespace tsugi {
namespace {

TEST(LayerNorm, HandWorkedRow) {
  const float weight[] = {1, 2, 1, 1}, bias[] = {0, 0, 5, 0};
  const float x[] = {1, 1, -1, -1};  // mean 0, variance 1
  for (const KernelTable* kernels : SupportedKernels()) {
    float y[4];
    kernels->layer_norm({weight, bias, 4}, 1, x, y);
    EXPECT_NEAR(y[0], 1.0f, 1e-5) << kernels->name;
    EXPECT_NEAR(y[1], 2.0f, 2e-5) << kernels->name;
    EXPECT_NEAR(y[2], 4.0f, 1e-5) << kernels->name;
    EXPECT_NEAR(y[3], -1.0f, 1e-5) << kernels->name;
  }
}

TEST(LayerNorm, ConstantRowBecomesTheBias) {
  const std::vector<float> weight(5, 3.0f), bias(5, 0.25f), x(5, 7.0f);
  for (const KernelTable* kernels : SupportedKernels()) {
    std::vector<float> y(5);
    kernels->layer_norm({weight.data(), bias.data(), 5}, 1, x.data(), y.data());
    EXPECT_EQ(y, bias) << kernels->name;
  }
}

TEST(LayerNorm, FastEqualsReferenceForOddWidthsAndInPlace) {
  Random random(1);
  for (const KernelTable* kernels : SupportedKernels()) {
    for (const size_t width : {1u, 4u, 7u, 8u, 9u, 31u, 64u, 65u, 256u}) {
      const auto weight = RandomFloats(width, random), bias = RandomFloats(width, random);
      auto x = RandomFloats(3 * width, random, 4.0);
      std::vector<float> plain(3 * width);
      LayerNormReference({weight.data(), bias.data(), width}, 3, x.data(), plain.data());
      kernels->layer_norm({weight.data(), bias.data(), width}, 3, x.data(), x.data());
      for (size_t i = 0; i < plain.size(); ++i) ASSERT_NEAR(x[i], plain[i], 3e-6) << kernels->name;
    }
  }
}

TEST(NormalizeLength, MakesAUnitVectorAndLeavesZeroAlone) {
  float v[] = {3, 0, 4};
  NormalizeLength(3, v);
  EXPECT_FLOAT_EQ(v[0], 0.6f);
  EXPECT_FLOAT_EQ(v[2], 0.8f);
  float zero[] = {0, 0};
  NormalizeLength(2, zero);
  EXPECT_EQ(zero[0], 0.0f);
}

}  // namespace
}  // namespace tsugi
