#ifndef TSUGI_TESTS_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_TEST_MODEL_H_
#define TSUGI_TESTS_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_TEST_MODEL_H_

#include <algorithm>
#include <string>
#include <vector>

#include "core/model/model_view.h"
#include "core/parts/semantic_ids/language_vocabulary.h"
#include "tests/core/test_model.h"

namespace tsugi {

/// N 40 unless asked for otherwise, a tower, and a language part: D 16, 2 layers, 20 pieces, a
/// window of 64 tokens (6 items). Codes: few per level, so that items share prefixes.
class LanguageTestModel {
 public:
  explicit LanguageTestModel(DType dtype = DType::kF32, uint32_t items = kItems)
      : model_(Spec(dtype, items)) {
    Random random(7);
    std::vector<SemanticId> ids;
    while (ids.size() < items) {
      const SemanticId id = {static_cast<uint8_t>(random.NextBelow(4) * 60),
                             static_cast<uint8_t>(random.NextBelow(3)),
                             static_cast<uint8_t>(random.NextBelow(3) + 250),
                             static_cast<uint8_t>(random.NextBelow(256))};
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    SetIds(ids);
    std::vector<std::string> pieces = {" "};
    for (char c = 'a'; c <= 'p'; ++c) pieces.emplace_back(1, c);
    for (const char* piece : {" ab", "abc", " abcd"}) pieces.emplace_back(piece);
    std::sort(pieces.begin(), pieces.end());
    model_.SetStrings(kPieceStrings, pieces);
  }

  void SetIds(const std::vector<SemanticId>& ids) {
    ids_ = ids;
    std::vector<uint32_t> order(ids.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return ids[a] < ids[b]; });
    auto* rows = model_.data<uint8_t>(kItemTrie);
    for (size_t i = 0; i < order.size(); ++i) {
      SetTrieRow(rows + i * kTrieRowBytes, ids[order[i]], order[i]);
    }
  }

  static constexpr uint32_t kItems = 40;
  ModelView& view() { return model_.view(); }
  TestModel& model() { return model_; }
  const std::vector<SemanticId>& ids() const { return ids_; }

 private:
  static ModelSpec Spec(DType dtype, uint32_t items) {
    ModelSpec spec = TinySpec();
    spec.item_count = items;
    spec.item_tower = ItemTowerSpec{.features = 64};
    spec.weight_dtype = dtype;
    spec.semantic_ids =
        SemanticIdsSpec{.encoder = {.width = 16,
                                    .layers = 2,
                                    .heads = 2,
                                    .feed_forward = 32,
                                    .window = 64,
                                    .block = BlockKind::kSasRec},
                        .pieces = 20,
                        .fusion = {.share = 0.8f, .slope = 8.0f, .threshold = 0.1f}};
    return spec;
  }

  TestModel model_;
  std::vector<SemanticId> ids_;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_PARTS_SEMANTIC_IDS_LANGUAGE_TEST_MODEL_H_
