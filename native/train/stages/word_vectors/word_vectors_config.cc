#include "native/train/stages/word_vectors/word_vectors_config.h"

#include "native/dataset/dataset.h"

namespace tsugi::train {

std::vector<Field> WordVectorsConfig::Fields() {
  return {{"enabled", &enabled,
           "puts the word vectors of the data set into the model; auto: if it has some"}};
}

Status WordVectorsConfig::Resolve(TrainConfig&, const Dataset& dataset) {
  const bool has_words = dataset.words().size() > 0;
  if (enabled == Switch::kAuto) enabled = has_words ? Switch::kOn : Switch::kOff;
  if (enabled == Switch::kOff || has_words) return Status();
  return InvalidArgument(
      "word_vectors.enabled = on: the data set has no word vectors. Try: "
      "word_vectors.enabled=off, or import with --word-vectors FILE");
}

}  // namespace tsugi::train
