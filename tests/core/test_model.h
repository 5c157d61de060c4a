#ifndef TSUGI_TESTS_CORE_TEST_MODEL_H_
#define TSUGI_TESTS_CORE_TEST_MODEL_H_

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/aligned_buffer.h"
#include "core/base/random.h"
#include "core/model/model_view.h"
#include "core/model/tensor_table.h"

namespace tsugi {

/// A model with random weights and the memory behind it.
class TestModel {
 public:
  explicit TestModel(const ModelSpec& spec, uint64_t seed = 1) {
    view_.spec = spec;
    Random random(seed);
    for (const TensorEntry& entry : BuildTensorTable(spec)) {
      auto buffer = AlignedBuffer<char>::Create(entry.shape.elements() * DTypeBytes(entry.dtype));
      if (!buffer.ok()) std::abort();
      buffers_.push_back(std::move(buffer).value());
      Fill(entry, buffers_.back().data(), random);
      view_.tensors.emplace(entry.name,
                            TensorView{entry.dtype, entry.shape, buffers_.back().data()});
    }
    if (spec.intent) NameIntents(*spec.intent);
    NameActions(spec.action_count);
  }

  ModelView& view() { return view_; }
  /// Writable values of an f32 or i8 tensor.
  template <typename T>
  T* data(const std::string& name) {
    return const_cast<T*>(static_cast<const T*>(view_.Find(name).data));
  }
  template <typename T>
  void Set(const std::string& name, std::vector<T> values) {
    if (values.size() != view_.Find(name).shape.elements()) std::abort();
    std::copy(values.begin(), values.end(), data<T>(name));
  }

  /// Gives the model a string table. name: a literal.
  void SetStrings(const char* name, const std::vector<std::string>& strings) {
    strings_.push_back(std::make_unique<StringTable>());
    for (const std::string& text : strings) strings_.back()->Append(text);
    view_.SetStrings(name, strings_.back()->View());
  }
  /// Gives item i the attributes per_item[i], of `names` in ascending order.
  void SetAttributes(const std::vector<std::string>& names,
                     const std::vector<std::vector<uint32_t>>& per_item) {
    SetStrings(kAttributeStrings, names);
    attribute_offsets_ = {0};
    attributes_.clear();
    for (const auto& list : per_item) {
      attributes_.insert(attributes_.end(), list.begin(), list.end());
      attribute_offsets_.push_back(static_cast<uint32_t>(attributes_.size()));
    }
    view_.item_attribute_offsets = attribute_offsets_;
    view_.item_attributes = attributes_;
  }

 private:
  void NameIntents(const IntentSpec& intent) {
    std::vector<std::string> labels;
    for (uint32_t family = 0; family < intent.family_count(); ++family) {
      for (uint32_t label = 0; label < intent.family_labels[family]; ++label) {
        labels.push_back("family" + std::to_string(family) + "=label" + std::to_string(label));
      }
    }
    SetStrings(kIntentLabelStrings, labels);
  }
  void NameActions(uint32_t count) {
    std::vector<std::string> names;  // ascending for the few of tests
    for (uint32_t action = 0; action < count; ++action) {
      names.emplace_back(1, static_cast<char>('a' + action));
    }
    SetStrings(kActionStrings, names);
  }
  static void Fill(const TensorEntry& entry, char* memory, Random& random) {
    const bool is_scales = entry.name.ends_with(kScalesSuffix);
    for (uint64_t i = 0; i < entry.shape.elements(); ++i) {
      const double uniform = 2.0 * random.NextUniform() - 1.0;
      if (entry.dtype == DType::kI8) {
        reinterpret_cast<int8_t*>(memory)[i] = static_cast<int8_t>(uniform * 127.9);
      } else if (entry.dtype == DType::kU8) {
        reinterpret_cast<uint8_t*>(memory)[i] = static_cast<uint8_t>(random.NextBelow(256));
      } else {
        const double value = is_scales ? (1.5 + uniform) * 0.003 : 0.4 * uniform;
        const bool is_norm_weight =
            entry.name.find("norm") != std::string::npos && entry.name.ends_with(".weight");
        reinterpret_cast<float*>(memory)[i] =
            static_cast<float>(is_norm_weight ? 1.0 + value : value);
      }
    }
  }

  ModelView view_;
  std::vector<AlignedBuffer<char>> buffers_;
  std::vector<std::unique_ptr<StringTable>> strings_;
  std::vector<uint32_t> attribute_offsets_, attributes_;
};

/// Hand-sized: N 5, D 4, H 2, F 6, T 3.
inline ModelSpec TinySpec() {
  ModelSpec spec;
  spec.item_count = 5;
  spec.encoder = {.width = 4, .layers = 2, .heads = 2, .feed_forward = 6, .window = 3};
  return spec;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_TEST_MODEL_H_
