#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_PRIOR_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_PRIOR_H_

#include <torch/torch.h>

#include "core/base/random.h"
#include "core/base/status.h"
#include "core/model/model_spec.h"
#include "native/train/observer.h"
#include "native/train/stages/imagine/rating_examples.h"

namespace tsugi::train {

/// The trainable twin of core/parts/imagine/concept_denoiser.h: the network of the prior. Its
/// parameters are named as in the tensor table, after "imagine.".
class ConceptDenoiserImpl : public torch::nn::Module {
 public:
  /// V, W, H and blocks from the spec. user_count > 0: a prior that knows users by number, as in
  /// the paper; their vectors then take the place of the sessions' queries.
  explicit ConceptDenoiserImpl(const ModelSpec& spec, int64_t user_count = 0);

  const torch::Tensor& users() const { return users_; }  ///< [users, W], or undefined

  /// clean [M, V] from noisy [M, V] at steps t [M] i64. sessions [M, W]; is_known [M] bool: rows
  /// without take the null session; ratings [M] i64, 2 = none.
  torch::Tensor forward(const torch::Tensor& noisy, const torch::Tensor& t,
                        const torch::Tensor& sessions, const torch::Tensor& is_known,
                        const torch::Tensor& ratings);

 private:
  struct Block {
    torch::nn::Linear modulation{nullptr}, up{nullptr}, down{nullptr};
  };
  torch::nn::Linear time_{nullptr}, session_{nullptr}, input_{nullptr}, modulation_{nullptr},
      output_{nullptr};
  torch::Tensor no_session_, rating_, waves_, users_;
  std::vector<Block> blocks_;
};
TORCH_MODULE(ConceptDenoiser);

struct PriorConfig {
  int64_t steps = 8000;  ///< of the optimiser, at most
  int64_t batch = 512;
  double learning_rate = 1e-3;
  double weight_decay = 1e-5;
  /// A target is the item's row moved towards one of its nearest by up to this share, so that the
  /// prior learns what lies between items and not the items by heart; 0 = the rows themselves.
  double mix = 0.5;
  double null_share = 0.1;   ///< of a batch's rows that are told neither session nor rating
  double ema_decay = 0.999;  ///< averaged weights are what is validated and kept
  int64_t check_every = 500;
  int64_t patience = 6;    ///< checks without improvement before stopping
  int64_t user_count = 0;  ///< as ConceptDenoiserImpl
};

struct PriorResult {
  ConceptDenoiser prior{nullptr};
  double valid_loss = 0.0;  ///< mean square error of a number of a clean row; 1 = knows nothing
  int64_t best_step = 0;    ///< 0 = never better than at the start
  bool was_interrupted = false;
};

/// [N, V] the vectors of a model's items among which its concepts lie: rows of the item table, or
/// the given ones. Requires: the model imagines.
torch::Tensor ReadConceptRows(const ModelView& model);

/// Leaves out the ratings of items whose row is zeros: they have no vector.
void DropItemsWithoutRow(const torch::Tensor& rows, RatingExamples& examples);

/// Trains the prior to predict the vectors of rated items, rows [N, V] of unit length (V:
/// ImagineSpec::ConceptWidth), x_0 prediction over all noise steps. An item whose row is zeros has
/// no vector. Requires: no example is about such an item. Sessions and ratings are dropped
/// together. Source: REBECA (arXiv 2502.18477). Differs: config.mix. Loop:    an epoch is
/// config.check_every steps; the figure "loss" is checked. Errors:  kInvalidArgument without an
/// example; kInternal if a loss is not finite.
Result<PriorResult> TrainPrior(const ModelSpec& spec, const torch::Tensor& rows,
                               const RatingExamples& train, const RatingExamples& valid,
                               const PriorConfig& config, uint64_t seed, Observer& observer);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_CONCEPT_PRIOR_H_
