#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINATION_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINATION_H_

#include <torch/torch.h>

#include <functional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/model/string_table.h"
#include "native/dataset/dataset.h"
#include "native/train/stages/imagine/concept_decoder.h"
#include "native/train/stages/imagine/concept_prior.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// A model with the parts that imagine. Holds their tensors; borrows the model that it was made
/// from. Copy or write the view before an engine reads it, as with ModelSnapshot.
class ImaginedModel {
 public:
  ImaginedModel(const ModelView& base, const ModelSpec& spec, const PriorResult& prior,
                const DecoderResult& decoder, const TitleTexts& texts);
  const ModelView& view() const { return view_; }

 private:
  std::vector<torch::Tensor> held_;
  StringTable words_;
  ModelView view_;
};

struct ImaginationResult {
  std::unique_ptr<ImaginedModel> model;
  double prior_loss = 0.0;  ///< on validation ratings; 1 = the prior knows nothing
  int64_t prior_step = 0;
  DecoderQuality decoder;
  size_t ratings = 0, likes = 0;
};

/// The second stage of `--preset imagine`: a trained recommender's rows are frozen, the prior over
/// them is learnt from ratings, the concept decoder from the catalogue. `model` is f32, with the
/// engine's read padding. Errors: those of CollectRatings, TrainPrior and TrainDecoder;
/// kInvalidArgument if the model does not score by cosine.
Result<ImaginationResult> TrainImagination(
    const Dataset& dataset, const ModelView& model, const TrainConfig& config, uint64_t seed,
    const std::function<void(const PriorProgress&)>& on_progress,
    const std::function<bool()>& should_stop);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_IMAGINATION_H_
