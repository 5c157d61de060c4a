#include "native/train/train_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/native/train/tiny_dataset.h"

namespace tsugi::train {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string ErrorOf(const Result<TrainConfig>& result) {
  return result.ok() ? "" : std::string(result.status().message());
}
std::string ErrorOfSetting(const std::string& setting) {
  return ErrorOf(MakeConfig("next", "", "", {setting}));
}
std::string ErrorOfToml(std::string_view text) {
  return ErrorOf(MakeConfig("next", text, "c.toml", {}));
}

/// Calls `check(key, field)` for every key.
template <typename Check>
void ForEachKey(const Check& check) {
  TrainConfig config;
  for (const ConfigSection& section : Sections(config)) {
    for (const Field& field : section.fields) check(KeyOf(section, field), field);
  }
}

TEST(MakeConfig, LaterSourcesOverrideEarlierOnes) {
  const auto config = MakeConfig("next", "width = 32\nlayers = 3\n", "c.toml", {"width=48"});
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->width, 48);
  EXPECT_EQ(config->layers, 3);
}

TEST(MakeConfig, ReadsTheKeysOfPartsFromTheirSections) {
  const auto config = MakeConfig("next", "imagine.blocks = 2\n[semantic_ids]\nwidth = 32\n",
                                 "c.toml", {"imagine.steps=1500", "intent.families=\"topic\""});
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->imagine.blocks, 2);
  EXPECT_EQ(config->imagine.steps, 1500);
  EXPECT_EQ(config->semantic_ids.width, 32);
  EXPECT_EQ(config->intent.families, "topic");
  EXPECT_EQ(config->width, 0);
}

TEST(MakeConfig, NamesTheNearestKeyAndItsRangeForAnUnknownOne) {
  EXPECT_THAT(ErrorOfSetting("leyers=2"),
              HasSubstr("Try: layers (a whole number from 1 to 64, or 0: derived from the data)"));
  EXPECT_THAT(ErrorOfToml("width = 8\nwidht = 3"),
              AllOf(HasSubstr("c.toml:2: widht: unknown key"), HasSubstr("Try: width (")));
  EXPECT_THAT(ErrorOfSetting("imagine.stepz=2"), HasSubstr("Try: imagine.steps ("));
  EXPECT_THAT(ErrorOfToml("[imagin]\nsteps = 3"),
              AllOf(HasSubstr("c.toml:1: [imagin]: unknown section"), HasSubstr("Try: [imagine]")));
}

TEST(MakeConfig, AnswersKeysOfEarlierVersionsWithTheirSections) {
  const std::pair<const char*, const char*> renamed[] = {
      {"imagine_steps", "imagine.steps"},        {"imagine", "imagine.enabled"},
      {"like_value", "imagine.like_value"},      {"intents", "intent.families"},
      {"intent_layers", "intent.layers"},        {"hierarchy", "intent.hierarchy"},
      {"short_term_s", "intent.short_term_s"},   {"tower", "item_tower.enabled"},
      {"tower_features", "item_tower.features"}, {"id_mask", "item_tower.id_mask"},
      {"semantic", "semantic_ids.enabled"},      {"codes", "semantic_ids.codes"},
      {"task_text", "semantic_ids.task_text"}};
  for (const auto& [old_key, key] : renamed) {
    EXPECT_THAT(ErrorOfSetting(std::string(old_key) + "=1"),
                HasSubstr("Try: " + std::string(key) + " ("));
  }
}

TEST(MakeConfig, NamesTheLineOfATomlError) {
  EXPECT_THAT(ErrorOfToml("width = 3\nlayers = = 2\n"), HasSubstr("c.toml:2: "));
  EXPECT_THAT(ErrorOfToml("width = 8\nlayers = 2\nwidth = 16\n"), HasSubstr("c.toml:3: "));
  EXPECT_THAT(ErrorOfToml("[imagine]\nsteps = 3\n[imagine]\nmix = 1\n"), HasSubstr("c.toml:3: "));
  EXPECT_THAT(ErrorOfToml("\n\nwidth = [1, 2]\n"), HasSubstr("c.toml:3: width = a list"));
  EXPECT_THAT(ErrorOfToml("[width]\n"), HasSubstr("c.toml:1: width = a table"));
  for (const char* text : {"width = 8\nwidth = 16\n", "a = [\n", "b = \"\\q\"\n", "[x]\n[x]\n"}) {
    EXPECT_EQ(ErrorOfToml(text).find('\n'), std::string::npos) << text;
  }
  EXPECT_EQ(ErrorOfToml("a = na\b\n").find('\b'), std::string::npos);
}

