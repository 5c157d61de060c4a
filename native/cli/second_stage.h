#ifndef TSUGI_NATIVE_CLI_SECOND_STAGE_H_
#define TSUGI_NATIVE_CLI_SECOND_STAGE_H_

#include "native/cli/training_run.h"

namespace tsugi {

/// What a run does behind its recommender, if the config asks for it: learns to imagine, then to
/// read and write items as codes beside words. Writes the model again, with the parts for it.
/// Returns whether all that was asked for is there: an interruption leaves the model as it was
/// before the part that was being learnt. Errors: TrainImagination, TrainSemantics, SaveModel.
Result<bool> RunSecondStage(const Dataset& dataset, const train::TrainConfig& config,
                            const TrainingRunOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_SECOND_STAGE_H_
