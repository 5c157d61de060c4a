#ifndef TSUGI_NATIVE_TRAIN_BATCH_GRADIENT_H_
#define TSUGI_NATIVE_TRAIN_BATCH_GRADIENT_H_

#include <vector>

#include "native/train/losses/chunked_loss.h"
#include "native/train/losses/item_loss.h"
#include "native/train/modules/sequence_model.h"
#include "native/train/packed_batch.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// The gradient of one packed batch. Its bins are divided among config.workers threads that share
/// the parameters; their gradients are summed in the order of the workers, so that a result depends
/// on the number of workers but not on how they are scheduled.
class BatchGradient {
 public:
  /// Borrows both.
  BatchGradient(SequenceModel& model, const TrainConfig& config) : model_(model), config_(config) {}

  /// Sets every parameter's gradient to that of scale * (summed loss) and returns the plain sum.
  /// `dropout_seed` decides the dropout masks. Requires: batch.target_count > 0.
  double Compute(const PackedBatch& batch, const SharedNegatives& negatives, double scale,
                 uint64_t dropout_seed);

 private:
  struct Share;  ///< what one worker gives back
  Share ComputeShare(const PackedBatch& batch, uint32_t first_bin, uint32_t bin_count,
                     const torch::Tensor& item_rows, const PositionLoss& loss, double scale,
                     uint64_t dropout_seed);
  PositionLoss MakeLoss(const SharedNegatives& negatives) const;

  SequenceModel& model_;
  const TrainConfig& config_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_BATCH_GRADIENT_H_
