#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_IDS_STAGE_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_IDS_STAGE_H_

#include "core/base/status.h"
#include "native/dataset/dataset.h"
#include "native/model/model_file.h"
#include "native/train/observer.h"
#include "native/train/stages/semantic_ids/item_tokenizer.h"
#include "native/train/stages/semantic_ids/language_trainer.h"
#include "native/train/train_config.h"

namespace tsugi::train {

struct SemanticIdsResult {
  Tokenization items;
  int64_t epoch = 0;  ///< the best of the language model, from 1
  LanguageScores scores;
  bool was_interrupted = false;
};

/// The two steps of the stage: items become codes (TokenizeItems), then the language model is
/// trained on them. `model` is f32 and gets the parts at the end; it stays as it is if the observer
/// stops training. How generated lists are fused with others is not chosen here.
/// Errors: those of the two; ReadSemanticIds, if `codes` names a file; kInvalidArgument if the spec
/// that comes out is none.
Result<SemanticIdsResult> TrainSemanticIds(const Dataset& dataset, const TrainConfig& config,
                                           uint64_t seed, Observer& observer, ModelData& model);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_IDS_STAGE_H_
