#ifndef TSUGI_NATIVE_TRAIN_MODULES_ITEM_PROJECTION_H_
#define TSUGI_NATIVE_TRAIN_MODULES_ITEM_PROJECTION_H_

#include <torch/torch.h>

#include "core/model/model_spec.h"

namespace tsugi::train {

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

#endif  // TSUGI_NATIVE_TRAIN_MODULES_ITEM_PROJECTION_H_
