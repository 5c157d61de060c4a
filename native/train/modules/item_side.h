#ifndef TSUGI_NATIVE_TRAIN_MODULES_ITEM_SIDE_H_
#define TSUGI_NATIVE_TRAIN_MODULES_ITEM_SIDE_H_

#include <torch/torch.h>

#include <vector>

#include "core/model/model_spec.h"
#include "native/train/item_feature_matrix.h"

namespace tsugi::train {

/// What training knows of the catalogue besides the log. Both matter to a model with a semantic
/// tower only, and are there then: of spec.item_count items and spec.item_tower->features. Borrows.
struct CatalogueKnowledge {
  const ItemFeatureMatrix* features = nullptr;
  const std::vector<bool>* known_items = nullptr;  ///< [N] items with training events
};

/// The trainable item table with its semantic tower, the twin of
/// core/parts/item_tower/item_tower.h:
///
///   row_i = own_i + z_i         z_i = sum_f weight_if * vector_f, 0 without a tower
///   own_i = table_i, or `unknown` where the item is masked or training never sees it
///
/// Rows of cosine models are divided by their length. Inputs and scores read the same rows, so a
/// mask hits both sides.
class ItemSide {
 public:
  /// Registers items.table in `items`, and, for a spec with a tower, its features, unknown and
  /// weights in `tower`.
  ItemSide(const ModelSpec& spec, const CatalogueKnowledge& knowledge, torch::nn::Module& items,
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

/// Divides the last dimension by its Euclidean length.
torch::Tensor UnitLength(const torch::Tensor& x);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_ITEM_SIDE_H_
