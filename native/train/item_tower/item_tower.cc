#include "native/train/item_tower/item_tower.h"

namespace tsugi::train {
namespace {

constexpr double kTowerStddev = 0.02;

/// from_blob only borrows. The clone owns its numbers, since the features are dropped after the
/// model is made.
template <typename T>
torch::Tensor Copy(const std::vector<T>& values, torch::ScalarType type) {
  return torch::from_blob(const_cast<T*>(values.data()), {static_cast<int64_t>(values.size())},
                          type)
      .clone();
}

}  // namespace

// The weights of features are a buffer: the engine needs them to build the row of an item that
// joins later, by the rule by which training built these.
ItemTower::ItemTower(const ModelSpec& spec, const ItemFeatureMatrix& features)
    : offsets_(Copy(features.offsets, torch::kInt64)),
      item_features_(Copy(features.features, torch::kInt64)),
      weights_(Copy(features.weights, torch::kFloat32)),
      never_seen_(torch::zeros({spec.item_count}, torch::kBool)) {
  const int64_t width = spec.row_width();
  vectors_ = register_parameter("features",
                                torch::randn({spec.item_tower->features, width}) * kTowerStddev);
  unknown_ = register_parameter("unknown", torch::randn({width}) * kTowerStddev);
  register_buffer("weights", Copy(features.feature_weights, torch::kFloat32));
  auto is_never_seen = never_seen_.accessor<bool, 1>();
  for (uint32_t i = 0; i < spec.item_count; ++i) is_never_seen[i] = !features.is_known[i];
  if (!features.vectors.empty()) AddModalities(features.vectors, width);
  if (never_seen_.any().item<bool>()) trained_ = never_seen_.logical_not().nonzero().view(-1);
}

// Parameters called "modality.0", "modality.1" ..., as the tensors of the model are.
void ItemTower::AddModalities(const std::vector<std::shared_ptr<const GivenVectors>>& vectors,
                              int64_t width) {
  const auto maps = register_module("modality", std::make_shared<torch::nn::Module>("modality"));
  for (const auto& given : vectors) {
    const auto items = static_cast<int64_t>(given->is_given.size());
    Modality modality;
    // Borrowed, as vectors of a million items fill gigabytes; the tensor keeps them alive.
    modality.units = torch::from_blob(
        const_cast<float*>(given->units.data()), {items, static_cast<int64_t>(given->width)},
        [given](void*) {}, torch::kFloat32);
    modality.is_given = torch::zeros({items}, torch::kBool);
    auto is_given = modality.is_given.accessor<bool, 1>();
    for (int64_t i = 0; i < items; ++i) is_given[i] = given->is_given[static_cast<size_t>(i)];
    modality.map = maps->register_parameter(
        std::to_string(modalities_.size()),
        torch::randn({static_cast<int64_t>(given->width), width}) * kTowerStddev);
    modalities_.push_back(std::move(modality));
  }
  modality_bias_ = register_parameter("modality_bias",
                                      torch::zeros({static_cast<int64_t>(vectors.size()), width}));
}

// row_i = own_i + sum_f w_if feature_f, where own_i is `unknown` for a masked item and for one that
// training never sees. Masking teaches `unknown` and the features to do without own vectors, which
// is all that a new item has. A bag of embeddings makes no tensor of [features of all items, W].
//
// Masking given vectors teaches the same of them: a new item need not have one, and words must not
// be left to those that have none.
torch::Tensor ItemTower::Rows(const torch::Tensor& table, const ItemMask& mask) const {
  namespace F = torch::nn::functional;
  const auto without = mask.ids.defined() ? never_seen_.logical_or(mask.ids) : never_seen_;
  const auto own = torch::where(without.unsqueeze(1), unknown_.unsqueeze(0), table);
  auto rows = own + F::embedding_bag(item_features_, vectors_,
                                     F::EmbeddingBagFuncOptions()
                                         .offsets(offsets_)
                                         .mode(torch::kSum)
                                         .per_sample_weights(weights_)
                                         .include_last_offset(true));
  for (size_t m = 0; m < modalities_.size(); ++m) {
    const auto place = static_cast<int64_t>(m);
    auto is_there = modalities_[m].is_given;
    if (mask.vectors.defined()) is_there = is_there.logical_and(mask.vectors[place].logical_not());
    const auto made = torch::addmm(modality_bias_[place], modalities_[m].units, modalities_[m].map);
    rows = rows + made * is_there.unsqueeze(1);
  }
  return rows;
}

}  // namespace tsugi::train
