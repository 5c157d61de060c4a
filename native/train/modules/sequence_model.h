#ifndef TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_
#define TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_

#include <torch/torch.h>

#include <vector>

#include "core/model/model_spec.h"
#include "native/train/modules/backbone_block.h"

namespace tsugi::train {

/// Dropout probabilities; they exist in training only.
struct DropoutOptions {
  double input = 0.2;   ///< on the encoder's input vectors
  double hidden = 0.2;  ///< on every residual branch
};

/// The trainable twin of core::Recommender: item table, backbone, final norm.
/// Twins: core/encoder/sequence_encoder.h, core/items/item_table.h,
/// core/session_input/event_tokenizer.h.
class SequenceModel : public torch::nn::Module {
 public:
  SequenceModel(const ModelSpec& spec, const DropoutOptions& dropout);

  /// items [B, L] i64 item_index, segments [B, L] i32 (-1: unused) -> hidden [B, L, D] f32.
  /// time_gaps [B, L] i64, TimeGapBucket of each event, for a model that reads times; undefined:
  /// all unknown. `random` decides the dropout masks; none in evaluation.
  torch::Tensor Encode(const torch::Tensor& items, const torch::Tensor& segments,
                       const torch::Tensor& time_gaps = {}, const DropoutRandom& random = {});

  /// The rows that inputs are read from and hidden vectors are scored with, [N, D]. Normalised to
  /// unit length for cosine models. Differentiable.
  torch::Tensor ItemRows() const;

  const ModelSpec& spec() const { return spec_; }

 private:
  ModelSpec spec_;
  torch::Tensor item_table_;
  torch::Tensor time_gap_;  ///< [buckets, D], undefined if the model does not read times
  double input_dropout_;
  torch::nn::ModuleList layers_{nullptr};
  std::vector<std::shared_ptr<BackboneBlock>> blocks_;
  torch::nn::LayerNorm norm_{nullptr};
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_
