#ifndef TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_PRIOR_STUDY_H_
#define TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_PRIOR_STUDY_H_

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/parts/imagine/concept_sampler.h"
#include "native/dataset/dataset.h"
#include "native/train/stages/imagine/concept_prior.h"

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

/// A set of rows beside the real liked ones.
struct RowSetQuality {
  std::string name;
  double like_probability = 0.0;  ///< mean, by the verifier for the user it was made for
  double frechet = 0.0;           ///< distance to real liked rows; 0 = the same Gaussian
  double novelty = 0.0;           ///< median of 1 - cosine to the nearest item
};

/// A share of users, for whom the prior may serve worse.
struct GroupQuality {
  std::string name;
  size_t users = 0;
  double like_probability = 0.0;  ///< of what was imagined for them
  double like_share = 0.0;        ///< users for whom likes are liked more than dislikes
};

struct PriorReport {
  size_t users = 0, samples = 0, ratings = 0;
  double verifier_auc = 0.0, verifier_low = 0.0, verifier_high = 0.0;
  double like_share = 0.0;  ///< users whose likes the verifier likes better than their dislikes
  double sign_p = 1.0;      ///< of a sign test, one-sided
  double own_score = 0.0, permuted_score = 0.0;  ///< median logit of own samples; of a stranger's
  double permutation_p = 1.0;
  double least_novelty = 0.0, low_novelty = 0.0;  ///< the smallest, the 5 % quantile
  double real_novelty = 0.0;         ///< median distance of a real item to its nearest other
  std::vector<RowSetQuality> sets;   ///< likes, dislikes and the baselines
  std::vector<RowSetQuality> steps;  ///< likes with fewer and more steps, named by their number
  std::vector<GroupQuality> groups;  ///< by activity and by favourite attribute
};

/// Judges the prior of `model` on the users of a data set: a verifier is trained on the ratings
/// (rating_verifier.h), samples are drawn by the engine after each user's test history, and held
/// against strangers' samples, real items and simple baselines. Checklist R4 to R8 of REBECA's
/// re-implementation. Errors: kUnsupported if the model does not imagine; those of TrainVerifier
/// and of the engine.
Result<PriorReport> StudyPrior(const Dataset& dataset, const ModelView& model,
                               const PriorStudyOptions& options);

/// The same for a prior that knows users by number, the paper's own test: it is trained here, on
/// the rows of `model` and like its own. Errors: kInvalidArgument if the model is not f32; those of
/// TrainPrior and StudyPrior.
Result<PriorReport> StudyUserPrior(const Dataset& dataset, const ModelView& model,
                                   PriorStudyOptions options, Observer& observer);

/// Distance between the Gaussians of two sets of rows [M, W]:
/// |mean_a - mean_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2)). Source: Heusel et al. 2017.
double FrechetDistance(const torch::Tensor& a, const torch::Tensor& b);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_IMAGINE_PRIOR_STUDY_H_
