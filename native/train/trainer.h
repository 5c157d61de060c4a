#ifndef TSUGI_NATIVE_TRAIN_TRAINER_H_
#define TSUGI_NATIVE_TRAIN_TRAINER_H_

#include <cstdint>

#include "core/base/status.h"
#include "native/train/stage.h"
#include "native/train/validation.h"

namespace tsugi::train {

struct TrainResult {
  bool was_interrupted = false;
  int64_t best_epoch = 0;
  ValidationMetrics best;
  double seconds = 0.0;
};

/// Trains the recommender: epochs of packed batches, AdamW with warm-up and clipping, validation
/// after each epoch, early stopping on NDCG@10, the best weights in `model` (f32, with the names of
/// items, attributes, intents and actions), a checkpoint after each epoch. With `refit`, it is then
/// trained again from scratch on the validation events too, for as many epochs as were best.
///
/// Of several processes, rank 0 validates, fills `model` and writes; the others leave it as it is.
/// A resumed run leaves it as it is until validation improves: pass the model that was saved last.
/// Errors: kInvalidArgument (config, or no validation case), kNotFound (resume without a
/// checkpoint), kInternal (the loss is not finite), kOutOfMemory, what save_model returns.
Result<TrainResult> Train(const StageContext& context, ModelData& model, Observer& observer);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_TRAINER_H_