// Reading and freeing tables in tables is recursive, so their depth is bounded.
TEST(MakeConfig, RefusesKeysThatNestTooDeep) {
  std::string key = "a";
  for (int i = 0; i < 100'000; ++i) key += " . a";
  for (const std::string& text : {key + " = 1\n", "[" + key + "]\n", "x = {" + key + " = 1}\n"}) {
    const auto config = MakeConfig("next", "# one.two\n" + text, "c.toml", {});
    ASSERT_FALSE(config.ok());
    EXPECT_EQ(config.status().message(),
              "c.toml:2: a key of more than 64 parts (a.b.c has 3). Try: a key that tsugi train "
              "--help-keys lists");
  }
  EXPECT_FALSE(MakeConfig("next", "", "", {"width={" + key + "=1}"}).ok());
  EXPECT_FALSE(DescribeChanges(key + "=1", "").ok());
  // Dots in texts and comments are no parts.
  const std::string dots(200, '.');
  EXPECT_TRUE(MakeConfig("next", "# " + dots + "\nwidth = 64 # " + dots, "c.toml", {}).ok());
}

TEST(MakeConfig, RefusesSettingsThatAreNone) {
  for (const char* setting : {"", "=", "=1", "width", "width=", " = 3"}) {
    EXPECT_THAT(ErrorOfSetting(setting), HasSubstr("expected key=value. Try: ")) << setting;
  }
  EXPECT_THAT(ErrorOfSetting("a.b.c=1"), HasSubstr("--set a.b.c: unknown key"));
  EXPECT_THAT(ErrorOfSetting("width=8\nlayers=2"), HasSubstr("width = 8?layers=2 (expected"));
  EXPECT_LT(ErrorOfSetting(std::string(1 << 20, 'k') + "=1").size(), 400u);
  EXPECT_LT(ErrorOfSetting("width=" + std::string(1 << 20, '9')).size(), 400u);
}

TEST(MakeConfig, RefusesAWrongTypeAndAnUnknownPreset) {
  EXPECT_THAT(ErrorOfSetting("width=wide"),
              HasSubstr("--set width = wide (expected a whole number from 4 to 4096, or 0"));
  EXPECT_THAT(ErrorOfSetting("width=true"), HasSubstr("width = true (expected"));
  EXPECT_THAT(ErrorOfToml("width = \"64\""), HasSubstr("c.toml:1: width = 64 (expected"));
  EXPECT_THAT(ErrorOfToml("loss = 3"), HasSubstr("c.toml:1: loss = 3 (expected auto, "));
  EXPECT_THAT(ErrorOf(MakeConfig("nxt", "", "", {})), HasSubstr("next"));
}

TEST(MakeConfig, AcceptsBareWordsForStrings) {
  const auto config = MakeConfig("next", "", "", {"loss=gbce", "semantic_ids.codes=7"});
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->loss, LossKind::kGbce);
  EXPECT_EQ(config->semantic_ids.codes, "7");
}

TEST(MakeConfig, RefusesEveryNumberOutOfItsRangeByNameAndRange) {
  size_t count = 0;
  ForEachKey([&](const std::string& key, const Field& field) {
    if (!field.is_number()) return;
    ++count;
    const Range& range = field.range();
    std::vector<std::string> wrong = {"nan",
                                      "-nan",
                                      "inf",
                                      "-inf",
                                      "-7",
                                      "-9223372036854775808",
                                      "9223372036854775807",
                                      "99999999999999999999"};
    wrong.push_back(ToText(std::nextafter(range.high, 1e300)));
    wrong.push_back(ToText(std::nextafter(range.low, -1e300)));
    if (range.low - 1 != range.special) wrong.push_back(ToText(range.low - 1));
    for (const std::string& value : wrong) {
      EXPECT_THAT(ErrorOfSetting(key + "=" + value),
                  AllOf(HasSubstr("--set " + key + " = "), HasSubstr(field.Allowed())))
          << value;
    }
  });
  EXPECT_GT(count, 40u);
}

TEST(MakeConfig, TakesTheEndsOfEveryRangeAndTheSpecialNumber) {
  ForEachKey([&](const std::string& key, const Field& field) {
    if (!field.is_number()) return;
    for (const double value : {field.range().low, field.range().high, field.range().special}) {
      if (std::isnan(value)) continue;
      EXPECT_EQ(ErrorOfSetting(key + "=" + ToText(value)), "") << key << value;
    }
  });
}

TEST(MakeConfig, RefusesEveryWrongChoiceWithTheRightOnes) {
  size_t count = 0;
  ForEachKey([&](const std::string& key, const Field& field) {
    if (!field.is_choice()) return;
    ++count;
    for (const char* value : {"banana", "ON", "1", "true", "\"\""}) {
      EXPECT_THAT(ErrorOfSetting(key + "=" + value),
                  AllOf(HasSubstr("--set " + key + " = "), HasSubstr(field.Allowed())))
          << value;
    }
  });
  EXPECT_GT(count, 12u);
}

TEST(MakeConfig, RefusesWhatTrainingOnceTookSilently) {
  for (const char* setting :
       {"dropout=1.5", "label_smoothing=2", "learning_rate=nan", "clip_norm=-1", "ema_decay=1.5",
        "warmup_steps=-5", "width=4294967360", "item_tower.features=1099511627776", "heads=-3",
        "patience=-1", "workers=5000"}) {
    EXPECT_THAT(ErrorOfSetting(setting), HasSubstr("(expected a ")) << setting;
  }
}

