#ifndef TSUGI_TESTS_NATIVE_EVAL_SMALL_MODEL_H_
#define TSUGI_TESTS_NATIVE_EVAL_SMALL_MODEL_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/model/tensor_table.h"
#include "native/model/model_file.h"

namespace tsugi {

/// A one-layer f32 model of width 8 with small random weights, the given ids and a title for each.
inline ModelData MakeRandomModel(const std::vector<std::string>& ids, uint64_t seed) {
  ModelSpec spec;
  spec.item_count = static_cast<uint32_t>(ids.size());
  spec.encoder.width = 8;
  spec.encoder.layers = 1;
  spec.encoder.feed_forward = 16;
  spec.encoder.window = 4;
  Result<ModelData> model = ModelData::Create(spec);
  EXPECT_TRUE(model.ok()) << model.status().message();
  Random random(seed);
  for (const TensorEntry& entry : BuildTensorTable(spec)) {
    for (float& value : model->floats(entry.name)) {
      value = static_cast<float>(random.NextUniform() - 0.5);
    }
  }
  for (const std::string& id : ids) {
    model->strings[kItemIdStrings].Append(id);
    model->strings[kItemTitleStrings].Append("title of " + id);
  }
  return std::move(model).value();
}

/// A model that scores item i by scores[i] after every history: the final norm's weight is 0 and
/// its bias (1, 0, 0, ...), so that the score is the first column of the item table. names: the
/// items' ids; none: "0", "1" ...
inline ModelData MakeConstantModel(const std::vector<float>& scores,
                                   const StringTableView& names = {}) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < scores.size(); ++i) {
    ids.push_back(names.size() > 0 ? std::string(names[i]) : std::to_string(i));
  }
  ModelData model = MakeRandomModel(ids, 1);
  for (float& weight : model.floats("encoder.norm.weight")) weight = 0.0f;
  for (float& bias : model.floats("encoder.norm.bias")) bias = 0.0f;
  model.floats("encoder.norm.bias")[0] = 1.0f;
  for (size_t i = 0; i < scores.size(); ++i) {
    model.floats(kItemTable)[i * model.spec.encoder.width] = scores[i];
  }
  return model;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_NATIVE_EVAL_SMALL_MODEL_H_
