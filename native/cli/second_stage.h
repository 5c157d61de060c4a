#ifndef TSUGI_NATIVE_CLI_SECOND_STAGE_H_
#define TSUGI_NATIVE_CLI_SECOND_STAGE_H_

#include "native/cli/training_run.h"

namespace tsugi {

/// What a run does behind its recommender, if the config asks for it: learns to imagine, or to read
/// and write items as codes beside words. Writes the model again, with the parts for it. Returns
/// whether it is there (true if none was asked for): an interruption leaves the first stage's
/// model. Errors: TrainImagination, TrainSemantics, SaveModel.
Result<bool> RunSecondStage(const Dataset& dataset, const train::TrainConfig& config,
                            const TrainingRunOptions& options);

}  // namespace tsugi

#endif  // TSUGI_NATIVE_CLI_SECOND_STAGE_H_
