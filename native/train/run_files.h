#ifndef TSUGI_NATIVE_TRAIN_RUN_FILES_H_
#define TSUGI_NATIVE_TRAIN_RUN_FILES_H_

namespace tsugi::train {

// In a run directory.
/// The best f32 weights so far, a model file.
inline constexpr char kWeightsFile[] = "weights.tsugi";
/// Weights, optimiser and counters, which a resumed run goes on from.
inline constexpr char kCheckpointFile[] = "checkpoint.pt";

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_RUN_FILES_H_
