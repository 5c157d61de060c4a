#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/parts/imagine/concept.h"
#include "core/recommender.h"
#include "core/session.h"
#include "tests/core/parts/imagine/imagine_model.h"

namespace tsugi {
namespace {

class SessionImagine : public testing::Test {
 protected:
  SessionImagine() {
    auto made = Recommender::Create(model_.view());
    EXPECT_TRUE(made.ok()) << made.status().message();
    recommender_ = std::move(made).value();
    session_ = std::move(recommender_->CreateSession()).value();
    EXPECT_TRUE(session_->Push({.item_index = 3}).ok());
  }
  std::vector<Concept> Imagine(const ImagineOptions& options) {
    auto made = session_->Imagine(options);
    EXPECT_TRUE(made.ok()) << made.status().message();
    return made.ok() ? std::move(made).value() : std::vector<Concept>();
  }

  ImagineModel model_;
  std::unique_ptr<Recommender> recommender_;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionImagine, NamesTheNearestItemsOfTheWholeCatalogue) {
  const auto concepts = Imagine({.n = 2, .nearest = 3});
  ASSERT_EQ(concepts.size(), 2u);
  const float* rows = model_.model().data<float>(kItemTable);
  for (const Concept& made : concepts) {
    ASSERT_EQ(made.nearest.size(), 3u);
    std::vector<float> cosines;
    for (size_t i = 0; i < 31; ++i) {
      float dot = 0;
      for (size_t d = 0; d < 8; ++d) dot += rows[i * 8 + d] * made.row[d];
      cosines.push_back(dot);
    }
    EXPECT_NEAR(made.nearest[0].cosine, *std::max_element(cosines.begin(), cosines.end()), 1e-4);
    EXPECT_NEAR(made.nearest[2].cosine, cosines[made.nearest[2].item_index], 1e-4);
    EXPECT_NEAR(made.Novelty(), 1.0f - made.nearest[0].cosine, 1e-6);
    EXPECT_FALSE(made.title.empty());
  }
}

TEST(SessionImagineGivenVectors, NamesTheNearestOfTheItemsThatHaveOne) {
  constexpr uint32_t kWidth = 5;
  ImagineModel model(DType::kF32, kWidth);
  float* given = model.model().data<float>(kConceptSpace);
  std::fill_n(given + 7 * kWidth, 3 * kWidth, 0.0f);  // items 7, 8 and 9 have none
  const auto recommender = std::move(Recommender::Create(model.view())).value();
  const auto session = std::move(recommender->CreateSession()).value();
  ASSERT_TRUE(session->Push({.item_index = 3}).ok());
  const auto concepts = session->Imagine({.n = 3, .nearest = 31});
  ASSERT_TRUE(concepts.ok()) << concepts.status().message();
  for (const Concept& made : *concepts) {
    ASSERT_EQ(made.row.size(), kWidth);
    ASSERT_EQ(made.nearest.size(), 28u);
    float last = 2.0f;
    for (const NearItem& near : made.nearest) {
      EXPECT_TRUE(near.item_index < 7 || near.item_index > 9) << near.item_index;
      float dot = 0;
      for (size_t d = 0; d < kWidth; ++d) dot += given[near.item_index * kWidth + d] * made.row[d];
      EXPECT_NEAR(near.cosine, dot, 1e-5);
      EXPECT_LE(near.cosine, last);
      last = near.cosine;
    }
    EXPECT_FALSE(made.title.empty());
  }
}

TEST(SessionImagineGivenVectors, AModelThatScoresByDotProductMayImagineThem) {
  ModelSpec spec = ImagineModel(DType::kF32, 5).view().spec;
  spec.normalize_hidden = false;
  EXPECT_TRUE(spec.Validate().ok());
  spec.imagine->space = 0;
  EXPECT_FALSE(spec.Validate().ok());
}

TEST_F(SessionImagine, NamesNoItemsIfNoneAreAskedFor) {
  const auto concepts = Imagine({.n = 1, .nearest = 0});
  ASSERT_EQ(concepts.size(), 1u);
  EXPECT_TRUE(concepts[0].nearest.empty());
  EXPECT_EQ(concepts[0].Novelty(), 1.0f);
}

TEST_F(SessionImagine, LeavesTheSessionAsItIs) {
  const auto before = session_->Recommend({.k = 31});
  Imagine({.n = 4});
  const auto after = session_->Recommend({.k = 31});
  for (size_t i = 0; i < before->size(); ++i) {
    EXPECT_EQ((*before)[i].item_index, (*after)[i].item_index);
    EXPECT_EQ((*before)[i].score, (*after)[i].score);
  }
}

TEST_F(SessionImagine, AnEmptySessionImaginesForNobody) {
  session_->Clear();
  const auto nobody = Imagine({.n = 1, .sample = {.rating = Rating::kNone, .guidance = 1.0f}});
  EXPECT_TRUE(session_->Push({.item_index = 9}).ok());
  const auto unasked = Imagine({.n = 1, .sample = {.guidance = 0.0f}});
  EXPECT_EQ(nobody[0].row, unasked[0].row);
}

TEST_F(SessionImagine, AvoidsAttributesByDrawingAgain) {
  // Attribute 0 where the row's first number is above 0, attribute 1 where it is not.
  std::vector<float> weights(32);
  weights[0] = 50.0f;
  weights[8] = -50.0f;
  model_.model().Set("imagine.concept.attributes.weight", weights);
  model_.model().Set("imagine.concept.attributes.bias", std::vector<float>(4));
  recommender_ = std::move(Recommender::Create(model_.view())).value();
  session_ = std::move(recommender_->CreateSession()).value();
  const uint32_t horror[] = {1};
  for (const Concept& made : Imagine({.n = 6, .avoid = horror})) {
    EXPECT_GE(made.row[0], 0.0f);
  }
  const uint32_t everything[] = {0, 1};
  EXPECT_TRUE(Imagine({.n = 6, .avoid = everything}).empty());
}

TEST_F(SessionImagine, RefusesOptionsOutOfRange) {
  const uint32_t unknown[] = {4};
  for (const ImagineOptions& options :
       {ImagineOptions{.n = 0}, ImagineOptions{.n = 65}, ImagineOptions{.sample = {.steps = 0}},
        ImagineOptions{.sample = {.steps = 2000}}, ImagineOptions{.sample = {.guidance = -1.0f}},
        ImagineOptions{.sample = {.guidance = 101.0f}},
        ImagineOptions{.sample = {.guidance = NAN}}}) {
    EXPECT_EQ(session_->Imagine(options).status().code(), StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(session_->Imagine({.avoid = unknown}).status().code(), StatusCode::kOutOfRange);
}

TEST_F(SessionImagine, AFileWithoutThePartSaysWhatToDo) {
  TestModel plain(TinySpec());
  const auto recommender = std::move(Recommender::Create(plain.view())).value();
  const auto session = std::move(recommender->CreateSession()).value();
  const Status status = session->Imagine({}).status();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_NE(status.message().find("--preset imagine"), std::string::npos);
}

TEST(SessionImagineI8, RunsOnInt8Weights) {
  ImagineModel model(DType::kI8);
  const auto recommender = Recommender::Create(model.view());
  ASSERT_TRUE(recommender.ok()) << recommender.status().message();
  const auto session = std::move((*recommender)->CreateSession()).value();
  const auto concepts = session->Imagine({.n = 64});
  ASSERT_TRUE(concepts.ok()) << concepts.status().message();
  EXPECT_EQ(concepts->size(), 64u);
}

}  // namespace
}  // namespace tsugi
