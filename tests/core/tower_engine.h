#ifndef TSUGI_TESTS_CORE_TOWER_ENGINE_H_
#define TSUGI_TESTS_CORE_TOWER_ENGINE_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/core/test_engine.h"

namespace tsugi {

inline constexpr uint32_t kItems = 131;
inline const std::vector<std::string> kAttributes = {"color=blue", "color=red", "kind=shoe"};

/// An engine with a tower whose items carry attribute i % 3, and modalities "m0", "m1", ... of the
/// given widths.
struct TowerEngine : Engine {
  explicit TowerEngine(DType dtype = DType::kI8, uint32_t projection_width = 0,
                       std::vector<uint32_t> modality_widths = {})
      : Engine(Made(dtype, projection_width, std::move(modality_widths))) {}

  uint32_t Add(const std::string& id, std::string_view title,
               std::vector<std::string_view> attributes = {}) {
    const auto added = recommender->AddItem({id, {title, attributes}});
    EXPECT_TRUE(added.ok()) << added.status().message();
    return *added;
  }

 private:
  static TestModel Made(DType dtype, uint32_t projection_width,
                        std::vector<uint32_t> modality_widths) {
    ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
    std::vector<std::string> modalities;
    for (size_t m = 0; m < modality_widths.size(); ++m) {
      modalities.push_back("m" + std::to_string(m));
    }
    spec.item_tower =
        ItemTowerSpec{.features = 1024, .modality_widths = std::move(modality_widths)};
    spec.normalize_hidden = true;
    spec.logit_scale = 14.0f;
    spec.projection_width = projection_width;
    TestModel made(spec);
    if (!modalities.empty()) made.SetStrings(kModalityStrings, modalities);
    std::vector<std::vector<uint32_t>> per_item;
    for (uint32_t i = 0; i < kItems; ++i) per_item.push_back({i % 3});
    made.SetAttributes(kAttributes, per_item);
    made.view().fingerprint = 77;
    return made;
  }
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_TOWER_ENGINE_H_