TEST(Sections, HaveAKeyOnlyOnceAndHelpForEach) {
  std::set<std::string> keys;
  const auto check = [&](const std::string& key, const Field& field) {
    EXPECT_TRUE(keys.insert(key).second) << key;
    EXPECT_FALSE(field.help().empty()) << key;
    EXPECT_TRUE(field.Set(field.Get())) << key << ": the default is not allowed";
  };
  ForEachKey(check);
  const std::string help = DescribeKeys(*MakeConfig("netflix", "", "", {}));
  for (const std::string& key : keys) EXPECT_THAT(help, HasSubstr("  " + key + " = "));
  EXPECT_THAT(help, HasSubstr("  width = 192 "));
  EXPECT_THAT(help, HasSubstr("  intent.families = topic "));
}

TEST(ToToml, RoundTripsEveryKey) {
  auto config = MakeConfig("next", "", "", {"width=48", "dropout=0.25", "refit=on", "loss=gbce"});
  ASSERT_TRUE(config.ok());
  config->imagine.enabled = true;
  config->semantic_ids.codes = "a \"quoted\" \\ path";
  const auto again = MakeConfig("next", ToToml(*config), "run/config.toml", {});
  ASSERT_TRUE(again.ok()) << again.status().message();
  EXPECT_EQ(ToToml(*again), ToToml(*config));
  EXPECT_EQ(again->semantic_ids.codes, config->semantic_ids.codes);
}

TEST(DescribeChanges, IgnoresOrderAndNamesWhatDiffers) {
  EXPECT_EQ(*DescribeChanges("a = 1\nb = 2\n", "b = 2\na = 1\n"), "");
  EXPECT_EQ(*DescribeChanges("a = 1\n[p]\nb = 0.5\n", "a = 2\np.c = \"x\"\n"),
            "a = 1, now 2; p.b = 0.5, now not set; p.c = not set, now x");
  EXPECT_FALSE(DescribeChanges("width = 16\nseed 1 data x", "").ok());
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
  EXPECT_NE(resolved->loss, LossKind::kAuto);
  EXPECT_LT(resolved->negatives, 30);
  const auto again = MakeConfig("next", ToToml(*resolved), "run/config.toml", {});
  ASSERT_TRUE(again.ok()) << again.status().message();
}

TEST(ResolveConfig, RefusesKeysThatDoNotGoTogether) {
  const TinyDataset tiny(ChainLog(20, 30, 9, 3));
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"width=20", "heads=3"}, "multiple of heads"},
      {{"width=16", "projection_width=32"}, "projection_width = 32 (expected 4 to width, 16)"},
      {{"targets=set", "loss=gbce"}, "targets = set"},
      {{"diffusion_negatives=on", "loss=gbce"}, "diffusion_negatives = on"},
      {{"imagine.enabled=on", "scoring=dot"}, "scoring=cosine"},
      {{"semantic_ids.width=20"}, "multiple of 8"},
      {{"semantic_ids.enabled=on", "semantic_ids.codes=kmean"}, "semantic_ids.codes = kmean"},
      {{"semantic_ids.enabled=on", "semantic_ids.text_weight=0", "semantic_ids.behaviour_weight=0"},
       "both 0"},
      {{"window=10", "intent.families=auto", "intent.short_term_events=11"},
       "intent.short_term_events = 11"},
      {{"value_weight=on"}, "value_weight = on: the data set has no values"},
      {{"item_tower.enabled=on"}, "--items"},
  };
  for (const auto& [settings, message] : cases) {
    const auto config = MakeConfig("next", "", "", settings);
    ASSERT_TRUE(config.ok()) << config.status().message();
    EXPECT_THAT(ErrorOf(ResolveConfig(*config, tiny.dataset())),
                AllOf(HasSubstr(message), HasSubstr("Try: ")));
  }
}

TEST(ResolveConfig, RefusesValuesOutOfRangeThatCodeHasSet) {
  const TinyDataset tiny(ChainLog(20, 30, 9, 3));
  TrainConfig config;
  config.clip_norm = -1.0;
  EXPECT_THAT(ErrorOf(ResolveConfig(config, tiny.dataset())),
              HasSubstr("clip_norm = -1 (expected"));
}

TEST(HeadCost, OfTheNetflixRecipeIsATenthAtAHundredThousandItems) {
  TrainConfig config;
  config.loss = LossKind::kSampledSoftmax;
  config.negatives = 2048;
  ModelSpec spec;
  spec.item_count = 100'000;
  spec.encoder.width = 128;
  spec.projection_width = 64;
  const HeadCost cost = CountHeadCost(config, spec);
  EXPECT_EQ(cost.full, 6.0 * 100'000 * 128);
  EXPECT_EQ(cost.here, 6.0 * (2049 * 64 + 2 * 128 * 64));
  EXPECT_GT(cost.full, 10.0 * cost.here);
  config.loss = LossKind::kCrossEntropy;
  spec.projection_width = 0;
  EXPECT_EQ(CountHeadCost(config, spec).here, cost.full);
}

}  // namespace
}  // namespace tsugi::train
