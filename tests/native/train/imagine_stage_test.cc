#include <gtest/gtest.h>

#include <cmath>

#include "core/model/tensor_table.h"
#include "core/parts/imagine/concept_denoiser.h"
#include "core/parts/imagine/concept_writer.h"
#include "core/parts/imagine/noise_schedule.h"
#include "native/model/model_file.h"
#include "native/studies/imagine/prior_study.h"
#include "native/studies/imagine/rating_verifier.h"
#include "native/train/diffusion.h"
#include "native/train/model_tensors.h"
#include "native/train/modules/layers.h"
#include "native/train/stages/imagine/concept_prior.h"
#include "native/train/stages/imagine/concept_writer.h"
#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

constexpr uint32_t kItems = 40;

ModelSpec SmallSpec() {
  ModelSpec spec;
  spec.item_count = kItems;
  spec.encoder.width = 16;
  spec.encoder.layers = 1;
  spec.encoder.heads = 2;
  spec.encoder.feed_forward = 16;
  spec.encoder.window = 8;
  spec.normalize_hidden = true;
  spec.logit_scale = 10.0f;
  spec.imagine.emplace();
  spec.imagine->width = 24;
  spec.imagine->blocks = 2;
  return spec;
}

/// Two groups of items at opposite ends; users like their own group's and dislike the other's.
struct Tastes {
  Tastes() {
    torch::manual_seed(1);
    rows = torch::empty({kItems, 16});
    const auto end = UnitRows(torch::randn({1, 16}));
    for (int64_t i = 0; i < kItems; ++i) {
      rows[i] = ((i % 2 == 0 ? end : -end) + 0.15 * torch::randn({1, 16})).squeeze(0);
    }
    rows = UnitRows(rows);
    Random random(3);
    examples.width = 16;
    for (uint32_t m = 0; m < 2000; ++m) {
      const uint32_t user = m % 20;
      const auto item = static_cast<uint32_t>(random.NextBelow(kItems));
      for (int64_t d = 0; d < 16; ++d) {
        examples.queries.push_back(rows[user % 2][d].item<float>());
      }
      examples.items.push_back(item);
      examples.users.push_back(user);
      examples.is_like.push_back(item % 2 == user % 2 ? 1 : 0);
    }
  }
  torch::Tensor rows;
  RatingExamples examples;
};

const Tastes& SharedTastes() {
  static const Tastes tastes;
  return tastes;
}

PriorConfig ShortTraining() {
  PriorConfig config;
  config.steps = 1500;  // who likes what is an exclusive or
  config.batch = 128;
  config.check_every = 100;
  return config;
}

/// A model around a prior.
ModelData Assemble(const ConceptDenoiser& prior, const torch::Tensor& rows) {
  ModelSpec base = SmallSpec();
  base.imagine.reset();
  ModelData model = std::move(ModelData::Create(base)).value();
  for (const auto& [name, tensor] : model.tensors) {
    if (name.ends_with("norm.weight")) std::ranges::fill(model.floats(name), 1.0f);
  }
  std::copy_n(rows.contiguous().data_ptr<float>(), rows.numel(), model.floats(kItemTable).data());
  EXPECT_TRUE(model.ChangeSpec(SmallSpec()).ok());
  WriteParameters(*prior, kImagine, model);
  EXPECT_TRUE(model.View().Validate().ok());
  return model;
}

TEST(ConceptDenoiser, ItsTwinInTheEngineComputesTheSame) {
  torch::manual_seed(2);
  ConceptDenoiser prior(SmallSpec());
  {
    torch::NoGradGuard no_grad;  // zeros at the start would hide most of it
    for (auto& parameter : prior->parameters()) parameter.normal_(0.0, 0.3);
  }
  const ModelData model = Assemble(prior, torch::zeros({kItems, 16}));
  auto denoiser = std::move(tsugi::ConceptDenoiser::Create(model.View())).value();
  Random random(4);
  const auto noisy = DrawNormal(6, 16, random), query = UnitRows(DrawNormal(1, 16, random));
  auto buffer = std::move(AlignedBuffer<float>::Create(6 * 16)).value();
  std::copy_n(noisy.data_ptr<float>(), 6 * 16, buffer.data());
  const ConceptCondition conditions[] = {{{query.data_ptr<float>(), 16}, Rating::kDislike}, {}};
  std::vector<float> clean(6 * 16);
  for (const uint32_t t : {0u, 300u, 999u}) {
    ASSERT_TRUE(denoiser.Predict(t, conditions, 3, buffer.data(), clean.data()).ok());
    torch::NoGradGuard no_grad;
    const auto expected = prior->forward(
        noisy, torch::full({6}, static_cast<int64_t>(t), torch::kInt64), query.expand({6, 16}),
        torch::arange(6) < 3, torch::tensor({0, 0, 0, 2, 2, 2}, torch::kInt64));
    for (int64_t i = 0; i < 6 * 16; ++i) {
      const float wanted = expected.contiguous().data_ptr<float>()[i];
      EXPECT_NEAR(clean[static_cast<size_t>(i)], wanted, 2e-4 + 2e-4 * std::abs(wanted));
    }
  }
}

