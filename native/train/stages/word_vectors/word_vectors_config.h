#ifndef TSUGI_NATIVE_TRAIN_STAGES_WORD_VECTORS_WORD_VECTORS_CONFIG_H_
#define TSUGI_NATIVE_TRAIN_STAGES_WORD_VECTORS_WORD_VECTORS_CONFIG_H_

#include <vector>

#include "native/dataset/dataset.h"
#include "native/train/config_field.h"

namespace tsugi::train {

/// Keys of [word_vectors]: the model file holds the data set's word vectors.
struct WordVectorsConfig final : PartConfig {
  Switch enabled = Switch::kAuto;

  WordVectorsConfig() : PartConfig("word_vectors", "Word vectors", "word_vectors") {}
  /// Errors also: kInvalidArgument for a data set without word vectors.
  Status Resolve(TrainConfig&, const Dataset& dataset) override {
    const bool has_words = dataset.words().size() > 0;
    if (enabled == Switch::kAuto) enabled = has_words ? Switch::kOn : Switch::kOff;
    if (enabled == Switch::kOff || has_words) return Status();
    return InvalidArgument(
        "word_vectors.enabled = on: the data set has no word vectors. Try: "
        "word_vectors.enabled=off, or import with --word-vectors FILE");
  }

 private:
  std::vector<Field> Fields() override {
    return {{"enabled", &enabled,
             "puts the word vectors of the data set into the model; auto: if it has some"}};
  }
};

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_WORD_VECTORS_WORD_VECTORS_CONFIG_H_
