#include "native/train/train_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

using testing::HasSubstr;

std::string ErrorOf(const Result<TrainConfig>& result) {
  return result.ok() ? "" : std::string(result.status().message());
}

TEST(MakeConfig, LaterSourcesOverrideEarlierOnes) {
  const auto config = MakeConfig("next", "width = 32\nlayers = 3\n", "c.toml", {"width=48"});
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->width, 48);
  EXPECT_EQ(config->layers, 3);
}

TEST(MakeConfig, NamesTheNearestKeyForAnUnknownOne) {
  EXPECT_THAT(ErrorOf(MakeConfig("next", "", "", {"leyers=2"})), HasSubstr("Try: layers"));
  EXPECT_THAT(ErrorOf(MakeConfig("next", "widht = 3", "c.toml", {})), HasSubstr("c.toml"));
}

TEST(MakeConfig, NamesTheLineOfATomlError) {
  EXPECT_THAT(ErrorOf(MakeConfig("next", "width = 3\nlayers = = 2\n", "c.toml", {})),
              HasSubstr("c.toml:2"));
}

TEST(MakeConfig, RefusesAWrongTypeAndAnUnknownPreset) {
  EXPECT_THAT(ErrorOf(MakeConfig("next", "", "", {"width=wide"})), HasSubstr("wrong type"));
  EXPECT_THAT(ErrorOf(MakeConfig("nxt", "", "", {})), HasSubstr("next"));
}

TEST(MakeConfig, AcceptsBareWordsForStrings) {
  const auto config = MakeConfig("next", "", "", {"loss=gbce"});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->loss, "gbce");
}

TEST(ToToml, RoundTripsEveryKey) {
  auto config = MakeConfig("next", "", "", {"width=48", "dropout=0.25", "refit=on", "loss=gbce"});
  ASSERT_TRUE(config.ok());
  const auto again = MakeConfig("next", ToToml(*config), "run/config.toml", {});
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(ToToml(*again), ToToml(*config));
}

TEST(ResolveConfig, FillsEveryDerivedFieldAndKeepsGivenOnes) {
  const TinyDataset tiny(ChainLog(20, 30, 9, 3));
  auto config = MakeConfig("next", "", "", {"width=20", "dropout=0.1"});
  ASSERT_TRUE(config.ok());
  const auto resolved = ResolveConfig(*config, tiny.dataset());
  ASSERT_TRUE(resolved.ok()) << resolved.status().message();
  EXPECT_EQ(resolved->width, 20);
  EXPECT_EQ(resolved->dropout, 0.1);
  EXPECT_GT(resolved->window, 0);
  EXPECT_GT(resolved->learning_rate, 0.0);
  EXPECT_NE(resolved->loss, "auto");
  EXPECT_LT(resolved->negatives, 30);
}

TEST(ResolveConfig, RefusesAWidthThatHeadsDoNotDivide) {
  const TinyDataset tiny(ChainLog(20, 30, 9, 3));
  const auto config = MakeConfig("next", "", "", {"width=20", "heads=3"});
  EXPECT_THAT(ErrorOf(ResolveConfig(*config, tiny.dataset())), HasSubstr("multiple of heads"));
}

TEST(ResolveConfig, RefusesAnUnknownNameOfAChoice) {
  const TinyDataset tiny(ChainLog(20, 30, 9, 3));
  for (const char* setting : {"loss=l2", "block=mamba", "scoring=manhattan", "proposal=coin"}) {
    const auto config = MakeConfig("next", "", "", {setting});
    EXPECT_THAT(ErrorOf(ResolveConfig(*config, tiny.dataset())), HasSubstr("Try:")) << setting;
  }
}

}  // namespace
}  // namespace tsugi::train
