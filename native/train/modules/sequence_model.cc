#include "native/train/modules/sequence_model.h"

#include <cmath>
#include <numeric>

#include "native/train/intent/intent_encoder.h"
#include "native/train/item_tower/item_tower.h"

namespace tsugi::train {
namespace {

constexpr double kItemTableStddev = 0.02;

}  // namespace

// Rows come with the length sqrt(W): unit rows times input_scale. Orthonormal columns keep that
// length, so the factor sqrt(D / W) gives tokens the length sqrt(D), the same as without a
// projection.
ItemProjection::ItemProjection(const ModelSpec& spec, torch::nn::Module& items) {
  const auto columns =
      torch::nn::init::orthogonal_(torch::empty({spec.encoder.width, spec.row_width()}));
  const double widths = static_cast<double>(spec.encoder.width) / spec.row_width();
  input_ = AddLayer(items, "input", columns * std::sqrt(widths));
  output_ = AddLayer(items, "output", columns.t().contiguous());
}

// Buffers and not parameters: the optimiser does not see them, but they have the names of the
// tensor table and are saved and exported like the rest.
ItemProjection::Layer ItemProjection::AddLayer(torch::nn::Module& items, const char* name,
                                               const torch::Tensor& weight) {
  const auto layer = items.register_module(name, std::make_shared<torch::nn::Module>(name));
  return {layer->register_buffer("weight", weight),
          layer->register_buffer("bias", torch::zeros({weight.size(0)}))};
}

torch::Tensor ItemProjection::MakeTokens(const torch::Tensor& rows) const {
  return torch::linear(rows, input_.weight, input_.bias);
}

// The activation of the twin, x + SiLU(x); core/items/item_table.h says why not SiLU alone.
torch::Tensor ItemProjection::MakeQuery(const torch::Tensor& hidden) const {
  return torch::linear(hidden + torch::silu(hidden), output_.weight, output_.bias);
}

SequenceModel::SequenceModel(const ModelSpec& spec, const TrainingOptions& options,
                             const ItemFeatureMatrix* features)
    : spec_(spec), options_(options) {
  // Sub-module and parameter names spell the names of core/model/tensor_table.h.
  const auto items = register_module("items", std::make_shared<torch::nn::Module>("items"));
  item_table_ = items->register_parameter(
      "table", torch::randn({spec.item_count, spec.row_width()}) * kItemTableStddev);
  if (spec.item_tower) {
    item_rows_ = register_module("item_tower", std::make_shared<ItemTower>(spec, *features));
  }
  if (spec.projection_width > 0) projection_.emplace(spec, *items);
  const auto encoder = register_module("encoder", std::make_shared<torch::nn::Module>("encoder"));
  if (spec.time_gap_buckets > 0) {
    // Context rows start at zero: the model starts as one that reads items alone, and learns how
    // much a time, an action or a value adds.
    time_gap_ = encoder->register_parameter(
        "time_gap", torch::zeros({spec.time_gap_buckets, spec.encoder.width}));
  }
  if (spec.action_count > 0) {
    actions_ = encoder->register_parameter(
        "actions", torch::zeros({spec.action_count + 1, spec.encoder.width}));
  }
  if (spec.value_buckets > 0) {
    values_ = encoder->register_parameter("values",
                                          torch::zeros({spec.value_buckets, spec.encoder.width}));
    value_edges_ = encoder->register_buffer("value_edges", torch::zeros({spec.value_buckets - 2}));
  }
  layers_ = BackboneLayers(spec.encoder, spec.encoder.layers, options.hidden_dropout, *encoder);
  norm_ = encoder->register_module("norm", MakeNorm(spec.encoder.width));
  if (const auto& labels = options.auxiliary_labels; !labels.empty()) {
    const auto count = std::accumulate(labels.begin(), labels.end(), int64_t{0});
    auxiliary_heads_ =
        register_module("auxiliary_heads", MakeLinear(spec.encoder.width, count, 0.02));
  }
  if (spec.intent) {
    context_ = register_module("intent", std::make_shared<IntentEncoder>(spec, options, *encoder));
  }
}

// Normalised here, once a step for all rows, and not where rows are used: inputs and scores need
// the same rows, and the exported table holds them in this form.
torch::Tensor SequenceModel::ItemRows(const ItemMask& mask) const {
  const auto rows = item_rows_ != nullptr ? item_rows_->Rows(item_table_, mask) : item_table_;
  return spec_.normalize_hidden ? UnitRows(rows) : rows;
}

torch::Tensor SequenceModel::TrainedItems() const {
  return item_rows_ != nullptr ? item_rows_->TrainedItems() : torch::Tensor();
}

// Row 0 of each context table stands for "unknown". A column that the input does not have is read
// as unknown everywhere, as the engine reads an event that was pushed without it.
torch::Tensor SequenceModel::Features(const SequenceInput& input, const torch::Tensor& item_rows) {
  const auto rows = item_rows.index_select(0, input.items.view(-1));  // [B * L, W]
  auto x = rows.view({input.items.size(0), input.items.size(1), -1}) * spec_.input_scale;
  if (projection_) x = projection_->MakeTokens(x);
  const auto add = [&](const torch::Tensor& rows_of, const torch::Tensor& given) {
    if (!rows_of.defined()) return;
    const auto places = given.defined() ? given : torch::zeros_like(input.items);
    x = x + rows_of.index_select(0, places.view(-1)).view(x.sizes());
  };
  add(time_gap_, input.time_gaps);
  add(actions_, input.actions);
  add(values_, input.values);
  return x;
}

void SequenceModel::SetValueEdges(const std::vector<float>& edges) {
  torch::NoGradGuard no_grad;
  if (value_edges_.defined()) value_edges_.copy_(torch::tensor(edges));
}

std::vector<float> SequenceModel::ValueEdges() const {
  if (!value_edges_.defined()) return {};
  return {value_edges_.data_ptr<float>(), value_edges_.data_ptr<float>() + value_edges_.numel()};
}

// The context module comes before the encoder, since the encoder reads its predictions. Auxiliary
// heads come after it: they only shape what the encoder learns, and serving does not need them.
EncodedSequence SequenceModel::Encode(const SequenceInput& input, const torch::Tensor& item_rows,
                                      const DropoutRandom& random) {
  const AttentionPattern pattern = MakeAttentionPattern(input.segments, spec_.encoder.window);
  EncodedSequence encoded;
  auto x = Dropout(Features(input, item_rows), options_.input_dropout, random);
  if (context_ != nullptr) {
    ContextModule::Output context = context_->Forward(x, input, pattern, random);
    x = context.tokens;
    encoded.auxiliary_log_probabilities = context.log_probabilities;
  }
  const auto hidden = norm_(layers_.Forward(x, pattern, random));
  if (!auxiliary_heads_.is_empty()) {
    encoded.auxiliary_log_probabilities =
        LogSoftmaxInGroups(auxiliary_heads_(hidden), options_.auxiliary_labels);
  }
  encoded.query = projection_ ? projection_->MakeQuery(hidden) : hidden;
  // After the projection, because the cosine is taken with rows of width W.
  if (spec_.normalize_hidden) encoded.query = UnitRows(encoded.query);
  return encoded;
}

}  // namespace tsugi::train
