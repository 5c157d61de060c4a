#ifndef TSUGI_NATIVE_STUDIES_IMAGINE_PRIOR_STUDY_H_
#define TSUGI_NATIVE_STUDIES_IMAGINE_PRIOR_STUDY_H_

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/parts/imagine/concept_sampler.h"
#include "native/dataset/dataset.h"
#include "native/studies/study_results.h"

namespace tsugi::train {

struct PriorStudyOptions {
  SampleOptions sample;  ///< seed, steps and guidance of what is judged
  uint32_t samples = 4;  ///< of a user and rating
  size_t users = 500;    ///< at most, drawn by the seed
  uint32_t permutations = 2000;
  std::vector<uint32_t> step_counts = {5, 10, 20, 50, 1000};
  double like_value = -1.0;  ///< as TrainConfig
  /// [sequences, W] conditions instead of the sessions' queries: the paper's own test, which knows
  /// users by number. Undefined: sessions.
  torch::Tensor user_vectors;
};

/// Judges the prior of `model` on the users of a data set: a verifier is trained on the ratings
/// (rating_verifier.h), samples are drawn by the engine after each user's test history, and held
/// against strangers' samples, real items and simple baselines. Checklist R4 to R8 of REBECA's
/// re-implementation.
///
/// Values: users, samples_per_user, ratings; verifier/{held_out_auc, low, high} (95 %);
/// likes_over_dislikes/users, the share whose likes the verifier likes better than their dislikes,
/// and the sign test's one-sided p; permutation/{own, permuted, p}, median logits of own samples
/// and of a stranger's; novelty/{least, quantile_5, real_items}, 1 - cosine to the nearest item;
/// and a line for each set of rows, number of steps and group of users. Errors: kUnsupported if the
/// model does not imagine; those of TrainVerifier and of the engine.
Result<StudyValues> StudyPrior(const Dataset& dataset, const ModelView& model,
                               const PriorStudyOptions& options);

/// Distance between the Gaussians of two sets of rows [M, W]:
/// |mean_a - mean_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)). Source: Heusel et al. 2017.
double FrechetDistance(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_STUDIES_IMAGINE_PRIOR_STUDY_H_
