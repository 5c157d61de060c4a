#include "native/train/stages/semantic_ids/semantic_ids_stage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/model/tensor_table.h"
#include "core/recommender.h"
#include "core/session.h"
#include "native/export/quantize_model.h"
#include "native/train/model_tensors.h"
#include "native/train/stages/semantic_ids/language_model.h"
#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

constexpr uint32_t kItems = 24;

/// A recommender with random rows and titles over a log in which item i is followed by i + 1.
class SemanticIdsStage : public testing::Test {
 protected:
  SemanticIdsStage() : log_(ChainLog(120, kItems, 8, 3)) {
    ModelSpec spec;
    spec.item_count = kItems;
    spec.encoder.width = 8;
    spec.encoder.layers = 1;
    spec.encoder.heads = 2;
    spec.encoder.feed_forward = 8;
    spec.encoder.window = 8;
    spec.item_tower.emplace();
    spec.item_tower->features = 64;
    model_ = std::move(ModelData::Create(spec)).value();
    Random random(1);
    for (auto& [name, tensor] : model_.tensors) {
      for (float& value : model_.floats(name)) {
        value = static_cast<float>(random.NextUniform()) - 0.5f;
      }
    }
    for (uint32_t i = 0; i < kItems; ++i) {
      model_.strings[kItemTitleStrings].Append((i % 2 == 0 ? "even winter " : "odd summer ") +
                                               std::to_string(i));
    }
    config_ = std::move(MakeConfig("semantic", "", "", {})).value();
    config_.semantic_ids.width = 16;
    config_.semantic_ids.layers = 2;
    config_.semantic_ids.window = 64;
    config_.semantic_ids.pieces = 60;
    config_.semantic_ids.learning_rate = 5e-3;
    config_.semantic_ids.dropout = 0.0;
    config_.workers = 2;
  }

  Result<SemanticIdsResult> Train() {
    return TrainSemanticIds(log_.dataset(), config_, 1, silent_, model_);
  }

  TinyDataset log_;
  ModelData model_;
  TrainConfig config_;
  Observer silent_;
};

TEST_F(SemanticIdsStage, TheEngineGeneratesWhatTheNetworkLearnt) {
  const auto trained = Train();
  ASSERT_TRUE(trained.ok()) << trained.status().message();
  EXPECT_LT(trained->scores.next_loss, 2.0);  // log 24 = 3.2 knows nothing
  for (const WeightFormat weights : {WeightFormat::kF32, WeightFormat::kInt8}) {
    const ModelData exported = std::move(Quantize(model_.View(), weights)).value();
    const auto recommender = std::move(Recommender::Create(exported.View())).value();
    const auto session = std::move(recommender->CreateSession()).value();
    int hits = 0;
    for (uint32_t item = 0; item + 1 < kItems; ++item) {
      ASSERT_TRUE(session->Assign(std::vector<Event>{{item}}).ok());
      RecommendOptions options{.k = 1};
      options.ranking = RecommendOptions::Ranking::kGenerated;
      hits += std::move(session->Recommend(options)).value()[0].item_index == item + 1;
    }
    EXPECT_GE(hits, 20) << (weights == WeightFormat::kF32 ? "f32" : "int8");
  }
}

TEST_F(SemanticIdsStage, EngineAndNetworkGiveAnItemTheSameProbability) {
  config_.semantic_ids.epochs = 2;
  const auto trained = Train();
  ASSERT_TRUE(trained.ok()) << trained.status().message();
  // The same network, read from the view that was exported.
  const SemanticIdsSpec& spec = *model_.spec.semantic_ids;
  LanguageModel network(spec, 0.0, 0.0);
  torch::NoGradGuard no_grad;
  for (auto& parameter : network.named_parameters()) {
    const TensorView stored = model_.View().Find(kLanguage + parameter.key());
    const auto values = stored.as<float>();
    ASSERT_EQ(static_cast<size_t>(parameter.value().numel()), values.size()) << parameter.key();
    parameter.value().copy_(torch::tensor(std::vector<float>(values.begin(), values.end()))
                                .view(parameter.value().sizes()));
  }
  const StringTable pieces = ToTable(trained->items.pieces);
  const SubwordTokenizer tokenizer(pieces.View());
  const std::vector<bool> none(kItems);
  const LanguageExamples examples({log_.dataset(), log_.dataset().train_end(), trained->items.ids,
                                   trained->items.texts, tokenizer, none, LanguageHistory(spec)});
  const ModelData exported = std::move(Quantize(model_.View(), WeightFormat::kF32)).value();
  const auto recommender = std::move(Recommender::Create(exported.View())).value();
  const auto session = std::move(recommender->CreateSession()).value();
  for (uint32_t sequence = 0; sequence < 10; ++sequence) {
    const auto items = log_.dataset().sequence_items(sequence);
    for (const uint32_t position : {1u, 5u, 7u}) {
      const TokenExample example = examples.NextItem(sequence, position);
      const auto batch = MakeTokenBatch(PackExamples({example}, 64), 64);
      const double loss = SumLosses(network, batch, spec.pieces, 0.0).item<double>();
      std::vector<Event> events;
      for (uint32_t i = 0; i < position; ++i) events.push_back({items[i]});
      ASSERT_TRUE(session->Assign(events).ok());
      RecommendOptions options{.k = kItems};
      options.seen = RecommendOptions::Seen::kKeep;
      options.beam = 64;
      options.ranking = RecommendOptions::Ranking::kGenerated;
      const auto list = std::move(session->Recommend(options)).value();
      const auto own = std::find_if(list.begin(), list.end(), [&](const ScoredItem& one) {
        return one.item_index == items[position];
      });
      ASSERT_NE(own, list.end());
      EXPECT_NEAR(own->score, -loss, 1e-3);
    }
  }
}

