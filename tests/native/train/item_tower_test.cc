// The semantic tower and the projection in training.
#include "native/train/item_tower/item_tower.h"

#include <gtest/gtest.h>

#include "native/train/batch_gradient.h"
#include "native/train/negatives.h"
#include "tests/native/intent/shop_log.h"
#include "tests/native/log/temp_files.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

/// Six items by name; "cold" occurs as the last event of one user alone, so training never sees it.
constexpr char kItems[] =
    "item_id,title,kind\n"
    "a,red shoe,shoe\nb,red hat,hat\nc,blue shoe,shoe\nd,blue hat,hat\ne,green hat,hat\n"
    "cold,red shoe,shoe\n";

std::string Events() {
  std::string log = "user_id,item_id,timestamp\n";
  const std::string ids[] = {"a", "b", "c", "d", "e"};
  for (int user = 0; user < 12; ++user) {
    for (int i = 0; i < 7; ++i) {
      const bool is_cold = user == 0 && i == 5;  // the validation event
      log += "u" + std::to_string(user) + "," + (is_cold ? "cold" : ids[(user + i) % 5]) + "," +
             std::to_string(1000 + i) + "\n";
    }
  }
  return log;
}

class ItemTowerTest : public testing::Test {
 protected:
  const Dataset& data() const { return shop_.dataset(); }
  ItemFeatureMatrix Features(uint32_t count) const {
    return ItemFeatureMatrix::Build(data(), data().train_end(), count);
  }

  ShopLog shop_{Events(), kItems};
};

TEST_F(ItemTowerTest, TheMaskingRateIsMeasured) {
  const std::vector<bool> is_known = Features(4096).is_known;
  EXPECT_FALSE(is_known[shop_.ItemOf("cold")]);
  EXPECT_EQ(std::count(is_known.begin(), is_known.end(), true), 5);
  EXPECT_NEAR(MeasureColdShare(data()), 1.0 / 6.0, 1e-9);  // of the items; of the cases 1 in 12
  const auto config = TinyConfig(data(), {"item_tower.enabled=on"});
  EXPECT_NEAR(config.item_tower.id_mask, 1.0 / 6.0, 1e-9);
}

TEST_F(ItemTowerTest, FeaturesOfOneItemAloneSayNothing) {
  const auto matrix = Features(4096);
  const auto features_of = [&](const std::string& id) {
    const uint32_t item = shop_.ItemOf(id);
    return std::vector(matrix.features.begin() + matrix.offsets[item],
                       matrix.features.begin() + matrix.offsets[item + 1]);
  };
  EXPECT_EQ(features_of("a").size(), 3u);  // red, shoe, kind=shoe
  EXPECT_EQ(features_of("a"), features_of("cold"));
  EXPECT_EQ(features_of("e").size(), 2u);  // "green" is of e alone
  double squares = 0;
  for (int64_t i = 0; i < matrix.offsets[1]; ++i) squares += std::pow(matrix.weights[i], 2);
  EXPECT_NEAR(squares, 1.0, 1e-5);
}

TEST_F(ItemTowerTest, AMaskedItemLosesItsOwnVectorOnBothSides) {
  const TrainConfig config = TinyConfig(data(), {"item_tower.enabled=on", "scoring=dot"});
  const ModelSpec spec = MakeSpec(config, data());
  const auto matrix = Features(spec.item_tower->features);
  torch::manual_seed(2);
  SequenceModel model(spec, {}, &matrix);
  const uint32_t a = shop_.ItemOf("a"), cold = shop_.ItemOf("cold");
  auto mask = torch::zeros({spec.item_count}, torch::kBool);
  mask[a] = true;
  const auto rows = model.ItemRows(mask);
  EXPECT_TRUE(torch::allclose(rows[a], rows[cold]));  // the same words
  EXPECT_FALSE(torch::allclose(model.ItemRows()[a], rows[cold]));

  const EpochPacker packer(data(), data().train_end(), 8, 12, 1, 0, spec);
  BatchGradient(model, config, {.id_mask = mask}).Compute(packer.Batch(0), {}, 1.0, 4);
  const auto gradients = model.named_parameters()["items.table"].grad();
  EXPECT_EQ(gradients[a].abs().max().item<float>(), 0.0f);
  EXPECT_EQ(gradients[cold].abs().max().item<float>(), 0.0f);
  EXPECT_GT(gradients[shop_.ItemOf("b")].abs().max().item<float>(), 0.0f);
  EXPECT_GT(model.named_parameters()["item_tower.unknown"].grad().abs().max().item<float>(), 0.0f);
}

