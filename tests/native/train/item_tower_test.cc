// The semantic tower and the projection in training.
#include "native/train/item_tower/item_tower.h"

#include <gtest/gtest.h>

#include "native/train/batch_gradient.h"
#include "native/train/negatives.h"
#include "native/train/stages/semantic_ids/item_tokenizer.h"
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
    return ItemFeatureMatrix::Build(data(), data().train_end(), count, {});
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
  const auto rows = model.ItemRows({.ids = mask});
  EXPECT_TRUE(torch::allclose(rows[a], rows[cold]));  // the same words
  EXPECT_FALSE(torch::allclose(model.ItemRows()[a], rows[cold]));

  const EpochPacker packer(data(), data().train_end(), 8, 12, 1, 0, spec);
  BatchGradient(model, config, {.mask = {.ids = mask}}).Compute(packer.Batch(0), {}, 1.0, 4);
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
        data(), is_refit ? data().refit_end() : data().train_end(), spec.item_tower->features, {});
    const torch::Tensor trained = SequenceModel(spec, {}, &matrix).TrainedItems();
    EXPECT_EQ(trained.defined() ? trained.size(0) : 6, is_refit ? 6 : 5);  // undefined: all
  }
}

TEST_F(ItemTowerTest, ResumesInTheRefitWithTheSameItems) {
  const TrainConfig config =
      TinyConfig(data(), {"item_tower.enabled=on", "item_tower.id_mask=0.3", "loss=sampled_softmax",
                          "negatives=3", "max_epochs=2", "refit=on"});
  const TempFiles files;
  for (const char* folder : {"a", "b"}) std::filesystem::create_directory(files.path(folder));
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

// Vectors of two kinds for the six items; "text" is missing for "b" and "cold".
class GivenVectorsTest : public ItemTowerTest {
 protected:
  GivenVectorsTest() {
    ImportOptions options;
    options.events = {files_.Write("events.csv", Events())};
    options.min_count = 1;
    options.out = files_.path("data");
    options.item_vectors = {
        {"image",
         files_.Write("image.csv",
                      "id,v\na,\"[3,0]\"\nb,\"[0,5]\"\nc,\"[-1,0]\"\nd,\"[0,-1]\"\n"
                      "e,\"[1,1]\"\ncold,\"[30,0]\"\n"),
         {}},
        {"text", files_.Write("text.csv", "id,v\na,[2]\nc,[-2]\nd,[1]\ne,[-1]\n"), {}}};
    const auto imported = ImportLog(options);
    EXPECT_TRUE(imported.ok()) << imported.status().message();
    given_.emplace(*Dataset::Open(options.out));
  }
  const Dataset& given() const { return *given_; }
  uint32_t ItemOf(std::string_view id) const { return shop_.ItemOf(id); }

  TempFiles files_;
  std::optional<Dataset> given_;
};

TEST_F(GivenVectorsTest, AreWhatATowerWithoutTextIsMadeOf) {
  const TrainConfig config = TinyConfig(given(), {"item_tower.enabled=on", "scoring=dot"});
  EXPECT_EQ(config.item_tower.features, 1);
  EXPECT_EQ(config.item_tower.vector_mask, 0.1);
  EXPECT_EQ(config.item_tower.modalities(), (std::vector<std::string>{"image", "text"}));
  const ModelSpec spec = MakeSpec(config, given());
  EXPECT_EQ(spec.item_tower->modality_widths, (std::vector<uint32_t>{2, 1}));
  const auto matrix = ItemFeatureMatrix::Build(
      given(), given().train_end(), spec.item_tower->features, config.item_tower.modalities());
  EXPECT_EQ(matrix.vectors[1]->is_given, (std::vector<bool>{true, false, true, false, true, true}));
  torch::manual_seed(2);
  SequenceModel model(spec, {}, &matrix);
  {
    torch::NoGradGuard no_grad;
    model.named_parameters()["item_tower.modality_bias"].normal_();
  }
  const auto parameters = model.named_parameters();
  const auto row = [&](const char* id, const ItemMask& mask = {}) {
    torch::NoGradGuard no_grad;
    return model.ItemRows(mask)[ItemOf(id)].clone();
  };
  const auto unknown = parameters["item_tower.unknown"], map = parameters["item_tower.modality.0"];
  const auto bias = parameters["item_tower.modality_bias"];
  EXPECT_TRUE(torch::allclose(row("cold"), unknown + map[0] + bias[0]));  // of length 1
  // An item that has no vector of a kind has none of its bias either.
  EXPECT_TRUE(torch::allclose(row("b"), parameters["items.table"][ItemOf("b")] + map[1] + bias[0]));

  ItemMask mask{.ids = torch::zeros({6}, torch::kBool),
                .vectors = torch::zeros({2, 6}, torch::kBool)};
  mask.ids[ItemOf("a")] = true;
  mask.vectors[0][ItemOf("a")] = true;
  EXPECT_TRUE(
      torch::allclose(row("a", mask), unknown + parameters["item_tower.modality.1"][0] + bias[1]));
  mask.vectors[1][ItemOf("a")] = true;
  EXPECT_TRUE(torch::allclose(row("a", mask), unknown));
}

TEST_F(GivenVectorsTest, AreLearntAndLeaveTheGradientWhereTheyAreMissing) {
  const TrainConfig config = TinyConfig(given(), {"item_tower.enabled=on", "scoring=dot"});
  const ModelSpec spec = MakeSpec(config, given());
  const auto matrix = ItemFeatureMatrix::Build(
      given(), given().train_end(), spec.item_tower->features, config.item_tower.modalities());
  torch::manual_seed(2);
  SequenceModel model(spec, {}, &matrix);
  const EpochPacker packer(given(), given().train_end(), 8, 12, 1, 0, spec);
  const auto largest = [&](const char* name) {
    return model.named_parameters()[name].grad().abs().max().item<float>();
  };
  const auto step = [&](const ItemMask& mask) {
    for (auto& parameter : model.parameters()) parameter.mutable_grad().reset();
    BatchGradient(model, config, {.mask = mask}).Compute(packer.Batch(0), {}, 1.0, 4);
  };
  step({});
  EXPECT_GT(largest("item_tower.modality.0"), 0.0f);
  EXPECT_GT(largest("item_tower.modality.1"), 0.0f);
  EXPECT_FALSE(model.named_parameters()["item_tower.modality.1"].grad().isnan().any().item<bool>());
  auto hidden = torch::zeros({2, 6}, torch::kBool);
  hidden[1].fill_(true);
  step({.vectors = hidden});
  EXPECT_GT(largest("item_tower.modality.0"), 0.0f);
  EXPECT_EQ(largest("item_tower.modality.1"), 0.0f);
  EXPECT_EQ(
      model.named_parameters()["item_tower.modality_bias"].grad()[1].abs().max().item<float>(),
      0.0f);
}

TEST_F(GivenVectorsTest, AreNamedInTheModelAndRepeatFromTheSeed) {
  const TrainConfig config =
      TinyConfig(given(), {"item_tower.enabled=on", "item_tower.vector_mask=0.5", "max_epochs=2"});
  std::vector<std::vector<float>> maps;
  for (int run = 0; run < 2; ++run) {
    Trace trace;
    const auto folder = files_.path("run" + std::to_string(run));
    std::filesystem::create_directory(folder);
    auto options = Observe(folder, trace);
    options.save_model = [&](const ModelData& model, const EpochProgress&) {
      const ModelView view = model.View();
      EXPECT_TRUE(view.Validate().ok()) << view.Validate().message();
      const StringTableView names = view.Strings(kModalityStrings);
      EXPECT_EQ(names.size(), 2u);
      EXPECT_EQ(names[0], "image");
      const auto map = view.Find("item_tower.modality.0").as<float>();
      maps.resize(static_cast<size_t>(run) + 1);
      maps.back().assign(map.begin(), map.end());
      return Status();
    };
    const auto result = TrainInGroup(given(), config, options, trace);
    ASSERT_TRUE(result.ok()) << result.status().message();
  }
  EXPECT_EQ(maps[0].size(), 2u * 16u);
  EXPECT_EQ(maps[0], maps[1]);
}

TEST_F(GivenVectorsTest, CanBeWhatIsImagined) {
  const auto resolve = [&](const std::string& name) {
    const auto made = MakeConfig("next", "", "",
                                 {"scoring=dot", "imagine.enabled=on", "imagine.vectors=" + name});
    EXPECT_TRUE(made.ok()) << made.status().message();
    return ResolveConfig(*made, given()).status();
  };
  EXPECT_TRUE(resolve("image").ok()) << resolve("image").message();
  EXPECT_TRUE(Holds(resolve("none").message(), "Try: scoring=cosine"));
  EXPECT_EQ(resolve("sound").message(),
            "imagine.vectors = sound: no such vectors (the data set has image and text). "
            "Try: imagine.vectors=image");
}

TEST_F(GivenVectorsTest, CanBeTheBehaviourOfSemanticIds) {
  const auto resolve = [&](const Dataset& dataset, const std::string& name) {
    const auto made =
        MakeConfig("next", "", "", {"semantic_ids.enabled=on", "semantic_ids.vectors=" + name});
    EXPECT_TRUE(made.ok()) << made.status().message();
    return ResolveConfig(*made, dataset);
  };
  const auto config = resolve(given(), "text");
  ASSERT_TRUE(config.ok()) << config.status().message();
  const auto vectors = GivenBehaviour(given(), config->semantic_ids);
  ASSERT_TRUE(vectors.ok());
  EXPECT_EQ((*vectors)[ItemOf("a")].item<float>(), 1.0f);
  EXPECT_EQ((*vectors)[ItemOf("c")].item<float>(), -1.0f);
  EXPECT_EQ((*vectors)[ItemOf("b")].item<float>(), 0.0f);  // none: the mean of a, c, d and e
  EXPECT_FALSE(GivenBehaviour(given(), SemanticIdsConfig())->defined());
  EXPECT_EQ(std::string(resolve(given(), "cf").status().message()),
            "semantic_ids.vectors = cf: no such vectors (the data set has image and text). "
            "Try: semantic_ids.vectors=image");
  EXPECT_TRUE(Holds(resolve(data(), "cf").status().message(), "import with --item-vectors"));
}

TEST_F(GivenVectorsTest, AreToldOfAndCanBeLeftOut) {
  const auto notes = [&](std::vector<std::string> settings) {
    return DescribeResolved(TinyConfig(given(), std::move(settings)), given());
  };
  EXPECT_TRUE(Holds(notes({"item_tower.enabled=on"}),
                    "tower: given vectors image (2 numbers), text (1 numbers); a step hides 10.00 "
                    "% of them\n"));
  EXPECT_TRUE(Holds(notes({}),
                    "the given vectors image and text are not read. Try: --set "
                    "item_tower.enabled=on\n"));
  const auto made = MakeConfig("next", "", "", {"item_tower.enabled=on", "item_tower.vectors=off"});
  ASSERT_TRUE(made.ok());
  const auto config = ResolveConfig(*made, given());
  EXPECT_TRUE(Holds(config.status().message(), "--item-vectors"));
  EXPECT_EQ(TinyConfig(data(), {"item_tower.enabled=on"}).item_tower.vector_mask, 0.0);
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