TEST(ConceptPrior, LearnsWhoLikesWhat) {
  const Tastes& tastes = SharedTastes();
  Observer silent;
  const auto prior = TrainPrior(SmallSpec(), tastes.rows, tastes.examples, tastes.examples,
                                ShortTraining(), 1, silent);
  ASSERT_TRUE(prior.ok()) << prior.status().message();
  EXPECT_LT(prior->valid_loss, 0.5);
  const ModelData model = Assemble(prior->prior, tastes.rows);
  auto sampler = std::move(ConceptSampler::Create(model.View())).value();
  std::vector<float> rows(8 * 16);
  for (const Rating rating : {Rating::kLike, Rating::kDislike}) {
    for (int64_t taste = 0; taste < 2; ++taste) {
      const float* query = tastes.rows[taste].contiguous().data_ptr<float>();
      ASSERT_TRUE(
          sampler.Sample({query, 16}, {.rating = rating, .guidance = 1.0f}, 0, 8, rows.data())
              .ok());
      const auto made = torch::from_blob(rows.data(), {8, 16});
      const double own = torch::matmul(made, tastes.rows[taste]).mean().item<double>();
      EXPECT_TRUE(rating == Rating::kLike ? own > 0.5 : own < -0.5) << own;
    }
  }
}

// Concepts of five numbers beside rows of 16: items 0 to 7 have no vector, the others the taste's.
TEST(ConceptPrior, LearnsVectorsThatWereGiven) {
  const Tastes& tastes = SharedTastes();
  ModelSpec spec = SmallSpec();
  spec.imagine->space = 5;
  torch::manual_seed(8);
  const auto end = UnitRows(torch::randn({1, 5}));
  auto given = torch::zeros({kItems, 5});
  for (int64_t i = 8; i < kItems; ++i) {
    given[i] = UnitRows((i % 2 == 0 ? end : -end) + 0.15 * torch::randn({1, 5})).squeeze(0);
  }
  RatingExamples examples = tastes.examples;
  DropItemsWithoutRow(given, examples);
  ASSERT_LT(examples.size(), tastes.examples.size());
  ASSERT_EQ(examples.queries.size(), examples.size() * 16);
  EXPECT_GE(*std::ranges::min_element(examples.items), 8u);
  EXPECT_EQ(examples.is_like[0], examples.items[0] % 2 == examples.users[0] % 2 ? 1 : 0);
  Observer silent;
  const auto prior = TrainPrior(spec, given, examples, examples, ShortTraining(), 1, silent);
  ASSERT_TRUE(prior.ok()) << prior.status().message();
  ModelSpec base = SmallSpec();
  base.imagine.reset();
  ModelData model = std::move(ModelData::Create(base)).value();
  ASSERT_TRUE(model.ChangeSpec(spec).ok());
  WriteParameters(*prior->prior, kImagine, model);
  std::copy_n(given.data_ptr<float>(), given.numel(), model.floats(kConceptSpace).data());
  EXPECT_TRUE(torch::equal(ReadConceptRows(model.View()), given));
  auto sampler = std::move(ConceptSampler::Create(model.View())).value();
  std::vector<float> rows(8 * 5);
  for (int64_t taste = 0; taste < 2; ++taste) {
    const float* query = tastes.rows[taste].contiguous().data_ptr<float>();
    ASSERT_TRUE(sampler.Sample({query, 16}, {.guidance = 1.0f}, 0, 8, rows.data()).ok());
    const auto made = torch::from_blob(rows.data(), {8, 5});
    const double cosine = torch::matmul(made, end.squeeze(0)).mean().item<double>();
    EXPECT_TRUE(taste == 0 ? cosine > 0.5 : cosine < -0.5) << cosine;
  }
}