// An item that training never sees is no target, so as a candidate it could only lose.
TEST_F(ItemTowerTest, AnItemThatTrainingNeverSeesIsNoCandidateOfAnyLoss) {
  const std::vector<std::string> losses[] = {
      {"loss=cross_entropy"},
      {"loss=cross_entropy", "label_smoothing=0.2"},
      {"loss=sampled_softmax"},
      {"loss=gbce"},
      {"loss=cross_entropy", "targets=set", "label_smoothing=0.2"},
      {"loss=sampled_softmax", "targets=set"},
  };
  for (const auto& settings : losses) {
    auto all = settings;
    all.insert(all.end(), {"item_tower.enabled=on", "scoring=dot"});
    const TrainConfig config = TinyConfig(data(), all);
    const ModelSpec spec = MakeSpec(config, data());
    const auto matrix = Features(spec.item_tower->features);
    torch::manual_seed(2);
    SequenceModel model(spec, {}, &matrix);
    const EpochPacker packer(data(), data().train_end(), 8, 12, 1, 0, spec);
    const SetTargets sets(data(), data().train_end(), {.half_life_events = 2.0, .size = 4});
    Random random(1);
    const auto negatives =
        NegativeSampler::Create(config.proposal, data(), 4, matrix.is_known).Draw(false, random);
    const PackedBatch batch = packer.Batch(0);
    const EventTargets targets{.sets = config.targets == TargetKind::kSet ? &sets : nullptr};
    BatchGradient(model, config, targets).Compute(batch, negatives, 1.0, 4);
    // Nothing is masked, so `unknown` is a part of the row of "cold" alone.
    const auto unknown = model.named_parameters()["item_tower.unknown"].grad();
    EXPECT_EQ(unknown.abs().max().item<float>(), 0.0f) << settings.front() << settings.back();
    const auto table = model.named_parameters()["items.table"].grad();
    for (const char* id : {"a", "b", "c", "d", "e"}) {
      EXPECT_GT(table[shop_.ItemOf(id)].abs().max().item<float>(), 0.0f) << id;
    }
    if (config.loss != LossKind::kCrossEntropy || config.targets == TargetKind::kSet) continue;
    // All scores are 0: the loss of a position is the logarithm of the number of candidates.
    torch::NoGradGuard no_grad;
    for (auto& parameter : model.parameters()) parameter.zero_();
    torch::AutoGradMode with_gradients(true);
    const double loss = BatchGradient(model, config).Compute(batch, {}, 1.0, 4);
    EXPECT_NEAR(loss, std::log(5.0) * static_cast<double>(batch.target_count), 1e-3);
  }
}

TEST_F(ItemTowerTest, TheRefitKnowsItemsThatOnlyValidationKnew) {
  const auto config = TinyConfig(data(), {"item_tower.enabled=on"});
  const ModelSpec spec = MakeSpec(config, data());
  for (const bool is_refit : {false, true}) {
    const auto matrix = ItemFeatureMatrix::Build(
        data(), is_refit ? data().refit_end() : data().train_end(), spec.item_tower->features);
    const torch::Tensor trained = SequenceModel(spec, {}, &matrix).TrainedItems();
    EXPECT_EQ(trained.defined(), !is_refit);  // undefined: all
    if (trained.defined()) EXPECT_EQ(trained.size(0), 5);
  }
}

TEST_F(ItemTowerTest, ResumesInTheRefitWithTheSameItems) {
  const TrainConfig config =
      TinyConfig(data(), {"item_tower.enabled=on", "item_tower.id_mask=0.3", "loss=sampled_softmax",
                          "negatives=3", "max_epochs=2", "refit=on"});
  const TempFiles files;
  Trace whole, parts;
  ASSERT_TRUE(TrainInGroup(data(), config, Observe(files.path("a"), whole), whole).ok());
  auto options = Observe(files.path("b"), parts);
  // Two epochs of the selection are over, so it stops in the refit.
  int asked = 0;
  parts.stop = [&] { return parts.epoch_losses.size() == 2 && ++asked == 2; };
  const auto interrupted = TrainInGroup(data(), config, options, parts);
  ASSERT_TRUE(interrupted.ok()) << interrupted.status().message();
  EXPECT_TRUE(interrupted->was_interrupted);
  parts.stop = nullptr;
  options.resume = true;
  const auto resumed = TrainInGroup(data(), config, options, parts);
  ASSERT_TRUE(resumed.ok()) << resumed.status().message();
  EXPECT_EQ(parts.epoch_losses, whole.epoch_losses);
  EXPECT_EQ(parts.item_table, whole.item_table);
}

TEST_F(ItemTowerTest, ATowerWithoutMetadataIsAnErrorThatSaysWhatToDo) {
  const ShopLog bare(Events());
  const auto made = MakeConfig("netflix", "", "", {});
  ASSERT_TRUE(made.ok());
  const auto config = ResolveConfig(*made, bare.dataset());
  EXPECT_EQ(config.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(config.status().message().find("--items"), std::string::npos);
}

TEST_F(ItemTowerTest, TheNetflixPresetTrains) {
  const auto made = MakeConfig("netflix", "", "",
                               {"max_epochs=2", "width=16", "projection_width=-1", "workers=2"});
  ASSERT_TRUE(made.ok()) << made.status().message();
  const auto config = ResolveConfig(*made, data());
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->projection_width, 8);
  Trace trace;
  const TempFiles files;
  const auto result = TrainInGroup(data(), *config, Observe(files.path(""), trace), trace);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_EQ(trace.epoch_losses.size(), 2u);
  EXPECT_EQ(trace.item_table.size(), 6u * 8u);
}

}  // namespace
}  // namespace tsugi::train
