#include "core/parts/imagine/concept_sampler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/parts/imagine/noise_schedule.h"
#include "tests/core/parts/imagine/imagine_model.h"

namespace tsugi {
namespace {

constexpr size_t kWidth = 8;

std::vector<float> Query(float first) {
  std::vector<float> query(kWidth, 0.1f);
  query[0] = first;
  NormalizeLength(kWidth, query.data());
  return query;
}

class ConceptSamplerTest : public testing::Test {
 protected:
  std::vector<float> Draw(std::span<const float> session, const SampleOptions& options,
                          uint32_t first = 0, size_t count = 3) {
    auto sampler = ConceptSampler::Create(model_.view());
    EXPECT_TRUE(sampler.ok()) << sampler.status().message();
    std::vector<float> rows(count * kWidth);
    const Status status = sampler->Sample(session, options, first, count, rows.data());
    EXPECT_TRUE(status.ok()) << status.message();
    return rows;
  }

  ImagineModel model_;
};

TEST_F(ConceptSamplerTest, DrawsUnitRowsThatFollowFromSeedAndNumberAlone) {
  const auto query = Query(1.0f);
  const auto rows = Draw(query, {.seed = 5});
  for (size_t r = 0; r < 3; ++r) {
    double length = 0.0;
    for (size_t d = 0; d < kWidth; ++d) length += std::pow(rows[r * kWidth + d], 2.0);
    EXPECT_NEAR(length, 1.0, 1e-5);
  }
  EXPECT_EQ(rows, Draw(query, {.seed = 5}));
  EXPECT_NE(rows, Draw(query, {.seed = 6}));
  const auto second = Draw(query, {.seed = 5}, 1, 1);
  for (size_t d = 0; d < kWidth; ++d) EXPECT_NEAR(second[d], rows[kWidth + d], 1e-5);
}

TEST_F(ConceptSamplerTest, WithoutGuidanceNobodyIsAsked) {
  const auto nobody = Draw({}, {.rating = Rating::kNone, .guidance = 1.0f});
  EXPECT_EQ(Draw(Query(1.0f), {.guidance = 0.0f}), nobody);
  EXPECT_EQ(Draw(Query(-1.0f), {.rating = Rating::kDislike, .guidance = 0.0f}), nobody);
  EXPECT_NE(Draw(Query(1.0f), {.guidance = 1.0f}), nobody);
}

TEST_F(ConceptSamplerTest, SessionAndRatingMatter) {
  const auto like = Draw(Query(1.0f), {});
  EXPECT_NE(like, Draw(Query(-1.0f), {}));
  EXPECT_NE(like, Draw(Query(1.0f), {.rating = Rating::kDislike}));
}

TEST_F(ConceptSamplerTest, GuidanceOfOneIsTheConditionAlone) {
  // From the definition, one step: x_0 is what the denoiser says of pure noise.
  const auto query = Query(0.5f);
  const auto rows = Draw(query, {.steps = 1, .guidance = 1.0f, .seed = 9}, 0, 1);
  auto denoiser = ConceptDenoiser::Create(model_.view());
  ASSERT_TRUE(denoiser.ok());
  auto noisy = std::move(AlignedBuffer<float>::Create(kWidth)).value();
  const Random random(9, 0);
  for (size_t d = 0; d < kWidth; d += 2) {
    const SinCos pair = NormalPair(random, d / 2 + 1);
    noisy.data()[d] = static_cast<float>(pair.cos);
    noisy.data()[d + 1] = static_cast<float>(pair.sin);
  }
  std::vector<float> clean(kWidth);
  const ConceptCondition condition{query, Rating::kLike};
  ASSERT_TRUE(denoiser->Predict(999, {&condition, 1}, 1, noisy.data(), clean.data()).ok());
  NormalizeLength(kWidth, clean.data());
  for (size_t d = 0; d < kWidth; ++d) EXPECT_FLOAT_EQ(rows[d], clean[d]);
}

TEST_F(ConceptSamplerTest, StaysFiniteAtTheEdgesOfItsOptions) {
  for (const uint32_t steps : {1u, 2u, kNoiseSteps}) {
    for (const float guidance : {0.0f, 50.0f, 100.0f}) {
      const auto rows = Draw(Query(1.0f), {.steps = steps, .guidance = guidance});
      for (const float value : rows) EXPECT_TRUE(std::isfinite(value));
    }
  }
}

TEST_F(ConceptSamplerTest, ReportsADenoiserThatDiverges) {
  for (size_t d = 0; d < kWidth; ++d) {
    model_.model().data<float>("imagine.output.bias")[d] = 1e38f;
    model_.model().data<float>("imagine.output.weight")[d] = 3e38f;
  }
  auto sampler = ConceptSampler::Create(model_.view());
  ASSERT_TRUE(sampler.ok());
  std::vector<float> rows(kWidth);
  const Status status = sampler->Sample({}, {}, 0, 1, rows.data());
  EXPECT_EQ(status.code(), StatusCode::kInternal);
}

}  // namespace
}  // namespace tsugi