TEST(ConceptPrior, RepeatsForASeedAndRefusesNothingToLearnFrom) {
  const Tastes& tastes = SharedTastes();
  PriorConfig config = ShortTraining();
  config.steps = 30;
  config.check_every = 10;
  Observer silent;
  const auto train = [&](uint64_t seed) {
    return TrainPrior(SmallSpec(), tastes.rows, tastes.examples, tastes.examples, config, seed,
                      silent);
  };
  EXPECT_EQ(train(5)->valid_loss, train(5)->valid_loss);
  EXPECT_NE(train(5)->valid_loss, train(6)->valid_loss);
  const auto empty = TrainPrior(SmallSpec(), tastes.rows, {}, tastes.examples, config, 1, silent);
  EXPECT_EQ(empty.status().code(), StatusCode::kInvalidArgument);
}

TEST(RatingVerifier, KnowsHeldOutTastesAndRefusesOneSidedRatings) {
  const Tastes& tastes = SharedTastes();
  const auto verified =
      TrainVerifier(tastes.rows, 20, tastes.examples, tastes.examples, tastes.examples, 1);
  ASSERT_TRUE(verified.ok()) << verified.status().message();
  EXPECT_GT(verified->held_out_auc, 0.95);
  EXPECT_LE(verified->auc_low, verified->held_out_auc);
  EXPECT_GE(verified->auc_high, verified->held_out_auc);
  RatingExamples likes = tastes.examples;
  std::ranges::fill(likes.is_like, uint8_t{1});
  EXPECT_EQ(TrainVerifier(tastes.rows, 20, likes, likes, likes, 1).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(FrechetDistance, IsThatOfTwoGaussians) {
  torch::manual_seed(1);
  const auto a = torch::randn({20000, 3}), shift = torch::tensor({{1.0, 2.0, 0.0}});
  EXPECT_NEAR(FrechetDistance(a, a), 0.0, 1e-6);
  EXPECT_NEAR(FrechetDistance(a, a + shift), 5.0, 1e-3);
  EXPECT_NEAR(FrechetDistance(a, 2.0 * a), 3.0, 0.1);  // (2 - 1)^2 a dimension
}

TEST(LikeRule, IsTheMedianUnlessGiven) {
  const TinyDataset log({"a 1 2 3 4 5", "b 2 3 4 5 6"});
  EXPECT_FALSE(FindLikeRule(log.dataset(), -1.0).has_values);
}

TEST(PlainTitle, DropsBracketsAndTurnsArticlesAround) {
  EXPECT_EQ(PlainTitle("Matrix, The (1999)"), "The Matrix");
  EXPECT_EQ(PlainTitle("City of God (Cidade de Deus) (2002)"), "City of God");
  EXPECT_EQ(PlainTitle("OPI Nail Lacquer, 0.5-Ounce"), "OPI Nail Lacquer, 0.5-Ounce");
  EXPECT_EQ(PlainTitle(""), "");
}

TEST(ReadTitles, KeepsWordsThatTwoTitlesHave) {
  StringTable titles;
  for (const char* title : {"The Night", "The Night Train", "Day"}) titles.Append(title);
  const TitleTexts texts = ReadTitles(titles.View(), 100);
  EXPECT_EQ(texts.words, (std::vector<std::string>{"", "Night", "The"}));
  EXPECT_EQ(texts.titles[1], (std::vector<uint32_t>{2, 1, TitleTexts::kUnknown}));
  EXPECT_EQ(texts.titles[2], (std::vector<uint32_t>{TitleTexts::kUnknown}));
}

TEST(ConceptWriter, DescribesItemsItDidNotLearnFrom) {
  const Tastes& tastes = SharedTastes();
  ModelView view;
  view.spec = SmallSpec();
  StringTable names;
  names.Append("kind=even");
  names.Append("kind=odd");
  std::vector<uint32_t> offsets = {0}, attributes;
  TitleTexts texts;
  texts.words = {"", "Even", "Odd", "Day"};
  for (uint32_t i = 0; i < kItems; ++i) {
    attributes.push_back(i % 2);
    offsets.push_back(i + 1);
    texts.titles.push_back({1 + i % 2, 3});
  }
  view.SetStrings(kAttributeStrings, names.View());
  view.item_attribute_offsets = offsets;
  view.item_attributes = attributes;
  ModelSpec spec = SmallSpec();
  spec.imagine->attributes = 2;
  spec.imagine->words = 4;
  Observer silent;
  const auto trained = TrainWriter(view, spec, tastes.rows, texts, 3, silent);
  ASSERT_TRUE(trained.ok()) << trained.status().message();
  EXPECT_GT(trained->quality.attribute_auc, 0.95);
  EXPECT_GT(trained->quality.word_accuracy, 0.95);  // the first word needs the row
  EXPECT_LT(trained->quality.common_accuracy, 0.9);
}

}  // namespace
}  // namespace tsugi::train
