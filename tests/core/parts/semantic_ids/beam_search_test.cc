#include "core/parts/semantic_ids/beam_search.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/bit_set.h"
#include "tests/core/parts/semantic_ids/language_test_model.h"

namespace tsugi {
namespace {

// log p of an item by reading its codes one after another as a plain sequence.
float PlainScore(LanguageModel& model, const std::vector<uint32_t>& context, const SemanticId& id) {
  KvState state = model.CreateState();
  std::vector<float> hidden(model.width() + 16);
  std::vector<uint32_t> tokens = context;
  float score = 0.0f;
  for (size_t level = 0; level < kCodeLevels; ++level) {
    EXPECT_TRUE(model.Read(tokens, state, hidden.data()).ok());
    score += std::move(model.PredictCodes(level, 1, hidden.data())).value()[id[level]];
    tokens.assign(1, CodeToken(level, id[level]));
  }
  return score;
}

class BeamSearchTest : public testing::TestWithParam<DType> {
 protected:
  BeamSearchTest()
      : made_(GetParam()),
        model_(std::move(LanguageModel::Create(made_.view())).value()),
        trie_(made_.view()),
        state_(model_->CreateState()),
        hidden_(model_->width() + 16) {
    context_.push_back(kBeginToken);
    for (const uint32_t item : {3u, 17u, 8u}) {
      for (size_t l = 0; l < kCodeLevels; ++l) {
        context_.push_back(CodeToken(l, made_.ids()[item][l]));
      }
    }
    EXPECT_TRUE(model_->Read(context_, state_, hidden_.data()).ok());
  }

  std::vector<ScoredItem> Search(size_t width) {
    std::vector<ScoredItem> items;
    EXPECT_TRUE(search_.Run(*model_, trie_, state_, hidden_.data(), width, items).ok());
    return items;
  }

  std::vector<ScoredItem> AllItems() {
    std::vector<ScoredItem> all;
    for (uint32_t item = 0; item < LanguageTestModel::kItems; ++item) {
      all.push_back({item, PlainScore(*model_, context_, made_.ids()[item])});
    }
    std::sort(all.begin(), all.end(), RanksBefore);
    return all;
  }

  LanguageTestModel made_;
  std::unique_ptr<LanguageModel> model_;
  ItemTrie trie_;
  KvState state_;
  std::vector<float> hidden_;
  std::vector<uint32_t> context_;
  BeamSearch search_;
};

TEST_P(BeamSearchTest, AsWideAsTheCatalogueIsTheWholeRanking) {
  const auto all = AllItems();
  const auto found = Search(LanguageModel::kMostBranches);
  ASSERT_EQ(found.size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_NEAR(found[i].score, all[i].score, 2e-4f) << i;
    if (i > 0 && all[i - 1].score - all[i].score > 1e-3f) {
      EXPECT_EQ(found[i].item_index, all[i].item_index) << i;
    }
  }
}

TEST_P(BeamSearchTest, EveryItemOfANarrowBeamHasItsOwnProbability) {
  const auto all = AllItems();
  const auto found = Search(5);
  ASSERT_EQ(found.size(), 5u);
  for (const ScoredItem& item : found) {
    const auto own = std::find_if(all.begin(), all.end(), [&](const ScoredItem& other) {
      return other.item_index == item.item_index;
    });
    EXPECT_NEAR(item.score, own->score, 2e-4f);
  }
}

TEST_P(BeamSearchTest, LeavesTheStateAsItWas) {
  const size_t rows = state_.row_count();
  const auto first = Search(8);
  EXPECT_EQ(state_.row_count(), rows);
  const auto second = Search(8);
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].item_index, second[i].item_index);
    EXPECT_EQ(first[i].score, second[i].score);
  }
}

TEST_P(BeamSearchTest, NeverFindsABlockedItemAndFillsTheListWithOthers) {
  const auto before = Search(6);
  BitSet blocked(LanguageTestModel::kItems);
  for (const ScoredItem& item : before) blocked.Set(item.item_index);
  trie_.Block(blocked.words());
  const auto after = Search(6);
  ASSERT_EQ(after.size(), 6u);
  for (const ScoredItem& item : after) EXPECT_FALSE(blocked.Test(item.item_index));
  blocked.SetAll();
  trie_.Block(blocked.words());
  EXPECT_TRUE(Search(6).empty());
}

TEST_P(BeamSearchTest, ParallelScoresAreSumsOfTheLevels) {
  const auto predicted = std::move(model_->PredictParallel(hidden_.data())).value();
  std::vector<float> scores(LanguageTestModel::kItems);
  ScoreByCodes(trie_, predicted, scores);
  for (uint32_t item = 0; item < scores.size(); ++item) {
    float sum = 0.0f;
    for (size_t l = 0; l < kCodeLevels; ++l) sum += predicted[l * 256 + made_.ids()[item][l]];
    EXPECT_FLOAT_EQ(scores[item], sum);
  }
}

INSTANTIATE_TEST_SUITE_P(Weights, BeamSearchTest, testing::Values(DType::kF32, DType::kI8),
                         [](const auto& test) { return std::string(DTypeName(test.param)); });

}  // namespace
}  // namespace tsugi
