#ifndef TSUGI_TESTS_CORE_PARTS_IMAGINE_IMAGINE_MODEL_H_
#define TSUGI_TESTS_CORE_PARTS_IMAGINE_IMAGINE_MODEL_H_

#include "core/kernels/rowwise.h"
#include "core/model/model_view.h"
#include "tests/core/test_model.h"

namespace tsugi {

/// N 31, W 8, H 12, 2 blocks, 4 attributes, 24 words; rows of length one. space: V, or 0 for
/// concepts that are rows.
class ImagineModel {
 public:
  explicit ImagineModel(DType dtype = DType::kF32, uint32_t space = 0)
      : model_(Spec(dtype, space)) {
    std::vector<std::vector<uint32_t>> carried;
    for (uint32_t i = 0; i < 31; ++i) carried.push_back({i % 2, 2 + i % 2});
    model_.SetAttributes({"genre=Drama", "genre=Horror", "year=1999", "year=2003"}, carried);
    std::vector<std::string> words = {""};
    for (int w = 1; w < 24; ++w) words.push_back("word" + std::to_string(w));
    model_.SetStrings(kTitleWordStrings, words);
    if (dtype != DType::kF32) return;
    float* rows = model_.data<float>(kItemTable);
    for (int i = 0; i < 31; ++i) NormalizeLength(8, rows + 8 * i);
    if (space == 0) return;
    float* given = model_.data<float>(kConceptSpace);
    for (uint32_t i = 0; i < 31; ++i) NormalizeLength(space, given + space * i);
  }

  ModelView& view() { return model_.view(); }
  TestModel& model() { return model_; }

 private:
  static ModelSpec Spec(DType dtype, uint32_t space) {
    ModelSpec spec = TinySpec();
    spec.item_count = 31;
    spec.encoder.width = 8;
    spec.normalize_hidden = true;
    spec.logit_scale = 10.0f;
    spec.weight_dtype = dtype;
    spec.imagine =
        ImagineSpec{.width = 12, .blocks = 2, .attributes = 4, .words = 24, .space = space};
    return spec;
  }

  TestModel model_;
};

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_PARTS_IMAGINE_IMAGINE_MODEL_H_
