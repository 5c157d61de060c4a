#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "core/parts/item_tower/item_tower.h"
#include "core/parts/word_vectors/word_vectors.h"
#include "native/dataset/import.h"
#include "native/export/quantize_model.h"
#include "native/train/run.h"
#include "native/word_vectors/word_vector_table.h"
#include "tests/native/train/tiny_dataset.h"
#include "tests/native/train/tiny_training.h"

namespace tsugi::train {
namespace {

class WordVectorsStage : public testing::Test {
 protected:
  WordVectorsStage() : with_(Import(true)), without_(Import(false)) {}

  Dataset Import(bool has_words) {
    ImportOptions options;
    options.format = LogFormat::kSequences;
    std::string log, items = "id,title\n";
    for (const std::string& line : ChainLog(40, 12, 8, 5)) log += line + "\n";
    for (int i = 0; i < 12; ++i) {
      items += std::to_string(100 + i) + (i % 2 ? ",a space film\n" : ",a film of food\n");
    }
    options.events = {files_.Write("log.txt", log)};
    options.items = files_.Write("items.csv", items);
    if (has_words) {
      std::string words =
          "of 1 1 1 1\nfilm 1 0 0 0\nspace 0 1 0 0\nfood 0 0 2 0\nstar 0 1 1e-3 0\n";
      // More words than a code has codewords: codes are near their vectors, and not equal.
      Random random(1);
      for (int i = 0; i < 300; ++i) {
        words += "other" + std::to_string(i);
        for (int d = 0; d < 4; ++d) words += " " + std::to_string(random.NextUniform() - 0.5);
        words += "\n";
      }
      options.words = files_.Write("words.txt", words);
    }
    options.out = files_.path(has_words ? "with" : "without");
    const auto imported = ImportLog(options);
    EXPECT_TRUE(imported.ok()) << imported.status().message();
    return *Dataset::Open(options.out);
  }
  std::filesystem::path Train(const Dataset& data, const char* run, const char* setting,
                              RunOptions options = {}) {
    Trace observer;
    options.out = files_.path(run);
    const auto result =
        RunTraining(data, TinyConfig(data, {"max_epochs=1", setting}), options, observer);
    EXPECT_TRUE(result.ok()) << result.status().message();
    return options.out / kWeightsFile;
  }
  Model Load(const std::filesystem::path& file) {
    auto model = LoadModelFile(file);
    EXPECT_TRUE(model.ok()) << model.status().message();
    return std::move(model).value();
  }

  TempFiles files_;
  const Dataset with_, without_;
};

TEST_F(WordVectorsStage, AModelCarriesTheWordVectorsOfItsDataSet) {
  const Model model = Load(Train(with_, "run", "layers=1"));
  ASSERT_TRUE(model.view().spec.word_vectors);
  const auto table = WordVectorTable::Make(with_);
  EXPECT_EQ(model.view().spec.word_vectors, table.spec);
  EXPECT_EQ(table.spec.count, 305u);
  for (const auto& [name, expected] : table.View().tensors) {
    const TensorView tensor = model.view().Find(name);
    ASSERT_EQ(tensor.bytes(), expected.bytes()) << name;
    EXPECT_EQ(std::memcmp(tensor.data, expected.data, expected.bytes()), 0) << name;
  }
  const WordVectors words(model.view());
  for (size_t i = 0; i < with_.words().size(); ++i) EXPECT_EQ(words.Find(with_.words()[i]), i);
  EXPECT_TRUE(Holds(model.provenance().metrics, "\"items_with_known_words\":12"));
}

TEST_F(WordVectorsStage, AnInt8ModelHasTheSameCodes) {
  const Model model = Load(Train(with_, "run", "layers=1"));
  const auto int8 = Quantize(model.view(), WeightFormat::kInt8);
  ASSERT_TRUE(int8.ok()) << int8.status().message();
  const ModelView view = int8->View();
  ASSERT_TRUE(view.Validate().ok()) << view.Validate().message();
  WordVectors exact(model.view()), rounded(view);
  std::vector<float> a(4), b(4);
  ASSERT_TRUE(exact.Mean("food of a star", {}, a));
  ASSERT_TRUE(rounded.Mean("food of a star", {}, b));
  EXPECT_EQ(a, b);
}

TEST_F(WordVectorsStage, ASwitchLeavesThemOut) {
  EXPECT_FALSE(Load(Train(with_, "off", "word_vectors.enabled=off")).view().spec.word_vectors);
  EXPECT_FALSE(Load(Train(without_, "none", "layers=1")).view().spec.word_vectors);
  const auto config = MakeConfig("next", "", "", {"word_vectors.enabled=on"});
  EXPECT_TRUE(ResolveConfig(*config, with_).ok());
  const auto refused = ResolveConfig(*config, without_);
  EXPECT_TRUE(Holds(refused.status().message(), "import with --word-vectors"));
}

// With the twin test of given vectors this says that an item that joins gets the row that training
// gives one of the same title.
TEST_F(WordVectorsStage, TheItemTowerReadsThemInTrainingAndInTheEngine) {
  const Model model = Load(Train(with_, "run", "item_tower.enabled=on"));
  const ModelView& view = model.view();
  EXPECT_EQ(view.spec.item_tower->modality_widths, std::vector<uint32_t>{4});
  EXPECT_EQ(view.Strings(kModalityStrings)[0], kWordModality);
  const GivenVectors trained = GivenVectors::OfWords(with_);
  WordVectors words(view);
  ItemTower tower(view);
  std::vector<float> mean(4), made(view.spec.row_width()), given(made.size()), plain(made.size());
  for (size_t item = 0; item < with_.item_count(); ++item) {
    const std::string_view title = with_.item_titles()[item];
    ASSERT_TRUE(words.Mean(title, {}, mean));
    EXPECT_TRUE(std::ranges::equal(mean, std::span(trained.units).subspan(4 * item, 4)));
    EXPECT_TRUE(trained.is_given[item]);
    ASSERT_TRUE(tower.MakeRow({.title = title}, made).ok());
    ASSERT_TRUE(tower.MakeRow({.title = title, .vectors = mean}, given).ok());
    // What is given is made of length 1 once more.
    for (size_t w = 0; w < made.size(); ++w) EXPECT_NEAR(made[w], given[w], 1e-6f);
  }
  // A word that no title has, but the file: the row is not that of an item that says nothing.
  ASSERT_TRUE(tower.MakeRow({.title = "star"}, made).ok());
  ASSERT_TRUE(tower.MakeRow({.title = "qqq"}, plain).ok());
  EXPECT_NE(made, plain);
  const auto off = TinyConfig(with_, {"item_tower.enabled=on", "item_tower.words=off"});
  EXPECT_TRUE(off.item_tower.modalities().empty());
  const auto left = TinyConfig(with_, {"item_tower.enabled=on", "word_vectors.enabled=off"});
  EXPECT_TRUE(left.item_tower.modalities().empty());
}

TEST_F(WordVectorsStage, AFinishedRecommenderIsGivenThem) {
  RunOptions options;
  options.base = Train(with_, "base", "word_vectors.enabled=off").parent_path();
  const Model before = Load(options.base / kWeightsFile);
  const Model after = Load(Train(with_, "run", "layers=1", options));
  EXPECT_TRUE(after.view().spec.word_vectors);
  EXPECT_TRUE(std::ranges::equal(before.view().Find(kItemTable).as<float>(),
                                 after.view().Find(kItemTable).as<float>()));
}

}  // namespace
}  // namespace tsugi::train
