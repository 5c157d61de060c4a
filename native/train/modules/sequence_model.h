#ifndef TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_
#define TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/model/model_spec.h"
#include "native/train/modules/layers.h"

namespace tsugi::train {

/// Two dense layers between item rows of W numbers and an encoder of width D; see the twin,
/// core/items/item_table.h. They are stored and not trained: buffers of `items`.
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

struct ItemFeatureMatrix;

/// What exists of a model in training only.
struct TrainingOptions {
  double input_dropout = 0.0;   ///< on the encoder's input vectors
  double hidden_dropout = 0.0;  ///< on every residual branch
  /// Sizes of the groups of labels that auxiliary heads on the item encoder's output predict. They
  /// train the encoder and are not exported; empty: none. Requires: the spec has no context module
  /// then.
  std::vector<uint32_t> auxiliary_labels = {};
  /// Whether the item loss also trains what the context module predicts.
  bool trains_context_by_items = true;
};

/// Events of B bins of L tokens.
struct SequenceInput {
  torch::Tensor items;     ///< [B, L] i64 item_index
  torch::Tensor segments;  ///< [B, L] i32 chunk number within the bin; -1: unused
  /// [B, L] i64 TimeGapBucket of each event, for a model that reads times; undefined: all unknown.
  torch::Tensor time_gaps = {};
  /// [B, L] i64 unix seconds of each event, 0 where unknown; undefined: all unknown.
  torch::Tensor times = {};
  /// [B, L] i64 Event::action and ValueBucket of each event, for a model that reads them;
  /// undefined: all unknown.
  torch::Tensor actions = {}, values = {};
};

/// What the model makes of them.
struct EncodedSequence {
  torch::Tensor query;  ///< [B, L, W] what items' rows are compared with
  /// [B, L, P] of the context module or the auxiliary heads; undefined for a model without either.
  torch::Tensor auxiliary_log_probabilities;
};

/// What the rows of items go without, for a model with an ItemRowModule. Undefined = nothing.
struct ItemMask {
  torch::Tensor ids = {};      ///< [N] bool, true = without the item's own vector
  torch::Tensor vectors = {};  ///< [M, N] bool, true = without the given vector of a modality
};

/// Makes the item rows of a model whose rows hold more than the item table.
class ItemRowModule : public torch::nn::Module {
 public:
  /// Rows [N, W] of any length, from the table [N, W]. mask: as SequenceModel::ItemRows.
  virtual torch::Tensor Rows(const torch::Tensor& table, const ItemMask& mask) const = 0;
  /// As SequenceModel::TrainedItems.
  virtual torch::Tensor TrainedItems() const = 0;
};

/// Predicts something of every event before the item encoder runs, and conditions the encoder on
/// it.
class ContextModule : public torch::nn::Module {
 public:
  struct Output {
    torch::Tensor tokens;             ///< [B, L, D] what the item encoder reads
    torch::Tensor log_probabilities;  ///< [B, L, P] what is predicted
  };
  /// features [B, L, D] of the events.
  virtual Output Forward(const torch::Tensor& features, const SequenceInput& input,
                         const AttentionPattern& pattern, const DropoutRandom& random) = 0;
};

/// The trainable twin of core::Recommender: item table, encoders, final norm.
/// Twins: core/session_encoder.h, core/items/item_table.h, core/session_input/event_tokenizer.h.
class SequenceModel : public torch::nn::Module {
 public:
  /// `features`: of the catalogue, for a spec whose rows are made from them.
  explicit SequenceModel(const ModelSpec& spec, const TrainingOptions& options = {},
                         const ItemFeatureMatrix* features = nullptr);

  /// item_rows: as ItemRows returns them. `random` decides the dropout masks; none in evaluation.
  EncodedSequence Encode(const SequenceInput& input, const torch::Tensor& item_rows,
                         const DropoutRandom& random = {});
  EncodedSequence Encode(const SequenceInput& input) { return Encode(input, ItemRows()); }

  /// The rows that inputs are read from and queries are scored with, [N, W]: a mask hits both.
  /// Those of cosine models are divided by their length. Differentiable.
  torch::Tensor ItemRows(const ItemMask& mask = {}) const;

  /// [K] i64, ascending: the items that losses rank. Undefined = all.
  ///
  /// An item that training never sees has a row made of what it says of itself. It is no target of
  /// any position, so as a candidate it would be a negative of all of them: its words and `unknown`
  /// would learn to be last, and with them every item that joins later. A model without an
  /// ItemRowModule has ids alone, which say nothing of such an item; being last is right then.
  torch::Tensor TrainedItems() const;

  const ModelSpec& spec() const { return spec_; }
  /// [spec.value_buckets - 2] where values are parted into buckets: constant, saved, not learnt.
  /// Requires, to set them: as many as the spec has room for.
  std::vector<float> ValueEdges() const;
  void SetValueEdges(const std::vector<float>& edges);

 private:
  torch::Tensor Features(const SequenceInput& input, const torch::Tensor& item_rows);

  ModelSpec spec_;
  TrainingOptions options_;
  torch::Tensor item_table_;                  ///< [N, W]
  std::shared_ptr<ItemRowModule> item_rows_;  ///< if the spec has one
  std::optional<ItemProjection> projection_;  ///< if the spec has one
  torch::Tensor time_gap_;     ///< [buckets, D], undefined if the model does not read times
  torch::Tensor actions_;      ///< [1 + actions, D], or undefined
  torch::Tensor values_;       ///< [buckets, D], or undefined
  torch::Tensor value_edges_;  ///< [buckets - 2], a buffer, or undefined
  BackboneLayers layers_;
  torch::nn::LayerNorm norm_{nullptr};
  std::shared_ptr<ContextModule> context_;      ///< if the spec has one
  torch::nn::Linear auxiliary_heads_{nullptr};  ///< if there are any
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODULES_SEQUENCE_MODEL_H_
