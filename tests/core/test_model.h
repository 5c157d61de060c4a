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
    NameIntents(spec);
    NameActions(spec);
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

  /// Gives item i the attributes per_item[i], of `names` in ascending order.
  void SetAttributes(const std::vector<std::string>& names,
                     const std::vector<std::vector<uint32_t>>& per_item) {
    attributes_ = std::make_unique<Attributes>();
    for (const std::string& name : names) {
      attributes_->text += name;
      attributes_->name_offsets.push_back(attributes_->text.size());
    }
    for (const auto& list : per_item) {
      attributes_->values.insert(attributes_->values.end(), list.begin(), list.end());
      attributes_->offsets.push_back(static_cast<uint32_t>(attributes_->values.size()));
    }
    view_.SetStrings(kAttributeStrings, {attributes_->name_offsets, attributes_->text});
    view_.item_attribute_offsets = attributes_->offsets;
    view_.item_attributes = attributes_->values;
  }

 private:
  struct Strings {
    std::vector<uint64_t> offsets = {0};
    std::string text;
  };
  struct Attributes {
    std::vector<uint64_t> name_offsets = {0};
    std::string text;
    std::vector<uint32_t> offsets = {0}, values;
  };
  void NameIntents(const ModelSpec& spec) {
    if (!spec.intent) return;
    intent_labels_ = std::make_unique<Strings>();
    for (uint32_t family = 0; family < spec.intent->family_count(); ++family) {
      for (uint32_t label = 0; label < spec.intent->family_labels[family]; ++label) {
        intent_labels_->text +=
            "family" + std::to_string(family) + "=label" + std::to_string(label);
        intent_labels_->offsets.push_back(intent_labels_->text.size());
      }
    }
    view_.SetStrings(kIntentLabelStrings, {intent_labels_->offsets, intent_labels_->text});
  }
  void NameActions(const ModelSpec& spec) {
    if (spec.action_count == 0) return;
    action_names_ = std::make_unique<Strings>();
    for (uint32_t action = 0; action < spec.action_count; ++action) {
      action_names_->text += static_cast<char>('a' + action);  // ascending for the few of tests
      action_names_->offsets.push_back(action_names_->text.size());
    }
    view_.SetStrings(kActionStrings, {action_names_->offsets, action_names_->text});
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
  std::unique_ptr<Attributes> attributes_;
  std::unique_ptr<Strings> intent_labels_;
  std::unique_ptr<Strings> action_names_;
};

/// Hand-sized: N 5, D 4, H 2, F 6, T 3.
inline ModelSpec TinySpec() {
  ModelSpec spec;
  spec.item_count = 5;
  spec.encoder.width = 4;
  spec.encoder.layers = 2;
  spec.encoder.heads = 2;
  spec.encoder.feed_forward = 6;
  spec.encoder.window = 3;
  return spec;
}

}  // namespace tsugi

#endif  // TSUGI_TESTS_CORE_TEST_MODEL_H_
