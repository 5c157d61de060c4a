#include "native/train/modules/sequence_model.h"

#include <gtest/gtest.h>

namespace tsugi::train {
namespace {

ModelSpec TinySpec(BlockKind kind, bool cosine) {
  ModelSpec spec;
  spec.item_count = 11;
  spec.encoder.width = 8;
  spec.encoder.layers = 2;
  spec.encoder.heads = 2;
  spec.encoder.feed_forward = 12;
  spec.encoder.window = 3;
  spec.encoder.block = kind;
  spec.normalize_hidden = cosine;
  return spec;
}

torch::Tensor Items(std::vector<int64_t> items) {
  const auto length = static_cast<int64_t>(items.size());
  return torch::tensor(items, torch::kInt64).view({1, length});
}
torch::Tensor Segments(std::vector<int32_t> segments) {
  const auto length = static_cast<int64_t>(segments.size());
  return torch::tensor(segments, torch::kInt32).view({1, length});
}

class SequenceModelTest : public testing::TestWithParam<BlockKind> {
 protected:
  SequenceModelTest() : model_(TinySpec(GetParam(), false), {}) {
    torch::manual_seed(5);
    torch::NoGradGuard no_grad;
    for (auto& parameter : model_.parameters()) parameter.normal_(0.0, 0.5);
  }
  SequenceModel model_;
};

TEST_P(SequenceModelTest, AChangedEventNeverChangesAnEarlierOutput) {
  const auto a = model_.Encode({Items({1, 2, 3, 4}), Segments({0, 0, 0, 0})}).query;
  const auto b = model_.Encode({Items({1, 2, 3, 9}), Segments({0, 0, 0, 0})}).query;
  EXPECT_TRUE(torch::allclose(a.narrow(1, 0, 3), b.narrow(1, 0, 3)));
  EXPECT_FALSE(torch::allclose(a.select(1, 3), b.select(1, 3)));
}

TEST_P(SequenceModelTest, PackedNeighboursDoNotSeeEachOther) {
  const auto packed =
      model_.Encode({Items({1, 2, 5, 6, 7, 0}), Segments({0, 0, 1, 1, 1, -1})}).query;
  const auto alone = model_.Encode({Items({5, 6, 7}), Segments({0, 0, 0})}).query;
  EXPECT_TRUE(torch::allclose(packed.narrow(1, 2, 3), alone, 1e-5, 1e-6));
}

TEST_P(SequenceModelTest, AnEventReachesOnlyAsFarAsTheWindowsOfAllLayers) {
  // Window 3 in each of 2 layers: the output at position 5 depends on positions 1..5, not on 0.
  const auto a = model_.Encode({Items({1, 2, 3, 4, 5, 6}), Segments({0, 0, 0, 0, 0, 0})}).query;
  const auto b = model_.Encode({Items({9, 2, 3, 4, 5, 6}), Segments({0, 0, 0, 0, 0, 0})}).query;
  EXPECT_TRUE(torch::allclose(a.select(1, 5), b.select(1, 5), 1e-5, 1e-6));
  EXPECT_FALSE(torch::allclose(a.select(1, 4), b.select(1, 4), 1e-5, 1e-6));
}

INSTANTIATE_TEST_SUITE_P(Blocks, SequenceModelTest,
                         testing::Values(BlockKind::kGated, BlockKind::kSasRec));

TEST(SequenceModel, CosineModelsGiveUnitRowsAndUnitHiddenVectors) {
  SequenceModel model(TinySpec(BlockKind::kGated, true), {});
  const auto hidden = model.Encode({Items({1, 2}), Segments({0, 0})}).query;
  EXPECT_TRUE(torch::allclose(hidden.norm(2, -1), torch::ones({1, 2}), 1e-5, 1e-5));
  EXPECT_TRUE(torch::allclose(model.ItemRows().norm(2, -1), torch::ones({11}), 1e-5, 1e-5));
}

}  // namespace
}  // namespace tsugi::train
