#include "native/train/modules/item_table.h"

#include <cmath>

#include "native/train/modules/unit_rows.h"

namespace tsugi::train {
namespace {

namespace F = torch::nn::functional;

constexpr double kInitStddev = 0.02;

template <typename T>
torch::Tensor Copy(const std::vector<T>& values, torch::ScalarType type) {
  return torch::from_blob(const_cast<T*>(values.data()), {static_cast<int64_t>(values.size())},
                          type)
      .clone();
}

}  // namespace

ItemTable::ItemTable(const ModelSpec& spec, const CatalogueKnowledge& knowledge,
                     torch::nn::Module& items, torch::nn::Module* tower)
    : normalize_(spec.normalize_hidden) {
  const int64_t width = spec.row_width();
  table_ = items.register_parameter("table", torch::randn({spec.item_count, width}) * kInitStddev);
  if (tower == nullptr) return;
  vectors_ = tower->register_parameter(
      "features", torch::randn({spec.item_tower->features, width}) * kInitStddev);
  unknown_ = tower->register_parameter("unknown", torch::randn({width}) * kInitStddev);
  const ItemFeatureMatrix& matrix = *knowledge.features;
  tower->register_buffer("weights", Copy(matrix.feature_weights, torch::kFloat32));
  offsets_ = Copy(matrix.offsets, torch::kInt64);
  item_features_ = Copy(matrix.features, torch::kInt64);
  weights_ = Copy(matrix.weights, torch::kFloat32);
  never_seen_ = torch::zeros({spec.item_count}, torch::kBool);
  for (uint32_t i = 0; i < spec.item_count; ++i) never_seen_[i] = !(*knowledge.known_items)[i];
}

torch::Tensor ItemTable::Rows(const torch::Tensor& mask) const {
  auto rows = table_;
  if (vectors_.defined()) {
    const auto without = mask.defined() ? never_seen_.logical_or(mask) : never_seen_;
    const auto own = torch::where(without.unsqueeze(1), unknown_.unsqueeze(0), table_);
    rows = own + F::embedding_bag(item_features_, vectors_,
                                  F::EmbeddingBagFuncOptions()
                                      .offsets(offsets_)
                                      .mode(torch::kSum)
                                      .per_sample_weights(weights_)
                                      .include_last_offset(true));
  }
  return normalize_ ? UnitRows(rows) : rows;
}

ItemProjection::ItemProjection(const ModelSpec& spec, torch::nn::Module& items) {
  const auto columns =
      torch::nn::init::orthogonal_(torch::empty({spec.encoder.width, spec.row_width()}));
  const double widths = static_cast<double>(spec.encoder.width) / spec.row_width();
  input_ = AddLayer(items, "input", columns * std::sqrt(widths));
  output_ = AddLayer(items, "output", columns.t().contiguous());
}

ItemProjection::Layer ItemProjection::AddLayer(torch::nn::Module& items, const char* name,
                                               const torch::Tensor& weight) {
  const auto layer = items.register_module(name, std::make_shared<torch::nn::Module>(name));
  return {layer->register_buffer("weight", weight),
          layer->register_buffer("bias", torch::zeros({weight.size(0)}))};
}

torch::Tensor ItemProjection::MakeTokens(const torch::Tensor& rows) const {
  return torch::linear(rows, input_.weight, input_.bias);
}

torch::Tensor ItemProjection::MakeQuery(const torch::Tensor& hidden) const {
  return torch::linear(hidden + torch::silu(hidden), output_.weight, output_.bias);
}

}  // namespace tsugi::train
