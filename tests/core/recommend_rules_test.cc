// Filters, caps and diversity against a plain computation over the whole ranking.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/test_engine.h"

namespace tsugi {
namespace {

constexpr uint32_t kItems = 700;
constexpr uint32_t kAttributes = 9;

ModelSpec RulesSpec(DType dtype, bool is_cosine) {
  ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
  spec.item_count = kItems;
  spec.normalize_hidden = is_cosine;
  spec.logit_scale = is_cosine ? 14.0f : 1.0f;
  return spec;
}

struct RulesEngine : Engine {
  RulesEngine(DType dtype, bool is_cosine) : Engine(Made(RulesSpec(dtype, is_cosine))) {}
  static std::vector<std::vector<uint32_t>> PerItem() {
    Random random(5);
    std::vector<std::vector<uint32_t>> lists(kItems);
    for (auto& list : lists) {
      for (uint32_t a = 0; a < kAttributes; ++a) {
        if (random.NextBelow(4) == 0) list.push_back(a);
      }
    }
    return lists;
  }
  static TestModel Made(const ModelSpec& spec) {
    TestModel made(spec);
    std::vector<std::string> names;
    for (uint32_t a = 0; a < kAttributes; ++a) names.push_back("f=" + std::to_string(a));
    made.SetAttributes(names, PerItem());
    return made;
  }
  double Dot(uint32_t a, uint32_t b) const {
    double sum = 0;
    for (size_t d = 0; d < rows[a].size(); ++d) sum += rows[a][d] * rows[b][d];
    return sum;
  }
  std::vector<std::vector<double>> ReadRows() {
    const ModelSpec& spec = recommender->spec();
    const bool is_f32 = spec.weight_dtype == DType::kF32;
    const float* floats = is_f32 ? model.data<float>(kItemTable) : nullptr;
    const int8_t* bytes = is_f32 ? nullptr : model.data<int8_t>(kItemTable);
    const float* scales = is_f32 ? nullptr : model.data<float>("items.table.scales");
    std::vector<std::vector<double>> all(kItems);
    for (uint32_t i = 0; i < kItems; ++i) {
      for (size_t at = i * spec.encoder.width; at < (i + 1) * spec.encoder.width; ++at) {
        all[i].push_back(is_f32 ? floats[at] : bytes[at] * static_cast<double>(scales[i]));
      }
    }
    return all;
  }
  const std::vector<std::vector<double>> rows = ReadRows();
};

// The definition in core/decode/list_selector.h, word for word, over the ranking of everything.
std::vector<uint32_t> GreedyList(RulesEngine& engine, Session& session,
                                 const std::vector<Recommendation>& ranking,
                                 const RecommendOptions& options) {
  const auto attributes = RulesEngine::PerItem();
  double hidden = 0;
  for (const float h : session.query()) hidden += static_cast<double>(h) * h;
  const double scale = engine.recommender->spec().logit_scale * std::sqrt(hidden) *
                       std::sqrt(engine.Dot(ranking[0].item_index, ranking[0].item_index));
  std::vector<uint32_t> used(kAttributes), list;
  std::vector<bool> is_taken(kItems);
  while (list.size() < options.k) {
    const Recommendation* best = nullptr;
    double best_value = 0;
    for (const Recommendation& r : ranking) {
      bool is_open = !is_taken[r.item_index];
      for (const uint32_t a : attributes[r.item_index]) {
        const bool is_capped =
            std::count(options.cap_attributes.begin(), options.cap_attributes.end(), a) > 0;
        if (options.cap > 0 && is_capped && used[a] >= options.cap) is_open = false;
      }
      if (!is_open) continue;
      double overlap = 0;
      for (const uint32_t c : options.diversity > 0 ? list : std::vector<uint32_t>()) {
        const double cosine = engine.Dot(r.item_index, c) /
                              std::sqrt(engine.Dot(r.item_index, r.item_index) * engine.Dot(c, c));
        overlap = std::max(overlap, cosine);
      }
      const double value =
          (1.0 - options.diversity) * r.score / scale - options.diversity * overlap;
      if (best == nullptr || value > best_value) best = &r, best_value = value;
    }
    if (best == nullptr) break;
    is_taken[best->item_index] = true;
    list.push_back(best->item_index);
    for (const uint32_t a : attributes[best->item_index]) ++used[a];
  }
  return list;
}

class RecommendRules : public testing::TestWithParam<std::pair<DType, bool>> {
 protected:
  RecommendRules() : engine_(GetParam().first, GetParam().second) {
    session_ = engine_.NewSession();
    EXPECT_TRUE(session_->Assign(RandomEvents(12, kItems)).ok());
  }
  void ExpectGreedy(RecommendOptions options) {
    RecommendOptions plain = options;
    plain.k = kItems;
    plain.cap = 0;
    plain.diversity = 0;
    const auto ranking = session_->Recommend(plain);
    const auto list = session_->Recommend(options);
    ASSERT_TRUE(ranking.ok() && list.ok()) << list.status().message();
    EXPECT_EQ(Items(*list), GreedyList(engine_, *session_, *ranking, options))
        << "k " << options.k << ", cap " << options.cap << ", diversity " << options.diversity;
  }
  RulesEngine engine_;
  std::unique_ptr<Session> session_;
};

TEST_P(RecommendRules, CapsGiveWhatGreedySelectionOverTheFullRankingGives) {
  const std::vector<uint32_t> some = {1, 4, 5};
  const std::vector<uint32_t> every = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  for (const uint32_t cap : {1u, 2u, 5u, 300u}) {
    for (const uint32_t k : {1u, 5u, 40u, 200u, 700u}) {
      ExpectGreedy({.k = k, .cap = cap, .cap_attributes = some});
      ExpectGreedy({.k = k, .cap = cap, .cap_attributes = every});
    }
  }
}

TEST_P(RecommendRules, DiversityGivesTheMaximalMarginalRelevanceOfTheWholeCatalogue) {
  const std::vector<uint32_t> some = {0, 3};
  for (const float diversity : {0.1f, 0.3f, 0.7f, 1.0f}) {
    for (const uint32_t k : {1u, 5u, 30u}) {
      ExpectGreedy({.k = k, .diversity = diversity});
      ExpectGreedy({.k = k, .cap = 2, .cap_attributes = some, .diversity = diversity});
    }
  }
}

TEST_P(RecommendRules, AllowedItemsAloneAreRanked) {
  const std::vector<uint32_t> allow = {699, 3, 64, 3, 128, 0, 63};
  const auto list = session_->Recommend(
      {.k = 20, .seen = RecommendOptions::Seen::kKeep, .exclude = {{64}}, .allow = allow});
  ASSERT_TRUE(list.ok());
  auto items = Items(*list);
  std::sort(items.begin(), items.end());
  EXPECT_EQ(items, (std::vector<uint32_t>{0, 3, 63, 128, 699}));
  EXPECT_EQ(session_->Recommend({.k = 700, .seen = RecommendOptions::Seen::kKeep})->size(), 700u)
      << "the filter of one call leaves no trace in the next";
}

TEST_P(RecommendRules, ThePredicateRanksTheItemsThatMeetIt) {
  const std::vector<int32_t> predicate = {1, 2, kEndClause, ~3, kEndClause};
  const auto attributes = RulesEngine::PerItem();
  const auto has = [&](uint32_t item, uint32_t a) {
    return std::count(attributes[item].begin(), attributes[item].end(), a) > 0;
  };
  const auto all = session_->Recommend({.k = kItems});
  std::vector<uint32_t> expected;
  for (const uint32_t item : Items(*all)) {
    if ((has(item, 1) || has(item, 2)) && !has(item, 3)) expected.push_back(item);
  }
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(Items(*session_->Recommend({.k = kItems, .predicate = predicate})), expected);
  }
  ExpectGreedy(
      {.k = 30, .predicate = predicate, .cap = 3, .cap_attributes = {{1, 5}}, .diversity = 0.4f});
}

INSTANTIATE_TEST_SUITE_P(Kinds, RecommendRules,
                         testing::Values(std::pair(DType::kF32, false),
                                         std::pair(DType::kF32, true), std::pair(DType::kI8, false),
                                         std::pair(DType::kI8, true)));

TEST(RecommendRulesErrors, AreNamedAndChangeNothing) {
  RulesEngine engine(DType::kI8, true);
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  const auto code = [&](const RecommendOptions& options) {
    return session->Recommend(options).status().code();
  };
  const std::vector<uint32_t> far = {kItems}, no_attribute = {kAttributes};
  const std::vector<int32_t> bad = {int32_t{kAttributes}, kEndClause}, open = {1};
  EXPECT_EQ(code({.allow = far}), StatusCode::kOutOfRange);
  EXPECT_EQ(code({.cap = 1, .cap_attributes = no_attribute}), StatusCode::kOutOfRange);
  EXPECT_EQ(code({.predicate = bad}), StatusCode::kOutOfRange);
  EXPECT_EQ(code({.predicate = open}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.diversity = -0.1f}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.diversity = 1.5f}), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.diversity = std::nanf("")}), StatusCode::kInvalidArgument);
  EXPECT_EQ(session->Recommend({.k = 700})->size(), 699u);
}

TEST(RecommendRules, WithEverythingFilteredTheListIsEmpty) {
  RulesEngine engine(DType::kF32, false);
  const auto session = engine.NewSession();
  ASSERT_TRUE(session->Push({2}).ok());
  const std::vector<uint32_t> none, seen_only = {2};
  const std::vector<int32_t> never = {kEndClause};
  EXPECT_EQ(session->Recommend({.allow = none})->size(), 0u);
  EXPECT_EQ(session->Recommend({.allow = seen_only, .cap = 1, .cap_attributes = {{0}}})->size(),
            0u);
  EXPECT_EQ(session->Recommend({.predicate = never, .diversity = 0.5f})->size(), 0u);
}

TEST(RecommendRules, AnEmptySessionIsOrderedByItemIndexAndDiversityStillApplies) {
  RulesEngine engine(DType::kI8, true);
  const auto session = engine.NewSession();
  EXPECT_EQ(Items(*session->Recommend({.k = 3, .cap = 700, .cap_attributes = {{0}}})),
            (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(session->Recommend({.k = 50, .diversity = 1.0f})->size(), 50u);
}

}  // namespace
}  // namespace tsugi
