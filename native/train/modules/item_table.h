#ifndef TSUGI_NATIVE_TRAIN_MODULES_ITEM_TABLE_H_
#define TSUGI_NATIVE_TRAIN_MODULES_ITEM_TABLE_H_

#include <torch/torch.h>

#include <vector>

#include "core/model/model_spec.h"
#include "native/train/item_feature_matrix.h"

namespace tsugi::train {

/// What training knows of the catalogue besides the log. Both matter to a model with a semantic
/// tower only, and are there then: of spec.item_count items and spec.tower_features. Borrows.
struct CatalogueKnowledge {
  const ItemFeatureMatrix* features = nullptr;
  const std::vector<bool>* known_items = nullptr;  ///< [N] items with training events
};

/// The trainable item table with its semantic tower. Twins: core/items/item_table.h and, for items
/// that training never sees, core/parts/item_tower/item_tower.h:
///
///   row_i = own_i + z_i         z_i = sum_f weight_if * vector_f, 0 without a tower
///   own_i = table_i, or `unknown` where the item is masked or training never sees it
///
/// Rows of cosine models are divided by their length. Inputs and scores read the same rows, so a
/// mask hits both sides.
class ItemTable {
 public:
  /// Registers items.table in `items`, and, for a spec with a tower, its features, unknown and
  /// weights in `tower`.
  ItemTable(const ModelSpec& spec, const CatalogueKnowledge& knowledge, torch::nn::Module& items,
            torch::nn::Module* tower);

  /// [N, W]. mask: [N] bool, true = without its own vector; undefined = none. Differentiable.
  torch::Tensor Rows(const torch::Tensor& mask = {}) const;

 private:
  bool normalize_;
  torch::Tensor table_;                              ///< [N, W]
  torch::Tensor vectors_, unknown_;                  ///< [V, W], [W]; undefined without a tower
  torch::Tensor offsets_, item_features_, weights_;  ///< of ItemFeatureMatrix
  torch::Tensor never_seen_;                         ///< [N] bool
};

/// Two dense layers between item rows of W numbers and an encoder of width D; see the twin,
/// core/items/item_projection.h. They are stored and not trained: buffers of `items`.
///
/// Orthonormal columns on the way in and their transpose on the way out, so that what the encoder
/// passes through comes back as the row it was. What a trained projection adds, the rows and the
/// last layer can learn without it; trained, it learnt the training set by heart (Beauty,
/// validation, seed 1: .0718 at its best against .0724, full rows .0729). Differs from the source
/// (arXiv 2605.23312), whose projected head is trained.
class ItemProjection {
 public:
  ItemProjection(const ModelSpec& spec, torch::nn::Module& items);
  /// [.., W] -> [.., D].
  torch::Tensor MakeTokens(const torch::Tensor& rows) const;
  /// [.., D] -> [.., W].
  torch::Tensor MakeQuery(const torch::Tensor& hidden) const;

 private:
  struct Layer {
    torch::Tensor weight, bias;  ///< [out, in], [out]
  };
  static Layer AddLayer(torch::nn::Module& items, const char* name, const torch::Tensor& weight);
  Layer input_, output_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_ITEM_TABLE_H_
