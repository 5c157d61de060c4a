#ifndef TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_
#define TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/model/model_spec.h"
#include "native/train/intent/intent_encoder.h"
#include "native/train/modules/backbone_block.h"
#include "native/train/modules/item_table.h"

namespace tsugi::train {

/// What exists of a model in training only.
struct TrainingOptions {
  double input_dropout = 0.0;   ///< on the encoder's input vectors
  double hidden_dropout = 0.0;  ///< on every residual branch
  /// Labels of each family of auxiliary intent heads on the item encoder's output, which train it
  /// and are not exported; empty: none. Requires: the spec itself has no intents then.
  std::vector<uint32_t> auxiliary_labels = {};
  /// Whether the item loss trains the intent heads too, through Z.
  bool trains_heads_by_items = true;
};

/// Events of B bins of L tokens.
struct SequenceInput {
  torch::Tensor items;     ///< [B, L] i64 item_index
  torch::Tensor segments;  ///< [B, L] i32 chunk number within the bin; -1: unused
  /// [B, L] i64 TimeGapBucket of each event, for a model that reads times; undefined: all unknown.
  torch::Tensor time_gaps;
  /// [B, L] i64 ShortTermCount of each event, for a model with a short-term encoder; undefined:
  /// its events alone count.
  torch::Tensor short_term_counts;
  /// [B, L] i64 Event::action and ValueBucket of each event, for a model that reads them;
  /// undefined: all unknown.
  torch::Tensor actions = {}, values = {};
};

/// What the model makes of them.
struct EncodedSequence {
  torch::Tensor query;                     ///< [B, L, W] what items' rows are compared with
  torch::Tensor intent_log_probabilities;  ///< [B, L, P]; undefined for a model without heads
};

/// The trainable twin of core::Recommender: item table, encoders, final norm.
/// Twins: core/session_encoder.h, core/items/item_projection.h, core/parts/item_tower/item_tower.h,
/// core/session_input/event_tokenizer.h.
class SequenceModel : public torch::nn::Module {
 public:
  explicit SequenceModel(const ModelSpec& spec, const TrainingOptions& options = {},
                         const CatalogueKnowledge& knowledge = {});

  /// item_rows: as ItemRows returns them. `random` decides the dropout masks; none in evaluation.
  EncodedSequence Encode(const SequenceInput& input, const torch::Tensor& item_rows,
                         const DropoutRandom& random = {});
  EncodedSequence Encode(const SequenceInput& input) { return Encode(input, ItemRows()); }

  /// The rows that inputs are read from and queries are scored with, [N, W]; see ItemTable::Rows.
  torch::Tensor ItemRows(const torch::Tensor& mask = {}) const { return items_->Rows(mask); }

  const ModelSpec& spec() const { return spec_; }
  /// [spec.value_buckets - 2] where values are parted into buckets: constant, saved, not learnt.
  /// Requires, to set them: as many as the spec has room for.
  std::vector<float> ValueEdges() const;
  void SetValueEdges(const std::vector<float>& edges);

 private:
  torch::Tensor Features(const SequenceInput& input, const torch::Tensor& item_rows);
  /// X' of the intent encoder; fills `encoded` with what it predicts.
  torch::Tensor ThroughIntents(const torch::Tensor& features, const SequenceInput& input,
                               const AttentionPattern& pattern, const DropoutRandom& random,
                               EncodedSequence& encoded);

  ModelSpec spec_;
  TrainingOptions options_;
  std::unique_ptr<ItemTable> items_;
  std::optional<ItemProjection> projection_;  ///< if the spec has one
  torch::Tensor time_gap_;     ///< [buckets, D], undefined if the model does not read times
  torch::Tensor actions_;      ///< [1 + actions, D], or undefined
  torch::Tensor values_;       ///< [buckets, D], or undefined
  torch::Tensor value_edges_;  ///< [buckets - 2], a buffer, or undefined
  BackboneLayers layers_;
  torch::nn::LayerNorm norm_{nullptr};
  std::shared_ptr<ShortTermEncoder> short_term_;  ///< if the spec has one
  std::shared_ptr<IntentEncoder> intent_;         ///< if the spec has intents
  std::optional<PartsInput> input_;               ///< with it
  torch::nn::Linear auxiliary_heads_{nullptr};    ///< if there are any
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_
