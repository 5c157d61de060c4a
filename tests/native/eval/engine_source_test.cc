#include "native/eval/engine_source.h"

#include <gtest/gtest.h>

#include "core/recommender.h"
#include "core/session.h"
#include "native/eval/evaluator.h"
#include "tests/native/eval/small_log.h"
#include "tests/native/eval/small_model.h"

namespace tsugi {
namespace {

std::vector<uint32_t> RanksOf(const Result<std::vector<TargetRank>>& ranks) {
  EXPECT_TRUE(ranks.ok()) << ranks.status().message();
  std::vector<uint32_t> numbers;
  for (const TargetRank& r : *ranks) numbers.push_back(r.rank);
  return numbers;
}

TEST(EngineSource, RanksFiveItemsAsTheirScoresSay) {
  // Scores 1 3 2 3 0, so the list is 1, 3 (tie), 2, 0, 4.
  const ModelData model = MakeConstantModel({1, 3, 2, 3, 0});
  const SmallLog log(5, {{4, 0}, {4, 1}, {4, 2}, {4, 3}, {0, 4}});
  const auto kept = RankCases(log.set(), *MakeEngineSource(model.View()), {.filter_seen = false});
  EXPECT_EQ(RanksOf(kept), (std::vector<uint32_t>{4, 1, 3, 2, 5}));
  EXPECT_EQ((*kept)[3].tied_from, 1u);
  EXPECT_EQ((*kept)[0].tied_from, 0u);
  const SmallLog seen(5, {{1, 3, 2}, {1, 2, 1}});
  EXPECT_EQ(RanksOf(RankCases(seen.set(), *MakeEngineSource(model.View()), {.filter_seen = true})),
            (std::vector<uint32_t>{1, 0}));
}

TEST(EngineSource, GivesTheWholeHistoryToTheSession) {
  std::vector<std::string> ids(40);
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = "item" + std::to_string(i);
  const ModelData model = MakeRandomModel(ids, 7);
  std::vector<std::vector<uint32_t>> sequences;
  Random random(3);
  for (uint32_t s = 0; s < 150; ++s) {
    std::vector<uint32_t> items(2 + random.NextBelow(9));
    for (uint32_t& item : items) item = static_cast<uint32_t>(random.NextBelow(ids.size()));
    sequences.push_back(items);
  }
  const SmallLog log(ids.size(), sequences);
  const auto ranks =
      RankCases(log.set(), *MakeEngineSource(model.View()), {.filter_seen = false, .threads = 3});
  ASSERT_TRUE(ranks.ok());

  const auto recommender = Recommender::Create(model.View());
  ASSERT_TRUE(recommender.ok());
  const auto session = (*recommender)->CreateSession();
  ASSERT_TRUE(session.ok());
  for (size_t i = 0; i < sequences.size(); ++i) {
    (*session)->Clear();
    for (size_t e = 0; e + 1 < sequences[i].size(); ++e) {
      ASSERT_TRUE((*session)->Push({sequences[i][e]}).ok());
    }
    const auto list = (*session)->Recommend({.k = 40, .seen = RecommendOptions::Seen::kKeep});
    ASSERT_TRUE(list.ok());
    EXPECT_EQ((*list)[(*ranks)[i].rank - 1].item_index, sequences[i].back()) << "case " << i;
  }
}

TEST(EngineSource, ReportsABrokenModel) {
  ModelData model = MakeConstantModel({1, 2});
  model.tensors.erase(kItemTable);
  const SmallLog log(2, {{0, 1}});
  const auto ranks = RankCases(log.set(), *MakeEngineSource(model.View()), {});
  ASSERT_FALSE(ranks.ok());
  EXPECT_EQ(ranks.status().code(), StatusCode::kCorruptModel);
}

}  // namespace
}  // namespace tsugi
