#include "core/kernels/linear.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string_view>
#include <vector>

#include "tests/core/kernels/random_values.h"

namespace tsugi {
namespace {

struct Sizes {
  size_t rows, inputs, outputs;
};
const Sizes kSizes[] = {{1, 4, 5},     {1, 64, 192},  {2, 7, 3},     {3, 21, 63}, {5, 64, 64},
                        {50, 64, 512}, {50, 256, 64}, {13, 100, 33}, {7, 1, 1}};

struct Layer {
  Layer(const Sizes& sizes, DType dtype, Random& random)
      : floats(RandomFloats(sizes.inputs * sizes.outputs, random)),
        bytes(RandomBytes(sizes.inputs * sizes.outputs, random)),
        scales(RandomFloats(sizes.outputs, random)),
        bias(RandomFloats(sizes.outputs, random)) {
    for (float& scale : scales.span()) scale = 0.002f + 0.01f * std::fabs(scale);
    const bool is_i8 = dtype == DType::kI8;
    weights.weight = {dtype, Shape::Matrix(sizes.outputs, sizes.inputs),
                      is_i8 ? static_cast<const void*>(bytes.data()) : floats.data()};
    if (is_i8) weights.scales = scales.span();
    weights.bias = bias.span();
  }
  AlignedBuffer<float> floats;
  AlignedBuffer<int8_t> bytes;
  AlignedBuffer<float> scales, bias;
  LinearWeights weights;
};

TEST(QuantizeRows, HandWorkedRowUsesItsWholeRange) {
  // Range [-1, 1.55]: multiplier 255 / 2.55 = 100, zero point -128 + 100 = -28.
  const float row[] = {-1.0f, 0.0f, 1.55f, 0.5f};
  int8_t q[4];
  RowQuantization quantization;
  QuantizeRowsReference(1, 4, row, q, &quantization);
  EXPECT_EQ(quantization.zero_point, -28);
  EXPECT_NEAR(quantization.scale, 0.01f, 1e-7);
  EXPECT_EQ(q[0], -128);
  EXPECT_EQ(q[1], -28);
  EXPECT_EQ(q[2], 127);
  EXPECT_EQ(q[3], 22);
}

TEST(QuantizeRows, ZeroRowStaysZero) {
  const float row[] = {0.0f, 0.0f, 0.0f};
  int8_t q[3];
  RowQuantization quantization;
  QuantizeRowsReference(1, 3, row, q, &quantization);
  for (const int8_t value : q) EXPECT_EQ(value, quantization.zero_point);
}

TEST(QuantizeRows, FastPathEqualsReferenceBitForBit) {
  Random random(3);
  for (const Sizes& sizes : kSizes) {
    const auto input = RandomFloats(sizes.rows * sizes.inputs, random, 3.0);
    auto linear_input = LinearInput::Create(DType::kI8, sizes.rows, sizes.inputs);
    ASSERT_TRUE(linear_input.ok());
    ASSERT_TRUE(linear_input->Prepare(sizes.rows, sizes.inputs, input.data()).ok());
    std::vector<int8_t> q(sizes.rows * sizes.inputs);
    std::vector<RowQuantization> quantization(sizes.rows);
    QuantizeRowsReference(sizes.rows, sizes.inputs, input.data(), q.data(), quantization.data());
    const LinearRows rows = linear_input->AllRows();
    for (size_t r = 0; r < sizes.rows; ++r) {
      EXPECT_EQ(rows.quantization[r].zero_point, quantization[r].zero_point);
      EXPECT_EQ(rows.quantization[r].scale, quantization[r].scale);
    }
    EXPECT_EQ(std::vector<int8_t>(rows.quantized, rows.quantized + q.size()), q);
  }
}

TEST(Linear, HandWorkedF32) {
  const auto make = [](std::initializer_list<float> values) {
    auto buffer = std::move(AlignedBuffer<float>::Create(values.size())).value();
    std::copy(values.begin(), values.end(), buffer.data());
    return buffer;
  };
  const auto weight = make({1, 2, 3, 4, 5, 6});  // [2, 3]
  const auto bias = make({10, 20});
  const auto input = make({1, 0, -1, 2, 1, 0});  // [2, 3]
  auto layer = Linear::Create({{DType::kF32, Shape::Matrix(2, 3), weight.data()}, {}, bias.span()});
  ASSERT_TRUE(layer.ok());
  auto linear_input = LinearInput::Create(DType::kF32, 2, 3);
  ASSERT_TRUE(linear_input.ok());
  ASSERT_TRUE(linear_input->Prepare(2, 3, input.data()).ok());
  float output[4];
  ASSERT_TRUE(layer->Run(linear_input->AllRows(), output).ok());
  EXPECT_EQ(std::vector<float>(output, output + 4), (std::vector<float>{8, 18, 14, 33}));
  ASSERT_TRUE(layer->Run(linear_input->Rows(1, 1), output).ok());
  EXPECT_EQ(std::vector<float>(output, output + 2), (std::vector<float>{14, 33}));
}

// Sums in another order and fused multiply-add: a few units in the last place of the largest term.
TEST(Linear, F32EqualsReference) {
  Random random(4);
  for (const Sizes& sizes : kSizes) {
    const Layer layer(sizes, DType::kF32, random);
    const auto input = RandomFloats(sizes.rows * sizes.inputs, random, 2.0);
    auto linear = Linear::Create(layer.weights);
    ASSERT_TRUE(linear.ok());
    std::vector<float> fast(sizes.rows * sizes.outputs), plain(fast.size());
    const LinearRows rows{.rows = sizes.rows, .values = input.data()};
    ASSERT_TRUE(linear->Run(rows, fast.data()).ok());
    LinearReference(layer.weights, rows, plain.data());
    for (size_t i = 0; i < fast.size(); ++i) {
      ASSERT_NEAR(fast[i], plain[i], 2e-6 * (1.0 + static_cast<double>(sizes.inputs)));
    }
  }
}

// The int32 sums are exact; only the last multiply-add may be fused.
TEST(Linear, I8EqualsReferenceUpToTheLastRounding) {
  Random random(5);
  for (const Sizes& sizes : kSizes) {
    const Layer layer(sizes, DType::kI8, random);
    const auto values = RandomFloats(sizes.rows * sizes.inputs, random, 2.0);
    auto linear = Linear::Create(layer.weights);
    auto input = LinearInput::Create(DType::kI8, sizes.rows, sizes.inputs);
    ASSERT_TRUE(linear.ok());
    ASSERT_TRUE(input.ok());
    ASSERT_TRUE(input->Prepare(sizes.rows, sizes.inputs, values.data()).ok());
    std::vector<float> fast(sizes.rows * sizes.outputs), plain(fast.size());
    ASSERT_TRUE(linear->Run(input->AllRows(), fast.data()).ok());
    LinearReference(layer.weights, input->AllRows(), plain.data());
    for (size_t i = 0; i < fast.size(); ++i) {
      ASSERT_NEAR(fast[i], plain[i], 5e-7 * (1.0 + std::fabs(plain[i]))) << sizes.inputs;
    }
  }
}

TEST(Linear, OneInputServesLayersOfSeveralWidths) {
  Random random(6);
  auto input = LinearInput::Create(DType::kI8, 4, 96);
  ASSERT_TRUE(input.ok());
  for (const size_t width : {96u, 24u, 64u, 24u}) {
    const Sizes sizes{3, width, 10};
    const Layer layer(sizes, DType::kI8, random);
    auto linear = Linear::Create(layer.weights);
    ASSERT_TRUE(linear.ok());
    const auto values = RandomFloats(3 * width, random);
    ASSERT_TRUE(input->Prepare(3, width, values.data()).ok());
    std::vector<float> fast(30), plain(30);
    ASSERT_TRUE(linear->Run(input->AllRows(), fast.data()).ok());
    LinearReference(layer.weights, input->AllRows(), plain.data());
    for (size_t i = 0; i < 30; ++i) EXPECT_NEAR(fast[i], plain[i], 1e-5);
  }
}

TEST(Linear, TheBuildOptionDecidesWhichEngineRuns) {
#ifdef TSUGI_REFERENCE_ONLY
  EXPECT_EQ(std::string_view(LinearEngineName()), "reference");
#else
  EXPECT_EQ(std::string_view(LinearEngineName()), "xnnpack");
#endif
}

}  // namespace
}  // namespace tsugi
