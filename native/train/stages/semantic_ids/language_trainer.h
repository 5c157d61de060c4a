#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_TRAINER_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_TRAINER_H_

#include <memory>
#include <vector>

#include "core/base/status.h"
#include "native/train/observer.h"
#include "native/train/stages/semantic_ids/language_examples.h"
#include "native/train/stages/semantic_ids/language_model.h"

namespace tsugi::train {

/// How well a task is done on what was held out.
struct LanguageScores {
  double next_loss = 0.0;       ///< T1: nats a validation item
  double judge_auc = 0.5;       ///< T5: the true item before a random one, P(yes)
  double judge_hard_auc = 0.5;  ///< T5: before one whose id begins alike
  double text_accuracy = 0.0;   ///< T3: the next sub-word of a held-out title is the likeliest
  double text_common = 0.0;     ///< the same by the most frequent follower in the other titles
};

struct LanguageResult {
  std::shared_ptr<LanguageModel> network;
  int64_t epoch = 0;  ///< the best, from 1
  LanguageScores scores;
  bool was_interrupted = false;
};

/// Trains on one epoch's examples after another. The weights are averaged over steps, and the
/// average that predicts the validation items best is kept. `network` holds what training starts
/// from. keys.epochs 0 = 12, or more where an epoch is so small that 12 are few steps. If the
/// observer stops it, the scores are not measured. Errors: kInternal if the loss is not finite.
Result<LanguageResult> TrainLanguage(std::shared_ptr<LanguageModel> network, const ModelSpec& spec,
                                     const LanguageExamples& examples,
                                     const std::vector<EvaluationCase>& valid_cases,
                                     const SemanticIdsConfig& keys, int64_t workers, uint64_t seed,
                                     Observer& observer);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_TRAINER_H_
