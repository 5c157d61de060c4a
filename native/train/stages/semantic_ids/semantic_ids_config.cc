#include "native/train/stages/semantic_ids/semantic_ids_config.h"

#include <filesystem>

#include "core/base/text.h"
#include "native/train/item_tower/item_tower_config.h"

namespace tsugi::train {

std::vector<Field> SemanticIdsConfig::Fields() {
  constexpr Range kWeight = {0, 1000};
  constexpr Range kExamples = {0, 100};
  return {
      {"enabled", &enabled, "trains codes of items, and a language model of codes and words"},
      {"codes", &codes, "kmeans, rqvae or the path of a file that `tsugi tokenize` wrote",
       "how item vectors become codes"},
      {"vectors", &vectors, "none, or the name of vectors that were given at import",
       "behaviour vectors in the place of the trained rows, e.g. those of another recommender"},
      {"behaviour_weight", &behaviour_weight, kWeight, "weight of the behaviour in item vectors"},
      {"text_weight", &text_weight, kWeight, "weight of the words in item vectors"},
      {"align_weight", &align_weight, kWeight,
       "rqvae: weight of the loss that aligns codes with words"},
      {"pieces", &pieces, {1, 100'000}, "most sub-words"},
      {"width", &width, {8, 4096}, "width of the language model, a multiple of 8"},
      {"layers", &layers, {1, 64}, "layers of the language model"},
      {"window", &window, {64, 4096, "tokens"}, "window of the language model; an item takes four"},
      {"epochs",
       &epochs,
       {.low = 1, .high = 100'000, .special = 0, .special_means = "derived from the examples"},
       "most epochs of the language model"},
      {"patience", &patience, {1, 100'000, "epochs"}, "stops after so many without a gain"},
      {"learning_rate", &learning_rate, {1e-9, 10}, "of AdamW, for the language model"},
      {"dropout", &dropout, {0, 0.95}, "dropout of the language model"},
      {"task_text", &task_text, kExamples, "words to item: examples an item and epoch"},
      {"task_describe", &task_describe, kExamples, "item to words: examples an item and epoch"},
      {"task_query", &task_query, kExamples,
       "history and words to item: examples a sequence and epoch"},
      {"task_negatives", &task_negatives, kExamples,
       "yes or no, of histories and of words: examples a sequence or item and epoch"},
  };
}

// The width is checked although the part may be off: a study may turn it on later. A file of codes
// is only looked for here; its content is checked by the stage, before any training.
Status SemanticIdsConfig::Resolve(TrainConfig&, const Dataset& dataset) {
  if (width % 8 != 0) {
    return InvalidArgument(
        Concat("semantic_ids.width = ", width,
               " (expected a multiple of 8). Try: semantic_ids.width=", width / 8 * 8));
  }
  if (!enabled) return Status();
  if (behaviour_weight + text_weight <= 0.0) {
    return InvalidArgument(
        "semantic_ids.behaviour_weight and semantic_ids.text_weight are both 0, so item vectors "
        "are empty. Try: semantic_ids.text_weight=0.5");
  }
  if (has_vectors()) {
    TSUGI_RETURN_IF_ERROR(FindItemVectors(dataset, "semantic_ids.vectors", vectors).status());
  }
  // An error of the file system counts as "no such file", which the message below covers.
  std::error_code error;
  if (ParseChoice<CodeMethod>(codes) || std::filesystem::is_regular_file(codes, error)) {
    return Status();
  }
  return InvalidArgument(Concat("semantic_ids.codes = ", ToText(codes),
                                " (expected kmeans, rqvae or a file that `tsugi tokenize` wrote). "
                                "Try: semantic_ids.codes=kmeans"));
}

}  // namespace tsugi::train
