#ifndef TSUGI_NATIVE_STUDIES_IMAGINE_RATING_VERIFIER_H_
#define TSUGI_NATIVE_STUDIES_IMAGINE_RATING_VERIFIER_H_

#include <torch/torch.h>

#include "core/base/status.h"
#include "native/train/stages/imagine/rating_examples.h"

namespace tsugi::train {

/// P(like | user, item row), a judge of what a prior makes. It is trained on ratings, apart from
/// the prior, and believed as far as its held-out AUC goes. A user is a number here, not a session,
/// so that it shares nothing with the prior but the rows.
/// Source: the predictor that REBECA (arXiv 2502.18477) scores its images with: vectors of 320
/// numbers for user and item, layers of 64 and 32.
class RatingVerifierImpl : public torch::nn::Module {
 public:
  RatingVerifierImpl(int64_t users, int64_t width);
  /// Logits [M] of users [M] i64 and rows [M, W].
  torch::Tensor forward(const torch::Tensor& users, const torch::Tensor& rows);

 private:
  torch::nn::Embedding user_{nullptr};
  torch::nn::Linear row_{nullptr}, first_{nullptr}, second_{nullptr}, out_{nullptr};
};
TORCH_MODULE(RatingVerifier);

struct VerifierResult {
  RatingVerifier verifier{nullptr};
  double held_out_auc = 0.5;             ///< of the ratings `test`
  double auc_low = 0.5, auc_high = 0.5;  ///< 95 % over ratings
};

/// rows [N, W] unit vectors. `valid` stops training, `test` measures. Errors: kInvalidArgument if a
/// part has no like or no dislike.
Result<VerifierResult> TrainVerifier(const torch::Tensor& rows, int64_t users,
                                     const RatingExamples& train, const RatingExamples& valid,
                                     const RatingExamples& test, uint64_t seed);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_STUDIES_IMAGINE_RATING_VERIFIER_H_
