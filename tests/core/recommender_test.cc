#include "core/recommender.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/kernels/kernel_table.h"
#include "core/kernels/linear.h"
#include "core/session.h"
#include "tests/core/test_model.h"

namespace tsugi {
namespace {

// Every dense weight is 0, so nothing is added to x and hidden = norm(item row):
// row (1, 0, 0, 1) has mean .5 and variance .25, so it becomes (1, -1, -1, 1).
TEST(Recommender, ScoresAHandWorkedModel) {
  TestModel model(TinySpec());
  for (auto& [name, view] : model.view().tensors) {
    std::fill_n(model.data<float>(name), view.shape.elements(), 0.0f);
  }
  model.Set<float>("encoder.norm.weight", {1, 1, 1, 1});
  model.Set<float>(kItemTable, {1, 0, 0, 1,  //
                                0, 1, 0, 0,  //
                                1, 0, 0, 0,  //
                                0, 0, 1, 0,  //
                                1, 0, 0, 0.5f});
  model.view().spec.logit_scale = 2.0f;
  auto recommender = Recommender::Create(model.view());
  ASSERT_TRUE(recommender.ok()) << recommender.status().message();
  auto session = (*recommender)->CreateSession();
  ASSERT_TRUE(session.ok());
  ASSERT_TRUE((*session)->Push({0}).ok());
  const float expected_hidden[] = {1, -1, -1, 1};
  for (size_t d = 0; d < 4; ++d) EXPECT_NEAR((*session)->query()[d], expected_hidden[d], 3e-5);

  const auto list = (*session)->Recommend({.k = 4});  // item 0 is seen
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 4u);
  const std::pair<uint32_t, float> expected[] = {{4, 3.0f}, {2, 2.0f}, {1, -2.0f}, {3, -2.0f}};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ((*list)[i].item_index, expected[i].first);
    EXPECT_NEAR((*list)[i].score, expected[i].second, 1e-4);
  }
}

TEST(Recommender, RefusesABrokenModelWithItsTensorsName) {
  TestModel missing(TinySpec());
  missing.view().tensors.erase("encoder.layers.1.up.weight");
  const auto no_tensor = Recommender::Create(missing.view());
  EXPECT_EQ(no_tensor.status().code(), StatusCode::kCorruptModel);
  EXPECT_NE(no_tensor.status().message().find("encoder.layers.1.up.weight"), std::string::npos);

  TestModel infinite(TinySpec());
  infinite.data<float>(kItemTable)[3] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(Recommender::Create(infinite.view()).status().code(), StatusCode::kCorruptModel);

  TestModel bad_spec(TinySpec());
  bad_spec.view().spec.encoder.window = 0;
  EXPECT_EQ(Recommender::Create(bad_spec.view()).status().code(), StatusCode::kInvalidArgument);
}

TEST(Recommender, NeverNeedsTheDenseWeightsOfTheViewAfterCreation) {
  if (std::string_view(LinearEngineName()) == "reference") GTEST_SKIP() << "the reference borrows";
  TestModel model(TinySpec());
  const auto recommender = std::move(Recommender::Create(model.view())).value();
  const auto score = [&] {
    auto session = std::move(recommender->CreateSession()).value();
    EXPECT_TRUE(session->Push({1}).ok());
    return std::vector<float>(session->query().begin(), session->query().end());
  };
  const auto before = score();
  auto* weights = model.data<float>("encoder.layers.0.up.weight");
  std::fill_n(weights, 2 * 6 * 4, 9.0f);
  EXPECT_EQ(score(), before);
}

TEST(EngineInfo, NamesTheFastestPathOfThisBuild) {
  const std::string kernels = SupportedKernels().back()->name;
  EXPECT_EQ(EngineInfo(DType::kI8), std::string(LinearEngineName()) + "-int8 " + kernels);
  EXPECT_EQ(EngineInfo(DType::kF32), std::string(LinearEngineName()) + "-f32 " + kernels);
}

}  // namespace
}  // namespace tsugi
