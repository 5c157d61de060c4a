#ifndef TSUGI_NATIVE_TRAIN_MODEL_SNAPSHOT_H_
#define TSUGI_NATIVE_TRAIN_MODEL_SNAPSHOT_H_

#include <torch/torch.h>

#include <vector>

#include "core/model/model_view.h"
#include "native/train/modules/sequence_model.h"

namespace tsugi::train {

/// A model's parameters as the f32 ModelView that files and the engine start from: a loop over the
/// tensor table, by name. Rows of cosine models are normalised here.
///
/// Ownership: holds the tensors that the view borrows (shared with the model where nothing is
/// computed), without the engine's read padding: copy or write the view before an engine reads it.
class ModelSnapshot {
 public:
  explicit ModelSnapshot(const SequenceModel& model);
  /// Item ids and titles are left empty, to be set by the caller.
  ModelView& view() { return view_; }

 private:
  std::vector<torch::Tensor> held_;
  ModelView view_;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_MODEL_SNAPSHOT_H_
