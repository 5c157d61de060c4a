#include "core/kernels/rowwise.h"

#include <gtest/gtest.h>

#include <cmath>
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

TEST(AddGated, HandWorked) {
  const float gate[] = {0.0f, 100.0f, -100.0f, std::log(3.0f), 0.0f};  // sigmoid .5, 1, 0, .75, .5
  const float branch[] = {2, 2, 2, 4, -2};
  for (const KernelTable* kernels : SupportedKernels()) {
    float x[] = {1, 1, 1, 1, 1};
    kernels->add_gated(5, gate, branch, x);
    const float expected[] = {2, 3, 1, 4, 0};
    for (size_t i = 0; i < 5; ++i) EXPECT_NEAR(x[i], expected[i], 1e-6) << kernels->name;
  }
}

// Sigmoid of a large argument is the exponential itself, so this measures the fast exp.
TEST(AddGated, FastExponentialStaysWithinThreeUlpOfTheStandardOne) {
  std::vector<float> gate;
  for (float x = -86.0f; x <= 86.0f; x += 0.0137f) gate.push_back(x);
  const std::vector<float> branch(gate.size(), 1.0f);
  for (const KernelTable* kernels : SupportedKernels()) {
    std::vector<float> x(gate.size(), 0.0f);
    kernels->add_gated(gate.size(), gate.data(), branch.data(), x.data());
    for (size_t i = 0; i < gate.size(); ++i) {
      const double exact = 1.0 / (1.0 + std::exp(-static_cast<double>(gate[i])));
      ASSERT_NEAR(x[i] / exact, 1.0, 3 * 1.2e-7) << kernels->name << " at " << gate[i];
    }
  }
}

TEST(AddGated, ExtremeGatesStayFinite) {
  const float gate[] = {-1e30f, 1e30f, -200.0f, 200.0f};
  const float branch[] = {1, 1, 1, 1};
  for (const KernelTable* kernels : SupportedKernels()) {
    float x[] = {0, 0, 0, 0};
    kernels->add_gated(4, gate, branch, x);
    EXPECT_NEAR(x[0], 0.0f, 1e-30) << kernels->name;
    EXPECT_EQ(x[1], 1.0f) << kernels->name;
    EXPECT_NEAR(x[2], 0.0f, 1e-30) << kernels->name;
    EXPECT_EQ(x[3], 1.0f) << kernels->name;
  }
}

TEST(SwiGlu, FastEqualsReferenceForOddWidths) {
  Random random(2);
  for (const KernelTable* kernels : SupportedKernels()) {
    for (const size_t width : {1u, 3u, 8u, 13u, 64u, 67u}) {
      const auto up = RandomFloats(3 * 2 * width, random, 5.0);
      std::vector<float> fast(3 * width), plain(3 * width);
      kernels->swiglu(3, width, up.data(), fast.data());
      SwiGluReference(3, width, up.data(), plain.data());
      for (size_t i = 0; i < plain.size(); ++i)
        ASSERT_NEAR(fast[i], plain[i], 1e-5) << kernels->name;
    }
  }
}

TEST(SwiGlu, HandWorkedRowTakesTheSiluOfTheFirstHalf) {
  const float up[] = {0.0f, std::log(3.0f), 7.0f, 2.0f};  // silu: 0, .75 log 3
  float output[2];
  SwiGluReference(1, 2, up, output);
  EXPECT_EQ(output[0], 0.0f);
  EXPECT_NEAR(output[1], 1.5f * std::log(3.0f), 1e-6);
}

TEST(Relu, KeepsThePositive) {
  float values[] = {-1, 0, 2, -0.5f, 3};
  Relu(5, values);
  EXPECT_EQ(std::vector<float>(values, values + 5), (std::vector<float>{0, 0, 2, 0, 3}));
}

}  // namespace
}  // namespace tsugi
