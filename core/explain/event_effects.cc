#include "core/explain/event_effects.h"

#include <algorithm>
#include <cmath>

#include "core/layers/layer_tensors.h"
#include "core/model/tensor_table.h"

namespace tsugi {
namespace {

float Dot(const float* a, const float* b, size_t count) {
  float sum = 0;
  for (size_t i = 0; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

float Sigmoid(float value) { return 1.0f / (1.0f + std::exp(-value)); }

void Softmax(std::span<float> values) {
  const float highest = *std::max_element(values.begin(), values.end());
  float sum = 0;
  for (float& value : values) sum += value = std::exp(value - highest);
  for (float& value : values) value /= sum;
}

/// to += factor * row `row` of the matrix.
[[gnu::noinline]] void AddRow(const LinearWeights& matrix, size_t row, float factor,
                              std::span<float> to) {
  if (matrix.weight.dtype == DType::kI8) {
    const int8_t* from = matrix.weight.as<int8_t>().data() + row * to.size();
    factor *= matrix.scales[row];
    for (size_t i = 0; i < to.size(); ++i) to[i] += factor * static_cast<float>(from[i]);
  } else {
    const float* from = matrix.weight.as<float>().data() + row * to.size();
    for (size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
  }
}

double RowDot(const LinearWeights& matrix, size_t row, std::span<const float> values) {
  const size_t first = row * values.size();
  const bool is_i8 = matrix.weight.dtype == DType::kI8;
  double sum = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const float weight = is_i8 ? static_cast<float>(matrix.weight.as<int8_t>()[first + i])
                               : matrix.weight.as<float>()[first + i];
    sum += static_cast<double>(weight * values[i]);
  }
  return is_i8 ? sum * static_cast<double>(matrix.scales[row]) : sum;
}

/// The Euclidean length, at least 1e-12, of the query that a hidden vector [D] becomes through the
/// output layer of an item projection, or of the vector itself without one. slopes [D] receives the
/// derivative of its activation at each number; 1 without a projection. Runs once a list: small
/// code.
[[gnu::cold]] double QueryLength(const std::optional<LinearWeights>& projection,
                                 std::span<const float> hidden, std::span<float> slopes) {
  double squares = 0;
  if (!projection) {
    std::fill(slopes.begin(), slopes.end(), 1.0f);
    for (const float value : hidden) squares += static_cast<double>(value) * value;
    return std::max(std::sqrt(squares), 1e-12);
  }
  std::vector<float> active(hidden.size());
  for (size_t d = 0; d < hidden.size(); ++d) {
    const float sigmoid = Sigmoid(hidden[d]);
    active[d] = hidden[d] + hidden[d] * sigmoid;
    // d/dh (h + h s(h)) = 1 + s + h s (1 - s), with the logistic function s.
    slopes[d] = 1.0f + sigmoid * (1.0f + hidden[d] * (1.0f - sigmoid));
  }
  for (size_t p = 0; p < projection->bias.size(); ++p) {
    const double value = RowDot(*projection, p, active) + static_cast<double>(projection->bias[p]);
    squares += value * value;
  }
  return std::max(std::sqrt(squares), 1e-12);
}

}  // namespace

[[gnu::cold]] EventEffects::EventEffects(const ModelView& view, const AddedItems* added)
    : spec_(view.spec), items_(view, added), norm_(LayerTensors(view, kItemEncoder).Norm("norm")) {
  const size_t width = spec_.encoder.width;
  for (uint32_t layer = 0; layer < spec_.encoder.layers; ++layer) {
    const LayerTensors tensors(view, LayerPrefix(layer));
    layers_.push_back(
        {tensors.Dense("output"), tensors.Find("relative_bias").as<float>(), nullptr});
  }
  token_.resize(width);
  queries_.resize(layers_.size() * width);
  gates_.resize(layers_.size() * width);
  attention_.resize(layers_.size() * spec_.encoder.heads * spec_.encoder.window);
  if (spec_.projection_width > 0) projection_ = LayerTensors(view, kItemSide).Dense("output");
  slopes_.resize(width);
  row_.resize(spec_.row_width());
  direction_.resize(width);
  pulled_.resize(width);
}

// A score is logit_scale * <query, row> and the query is linear in the norm's output if the norm's
// deviation, the query's length and the activation of the projection stay as they are at this row.
// scale_ and slopes_ hold those three, so OfItem only has linear algebra left to do.
[[gnu::cold]] size_t EventEffects::ReadRow(KvState& state, const float* last_x,
                                           std::span<const float> before) {
  window_ = std::min<size_t>(spec_.encoder.window, state.row_count());
  for (size_t layer = 0; layer < layers_.size(); ++layer) ReadAttention(layer, state);
  for (size_t d = 0; d < before.size(); ++d) token_[d] -= before[d];
  const size_t width = spec_.encoder.width;
  double sum = 0, squares = 0;
  for (size_t d = 0; d < width; ++d) sum += static_cast<double>(last_x[d]);
  const double mean = sum / static_cast<double>(width);
  for (size_t d = 0; d < width; ++d) {
    const double centred = static_cast<double>(last_x[d]) - mean;
    squares += centred * centred;
  }
  const double deviation =
      std::sqrt(squares / static_cast<double>(width) + static_cast<double>(kNormEpsilon));
  for (size_t d = 0; d < width; ++d) {
    direction_[d] =
        static_cast<float>((static_cast<double>(last_x[d]) - mean) / deviation) * norm_.weight[d] +
        norm_.bias[d];
  }
  const double length = QueryLength(projection_, direction_, slopes_);
  scale_ = static_cast<float>(static_cast<double>(spec_.logit_scale) /
                              (deviation * (spec_.normalize_hidden ? length : 1.0)));
  return window_;
}

// Attention weights are not kept while encoding: no other caller needs them, and recomputing one
// row's costs little.
void EventEffects::ReadAttention(size_t layer, KvState& state) {
  const size_t width = spec_.encoder.width;
  const size_t head_width = width / spec_.encoder.heads;
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_width));
  const size_t first_layer = spec_.state_layer_count() - spec_.encoder.layers;
  const KeyValueRows rows = state.Rows(first_layer + layer, 0);
  const float* keys = rows.data + (rows.key_rows - window_) * 2 * width;
  layers_[layer].values = keys + width;
  for (size_t head = 0; head < spec_.encoder.heads; ++head) {
    float* weights =
        attention_.data() + (layer * spec_.encoder.heads + head) * spec_.encoder.window;
    const float* query = queries_.data() + layer * width + head * head_width;
    const float* bias = layers_[layer].relative_bias.data() + head * spec_.encoder.window;
    for (size_t j = 0; j < window_; ++j) {
      weights[j] = Dot(query, keys + j * 2 * width + head * head_width, head_width) * scale +
                   bias[window_ - 1 - j];
    }
    Softmax({weights, window_});
  }
}

// pulled = W_out^T (gate * direction): what a change of the attended values is worth in the
// direction of the item. The gate is held at its value for this row.
void EventEffects::PullBack(size_t layer) {
  std::fill(pulled_.begin(), pulled_.end(), 0.0f);
  const bool is_gated = spec_.encoder.block == BlockKind::kGated;
  for (size_t d = 0; d < direction_.size(); ++d) {
    const float gate = is_gated ? Sigmoid(gates_[layer * direction_.size() + d]) : 1.0f;
    AddRow(layers_[layer].output, d, direction_[d] * gate, pulled_);
  }
}

void EventEffects::PullItem(uint32_t item_index) {
  items_.EmbedItem(item_index, row_.data());
  if (projection_) {
    std::fill(direction_.begin(), direction_.end(), 0.0f);
    for (size_t p = 0; p < row_.size(); ++p) AddRow(*projection_, p, row_[p], direction_);
  } else {
    direction_ = row_;
  }
  for (size_t d = 0; d < direction_.size(); ++d) direction_[d] *= slopes_[d];
}

// Subtracting the mean carries the direction through the norm's centring: moving every number of a
// row by the same amount changes nothing after the norm.
void EventEffects::OfItem(uint32_t item_index, std::span<float> effects) {
  const size_t width = spec_.encoder.width;
  const size_t head_width = width / spec_.encoder.heads;
  PullItem(item_index);
  float mean = 0;
  for (size_t d = 0; d < width; ++d) {
    direction_[d] *= norm_.weight[d] * scale_ / spec_.input_scale;
    mean += direction_[d] / static_cast<float>(width);
  }
  for (float& value : direction_) value -= mean;
  std::fill(effects.begin(), effects.end(), 0.0f);
  effects[window_ - 1] = Dot(direction_.data(), token_.data(), width);
  for (size_t layer = 0; layer < layers_.size(); ++layer) {
    PullBack(layer);
    for (size_t head = 0; head < spec_.encoder.heads; ++head) {
      const size_t column = head * head_width;
      const float* weights =
          attention_.data() + (layer * spec_.encoder.heads + head) * spec_.encoder.window;
      const float* values = layers_[layer].values + column;
      for (size_t j = 0; j < window_; ++j) {
        effects[j] += weights[j] * Dot(pulled_.data() + column, values + j * 2 * width, head_width);
      }
    }
  }
}

}  // namespace tsugi
