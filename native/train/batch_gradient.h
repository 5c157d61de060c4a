#ifndef TSUGI_NATIVE_TRAIN_BATCH_GRADIENT_H_
#define TSUGI_NATIVE_TRAIN_BATCH_GRADIENT_H_

#include <functional>
#include <span>
#include <utility>

#include "native/train/diffusion.h"
#include "native/train/event_targets.h"
#include "native/train/item_loss.h"
#include "native/train/modules/sequence_model.h"
#include "native/train/packed_batch.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// A second task: the cross-entropy of a model's auxiliary log-probabilities [P] with a
/// distribution that is known of every event.
struct AuxiliaryTask {
  double weight = 0.0;  ///< of its loss; the loss over the items has 1
  /// Writes the distribution of an event, a position in Dataset::items(); zeros: the event has
  /// none.
  std::function<void(uint64_t event, std::span<float> mass)> write_target = {};
};

/// What events are trained on besides their items. Borrows.
struct EventTargets {
  const AuxiliaryTask* auxiliary = nullptr;  ///< for a model that predicts labels of events
  std::span<const float> weights = {};       ///< [E] of the item loss; empty = all 1
  ItemMask mask = {};                        ///< what items go without this time
  const SetTargets* sets = nullptr;   ///< sets of later items in the place of the next; weighted
                                      ///< already, so `weights` is not used then
  SequenceNegatives* made = nullptr;  ///< diffusion-made negatives of a softmax, begun by Compute
  int64_t epoch = 0;                  ///< from 0, of config.max_epochs: how hard these are
};

/// The inputs of bins [first_bin, first_bin + bin_count) of a batch as tensors.
SequenceInput InputOf(const PackedBatch& batch, uint32_t first_bin, uint32_t bin_count);

/// The gradient of one packed batch. Its bins are divided among config.workers threads that share
/// the parameters; their gradients are summed in the order of the workers, so that a result depends
/// on the number of workers but not on how they are scheduled.
class BatchGradient {
 public:
  /// Borrows all three.
  BatchGradient(SequenceModel& model, const TrainConfig& config, const EventTargets& targets = {})
      : model_(model), config_(config), targets_(targets) {}

  /// Sets every parameter's gradient to that of scale * (summed item loss + weighted, summed loss
  /// of the auxiliary task) and returns the plain sum of the item loss. `dropout_seed` decides the
  /// dropout masks. Requires: batch.target_count > 0.
  /// Losses rank the model's TrainedItems. So must the negatives be.
  double Compute(const PackedBatch& batch, const SharedNegatives& negatives, double scale,
                 uint64_t dropout_seed);

 private:
  struct Share;  ///< what one worker gives back
  Share ComputeShare(const PackedBatch& batch, uint32_t first_bin, uint32_t bin_count,
                     const torch::Tensor& item_rows, const PositionLoss& loss, double scale,
                     uint64_t dropout_seed);
  /// The places of items among the rows that are ranked, in any shape; -1 stays.
  torch::Tensor PlacesOf(const torch::Tensor& items) const;
  /// [M] of the events, or undefined.
  torch::Tensor WeightsOf(std::span<const uint64_t> events) const;
  /// The later items that the positions before `events` are trained on and their weights, [M, S].
  std::pair<torch::Tensor, torch::Tensor> SetsOf(std::span<const uint64_t> events,
                                                 uint64_t seed) const;
  /// That of the auxiliary task, weighted and summed.
  torch::Tensor AuxiliaryLoss(const torch::Tensor& log_probabilities,
                              std::span<const uint64_t> events) const;
  PositionLoss MakeLoss(const SharedNegatives& negatives) const;
  /// The diffusion's step on the targets of the batch, if there is one.
  void BeginMadeNegatives(const PackedBatch& batch, const torch::Tensor& row_values,
                          uint64_t seed) const;

  SequenceModel& model_;
  const TrainConfig& config_;
  EventTargets targets_;
  torch::Tensor place_of_;  ///< [N] i64 of each item, during Compute; undefined: all are ranked
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_BATCH_GRADIENT_H_
