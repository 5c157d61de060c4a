#include "core/parts/intent/intent_heads.h"

#include <algorithm>

#include "core/base/numbers.h"
#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

// Turns logits into probabilities in place. Speed does not matter for a few labels per event, so it
// uses the exponential that gives the same number on every machine: visitors see these values.
void PortableSoftmax(std::span<float> logits) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (float& value : logits) {
    value = static_cast<float>(PortableExp(static_cast<double>(value) - highest));
    sum += static_cast<double>(value);
  }
  for (float& value : logits) value = static_cast<float>(static_cast<double>(value) / sum);
}

void AddScaled(size_t width, float scale, const float* from, float* to) {
  for (size_t d = 0; d < width; ++d) to[d] += scale * from[d];
}

}  // namespace

Result<IntentRows> IntentRows::Create(const ModelSpec& model) {
  const size_t t = model.encoder.window, d = model.encoder.width;
  const size_t labels = model.intent->label_count(), families = model.intent->family_count();
  IntentRows rows;
  TSUGI_RETURN_IF_ERROR(AllocateBuffers({{&rows.features, t * d},
                                         {&rows.short_term, t * d},
                                         {&rows.encoded, t * d},
                                         {&rows.mix, t * d},
                                         {&rows.probabilities, t * labels},
                                         {&rows.weights, t * families},
                                         {&rows.projected, families * d}}));
  return rows;
}

Result<IntentHeads> IntentHeads::Create(const ModelView& view) {
  const LayerTensors tensors(view, kIntentEncoder);
  IntentHeads heads;
  TSUGI_RETURN_IF_ERROR(tensors.Pack({{"heads", &heads.heads_}}));
  heads.label_counts_ = view.spec.intent->family_labels;
  heads.family_count_ = view.spec.intent->family_count();
  heads.label_count_ = view.spec.intent->label_count();
  heads.width_ = view.spec.encoder.width;
  // Small and read row by row, so these stay f32 in every file and need no packing.
  heads.projection_ = tensors.Find("projection").as<float>();
  heads.projection_bias_ = tensors.Find("projection_bias").as<float>();
  heads.attention_ = tensors.Find("attention").as<float>();
  return heads;
}

Status IntentHeads::Run(size_t rows, IntentRows& intent, LinearInput& input) const {
  TSUGI_RETURN_IF_ERROR(input.Prepare(rows, width_, intent.encoded.data()));
  // One dense layer computes the logits of all families, side by side in their order.
  TSUGI_RETURN_IF_ERROR(heads_.Run(input.AllRows(), intent.probabilities.data()));
  for (size_t row = 0; row < rows; ++row) {
    float* probabilities = intent.probabilities.data() + row * label_count_;
    size_t first = 0;
    for (size_t family = 0; family < family_count_; ++family) {
      PortableSoftmax({probabilities + first, label_counts_[family]});
      first += label_counts_[family];
    }
    Mix(probabilities, intent.projected.data(), intent.weights.data() + row * family_count_,
        intent.mix.data() + row * width_);
  }
  return Status();
}

// Recomputing the softmax without the family would move its weight to the others, and the
// difference would no longer be the effect of this family alone.
void IntentHeads::MixWithout(size_t left_out, IntentRows& intent) const {
  float* mix = intent.mix.data();
  std::fill_n(mix, width_, 0.0f);
  for (size_t family = 0; family < family_count_; ++family) {
    if (family == left_out) continue;
    AddScaled(width_, intent.weights.data()[family], intent.projected.data() + family * width_,
              mix);
  }
}

void IntentHeads::Mix(const float* probabilities, float* projected, float* weights,
                      float* mix) const {
  // V_i is linear in the probabilities, so it costs P products of width D and needs no kernel.
  size_t label = 0;
  for (size_t family = 0; family < family_count_; ++family) {
    float* row = projected + family * width_;
    std::copy_n(projection_bias_.data() + family * width_, width_, row);
    for (const size_t end = label + label_counts_[family]; label < end; ++label) {
      AddScaled(width_, probabilities[label], projection_.data() + label * width_, row);
    }
    weights[family] = 0.0f;
    for (size_t d = 0; d < width_; ++d) weights[family] += attention_[d] * row[d];
  }
  // The attention logits become weights that sum to 1, so Z stays on the scale of one V_i whatever
  // the number of families.
  PortableSoftmax({weights, family_count_});
  std::fill_n(mix, width_, 0.0f);
  for (size_t family = 0; family < family_count_; ++family) {
    AddScaled(width_, weights[family], projected + family * width_, mix);
  }
}

}  // namespace tsugi
