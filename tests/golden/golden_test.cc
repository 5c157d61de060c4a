#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "core/model/tensor_table.h"
#include "model_format/writer.h"
#include "native/model/model_file.h"
#include "tests/golden/golden_models.h"

namespace tsugi {
namespace {

std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class GoldenModels : public testing::TestWithParam<std::string_view> {};

TEST_P(GoldenModels, OfEveryReleasedVersionLoad) {
  const auto model = LoadModelFile(GoldenModelPath(GetParam()));
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_EQ(model->format_version(), 1u);
  EXPECT_EQ(model->provenance().data_hash, "00000000feedbeef");
  EXPECT_EQ(model->view().spec.item_count, 5u);
}

TEST_P(GoldenModels, HoldTheWeightsTheyWereMadeWith) {
  const auto made = MakeGoldenModel(GetParam());
  ASSERT_TRUE(made.ok());
  const auto loaded = LoadModelFile(GoldenModelPath(GetParam()));
  ASSERT_TRUE(loaded.ok()) << loaded.status().message();
  const ModelView view = made->data.View();
  for (const TensorEntry& entry : BuildTensorTable(view.spec)) {
    const TensorView a = view.Find(entry.name);
    const TensorView b = loaded->view().Find(entry.name);
    ASSERT_EQ(a.shape, b.shape) << entry.name;
    EXPECT_EQ(std::memcmp(a.data, b.data, a.bytes()), 0) << entry.name;
  }
}

// Only the newest version's files: a newer writer may lay older models out differently.
TEST_P(GoldenModels, AreWrittenByteForByteAgain) {
  const auto made = MakeGoldenModel(GetParam());
  ASSERT_TRUE(made.ok());
  const auto bytes = EncodeModel(made->data.View(), made->provenance, made->data.Int4View());
  ASSERT_TRUE(bytes.ok()) << bytes.status().message();
  const std::string stored = ReadBytes(GoldenModelPath(GetParam()));
  ASSERT_EQ(bytes->size(), stored.size());
  EXPECT_EQ(std::memcmp(bytes->data(), stored.data(), stored.size()), 0);
}

INSTANTIATE_TEST_SUITE_P(V1, GoldenModels, testing::ValuesIn(GoldenModelNames()),
                         [](const auto& name) { return std::string(name.param); });

class GoldenCases : public testing::TestWithParam<std::string_view> {
 protected:
  void ExpectAnswers(Feed feed) {
    const ModelCases file = LoadGoldenCases(GetParam());
    ASSERT_EQ(file.model, GetParam());
    ASSERT_GE(file.cases.size(), 6u);
    const auto model = LoadModelFile(GoldenModelPath(GetParam()));
    ASSERT_TRUE(model.ok()) << model.status().message();
    ExpectAnswers(*model, file.cases, feed);
  }

  static void ExpectAnswers(const Model& model, const std::vector<GoldenCase>& cases, Feed feed) {
    const auto recommender = Recommender::Create(model.view());
    ASSERT_TRUE(recommender.ok()) << recommender.status().message();
    for (const GoldenCase& golden : cases) {
      SCOPED_TRACE(golden.name);
      const auto list = Ask(**recommender, golden, feed);
      ASSERT_TRUE(list.ok()) << list.status().message();
      ASSERT_EQ(list->size(), golden.items.size());
      for (size_t i = 0; i < golden.items.size(); ++i) {
        EXPECT_EQ((*list)[i].item_index, golden.items[i]) << "rank " << i;
        EXPECT_NEAR((*list)[i].score, golden.scores[i], golden.tolerance) << "rank " << i;
      }
    }
  }
};

TEST_P(GoldenCases, GiveTheStoredListsEventByEvent) { ExpectAnswers(Feed::kPush); }
TEST_P(GoldenCases, GiveTheStoredListsForAWholeSession) { ExpectAnswers(Feed::kAssign); }

// One model, a recommender in each thread. `./dev test --full threads` runs this under TSan.
TEST_P(GoldenCases, GiveTheStoredListsInSeveralThreads) {
  const ModelCases file = LoadGoldenCases(GetParam());
  const auto model = LoadModelFile(GoldenModelPath(GetParam()));
  ASSERT_TRUE(model.ok()) << model.status().message();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (const Feed feed : {Feed::kPush, Feed::kAssign}) ExpectAnswers(*model, file.cases, feed);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

INSTANTIATE_TEST_SUITE_P(V1, GoldenCases, testing::ValuesIn(GoldenModelNames()),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace tsugi
