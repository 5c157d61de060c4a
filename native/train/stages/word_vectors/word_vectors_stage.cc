#include <cstring>

#include "native/train/stage.h"
#include "native/word_vectors/word_vector_table.h"

namespace tsugi::train {
namespace {

/// Nothing is trained. It is a stage so that a finished recommender can be given word vectors.
Result<StageResult> AddWordVectors(const StageContext& context, ModelData& model, Observer&) {
  const WordVectorTable table = WordVectorTable::Make(context.dataset);
  ModelSpec spec = model.spec;
  spec.word_vectors = table.spec;
  TSUGI_RETURN_IF_ERROR(model.ChangeSpec(spec));
  for (const auto& [name, tensor] : table.View().tensors) {
    std::memcpy(model.tensors.find(name)->second.bytes.data(), tensor.data, tensor.bytes());
  }
  return StageResult{false,
                     {{"words", table.spec.count},
                      {"width", table.spec.width},
                      {"items_with_known_words", table.known_items}}};
}

}  // namespace

const Stage kWordVectorsStage = {
    .name = "word_vectors",
    .is_wanted =
        [](const TrainConfig& config) { return config.word_vectors.enabled == Switch::kOn; },
    .is_in = [](const ModelSpec& spec) { return spec.word_vectors.has_value(); },
    .check = [](const Dataset&, const TrainConfig&) { return Status(); },
    .run = AddWordVectors,
};

}  // namespace tsugi::train