TEST_F(SemanticIdsStage, ExamplesLearnWhatTheirTaskSays) {
  Tokenization items =
      std::move(TokenizeItems(model_.View(), config_.semantic_ids, {}, 1, silent_)).value();
  const StringTable pieces = ToTable(items.pieces);
  const SubwordTokenizer tokenizer(pieces.View());
  std::vector<bool> held_out(kItems);
  held_out[5] = true;
  const LanguageExamples examples(
      {log_.dataset(), log_.dataset().train_end(), items.ids, items.texts, tokenizer, held_out, 6});
  config_.semantic_ids.task_text = 0.5;
  config_.semantic_ids.task_describe = 0.25;
  config_.semantic_ids.task_query = 0.25;
  config_.semantic_ids.task_negatives = 0.25;
  size_t learnt_items = 0, verdicts = 0, texts = 0;
  for (const TokenExample& example : examples.Epoch(config_.semantic_ids, 1, 0)) {
    ASSERT_EQ(example.tokens.size(), example.is_target.size());
    ASSERT_LE(example.tokens.size(), 64u);
    EXPECT_EQ(example.tokens[0], kBeginToken);
    EXPECT_FALSE(example.is_target[0]);
    for (size_t i = 0; i < example.tokens.size(); ++i) {
      const uint32_t token = example.tokens[i];
      if (!example.is_target[i]) continue;
      learnt_items += token < kLevelCodes;
      verdicts += token == kYesToken || token == kNoToken;
      texts += token == kEndToken;
      EXPECT_TRUE(token != kBeginToken && token != kQueryToken && token != kItemToken);
    }
  }
  size_t events = 0;
  for (const uint32_t end : log_.dataset().train_end()) events += end;
  EXPECT_GE(learnt_items, events);
  EXPECT_GT(verdicts, 10u);
  EXPECT_GT(texts, 2u);
  Random random(1);
  for (uint32_t sequence = 0; sequence < 50; ++sequence) {
    const auto all = log_.dataset().sequence_items(sequence);
    const auto later = all.subspan(2, log_.dataset().train_end()[sequence] - 2);
    for (const bool is_hard : {false, true}) {
      const uint32_t negative = examples.DrawNegative(sequence, 2, is_hard, random);
      if (negative == all[2]) continue;  // nothing else was found
      EXPECT_EQ(std::find(later.begin(), later.end(), negative), later.end());
    }
  }
}

TEST_F(SemanticIdsStage, BothTokenizersTellItemsApartAndAlignmentBringsCodesToWords) {
  for (const CodeMethod method : {CodeMethod::kKmeans, CodeMethod::kRqvae}) {
    config_.semantic_ids.codes = NameOf(method);
    const auto items = TokenizeItems(model_.View(), config_.semantic_ids, {}, 1, silent_);
    ASSERT_TRUE(items.ok()) << items.status().message();
    EXPECT_EQ(MeasureUsage(items->ids).distinct, kItems) << NameOf(method);
  }
  config_.semantic_ids.codes = "nowhere.tsv";
  EXPECT_EQ(Train().status().code(), StatusCode::kNotFound);
  SemanticIdsConfig text_alone = config_.semantic_ids;
  text_alone.behaviour_weight = 0.0;
  ModelData silent = std::move(ModelData::Create(model_.spec)).value();
  EXPECT_EQ(TokenizeItems(silent.View(), text_alone, {}, 1, silent_).status().code(),
            StatusCode::kInvalidArgument);
}

// Vectors of another recommender, in two clusters: the first code tells them apart.
TEST_F(SemanticIdsStage, GivenVectorsTakeThePlaceOfTrainedRows) {
  const auto rows = ReadRows(model_.View(), kItemTable);
  auto behaviour = torch::zeros({int64_t{kItems}, 3});
  for (int64_t i = 0; i < int64_t{kItems}; ++i) behaviour[i][i % 2] = 1.0;
  config_.semantic_ids.text_weight = 0.0;
  const auto items = TokenizeItems(model_.View(), config_.semantic_ids, {}, 1, silent_, behaviour);
  ASSERT_TRUE(items.ok()) << items.status().message();
  EXPECT_EQ(items->codebooks.width, 3u);
  EXPECT_NE(items->ids[0][0], items->ids[1][0]);
  for (size_t i = 0; i < kItems; ++i) EXPECT_EQ(items->ids[i][0], items->ids[i % 2][0]) << i;
  EXPECT_EQ(items->row_codewords.width, static_cast<size_t>(rows.size(1)));
  const auto other =
      TokenizeItems(model_.View(), config_.semantic_ids, {}, 1, silent_, behaviour.slice(0, 1));
  EXPECT_EQ(other.status().code(), StatusCode::kInvalidArgument);
}

TEST_F(SemanticIdsStage, ItemsWithoutTextsAreCodedByBehaviourAlone) {
  model_.strings[kItemTitleStrings] = StringTable();
  config_.semantic_ids.epochs = 2;
  const auto trained = Train();
  ASSERT_TRUE(trained.ok()) << trained.status().message();
  EXPECT_EQ(model_.spec.semantic_ids->pieces, 0u);
  const ModelData exported = std::move(Quantize(model_.View(), WeightFormat::kInt8)).value();
  const auto recommender = Recommender::Create(exported.View());
  ASSERT_TRUE(recommender.ok()) << recommender.status().message();
  EXPECT_EQ((*recommender)->DescribeItem(0).status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace tsugi::train
