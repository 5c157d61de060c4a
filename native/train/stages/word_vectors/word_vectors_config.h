#ifndef TSUGI_NATIVE_TRAIN_STAGES_WORD_VECTORS_WORD_VECTORS_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_STAGES_WORD_VECTORS_WORD_VECTORS_CONFIG_H_

#include <vector>

#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [word_vectors]: the model file holds the data set's word vectors.
struct WordVectorsConfig final : PartConfig {
  Switch enabled = Switch::kAuto;

  WordVectorsConfig() : PartConfig("word_vectors", "Word vectors", "word_vectors") {}
  /// Errors also: kInvalidArgument for a data set without word vectors.
  Status Resolve(TrainConfig& config, const Dataset& dataset) override;

 private:
  std::vector<Field> Fields() override;
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_WORD_VECTORS_WORD_VECTORS_CONFIG_H_
