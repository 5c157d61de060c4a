#ifndef TSUGI_TESTS_CORE_TOWER_ENGINE_H_
#define TSUGI_TESTS_CORE_TOWER_ENGINE_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/test_engine.h"

namespace tsugi {

inline constexpr uint32_t kItems = 131;
inline const std::vector<std::string> kAttributes = {"color=blue", "color=red", "kind=shoe"};

/// An engine with a tower whose items carry attribute i % 3.
struct TowerEngine : Engine {
  explicit TowerEngine(DType dtype = DType::kI8, uint32_t projection_width = 0)
      : Engine(Made(dtype, projection_width)) {}

  uint32_t Add(const std::string& id, std::string_view title,
               std::vector<std::string_view> attributes = {}) {
    const auto added = recommender->AddItem({id, {title, attributes}});
    EXPECT_TRUE(added.ok()) << added.status().message();
    return *added;
  }

 private:
  static TestModel Made(DType dtype, uint32_t projection_width) {
    ModelSpec spec = SmallSpec(BlockKind::kGated, dtype);
    spec.item_tower = ItemTowerSpec{.features = 1024};
    spec.normalize_hidden = true;
    spec.logit_scale = 14.0f;
    spec.projection_width = projection_width;
    TestModel made(spec);
    std::vector<std::vector<uint32_t>> per_item;
    for (uint32_t i = 0; i < kItems; ++i) per_item.push_back({i % 3});
    made.SetAttributes(kAttributes, per_item);
    made.view().fingerprint = 77;
    return made;
  }
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_TOWER_ENGINE_H_
