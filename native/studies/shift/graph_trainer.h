#ifndef TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_TRAINER_H_
#define TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_TRAINER_H_

#include <torch/torch.h>

#include <cstdint>
#include <string>

#include "core/base/status.h"
#include "native/eval/bootstrap.h"
#include "native/studies/shift/shift_data.h"
#include "native/train/diffusion.h"
#include "native/train/observer.h"

namespace tsugi::train {

/// Where the negatives of a graph model come from.
struct GraphNegativesConfig {
  std::string kind = "cnsdiff";  ///< random | dns | mixgcf | cnsdiff
  int64_t candidates = 16;       ///< of dns and mixgcf, a positive
  NegativeDiffusionOptions diffusion;
  bool has_curriculum =
      true;  ///< of cnsdiff: mixed with random ones by DrawHardness; else half each
};

/// How a graph model is trained. The defaults are those of CNSDiff's released code (LightGCN, 2
/// layers, mean of all), but for `patience`, which it has not.
struct GraphConfig {
  GraphNegativesConfig negatives;
  int64_t width = 64;
  int64_t layers = 2;
  int64_t batch = 2048;  ///< pairs a step
  int64_t max_epochs = 120;
  int64_t patience = 15;  ///< epochs without a better validation before stopping
  enum class Choice : uint8_t {
    kValidation,  ///< the epoch with the best NDCG@20 of the validation part
    kBalanced,    ///< the best BalancedRecall of it
    kLast,        ///< none is chosen: all run for max_epochs
  } choice = Choice::kValidation;
  double learning_rate = 0.01;
  double l2 = 1e-4;                 ///< on the parameters of a step's pairs
  double contrastive_weight = 0.3;  ///< of cnsdiff; 0 = without
  double contrast_temperature = 2.0;
  bool contrasts_random = false;  ///< the contrastive term over random negatives too (a control)
};

struct GraphResult {
  int64_t best_epoch = 0;
  double best_valid = 0.0;  ///< what epochs are chosen by
  UserSums test, shifted;   ///< kListMetrics of each user with targets, by the best epoch
  /// Of negatives drawn after training: the share whose nearest item, among those that the user
  /// has not in training, is one that the user took in a held-out part. Less is better.
  double false_negative_share = 0.0;
  double first_diffusion_loss = 0.0;  ///< means of the first and the last epoch
  double last_diffusion_loss = 0.0;
  double seconds = 0.0;
  bool was_interrupted = false;
};

/// Trains LightGCN by Bayesian personalised ranking, -log sigma(<u, e+ - n>), and judges it on both
/// tests; the epoch is chosen on the validation part, never by a test. Lists leave out a
/// user's training items.
///
/// Requires: a known kind of negatives. Errors: kInternal if a loss is not finite. If the observer
/// stops it, the best epoch so far is the result.
Result<GraphResult> TrainGraph(const ShiftData& data, const GraphConfig& config, uint64_t seed,
                               Observer& observer);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_STUDIES_SHIFT_GRAPH_TRAINER_H_
