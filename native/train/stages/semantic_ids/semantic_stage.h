#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_STAGE_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_STAGE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "core/model/string_table.h"
#include "native/dataset/dataset.h"
#include "native/train/stages/semantic_ids/item_tokenizer.h"
#include "native/train/stages/semantic_ids/language_trainer.h"
#include "native/train/train_config.h"

namespace tsugi::train {

/// A model with a language part. Holds its tensors; borrows the model that it was made from. Copy
/// or write the view before an engine reads it, as with ModelSnapshot.
class SemanticModel {
 public:
  SemanticModel(const ModelView& base, const ModelSpec& spec, const Tokenization& items,
                const LanguageNetwork& network);
  const ModelView& view() const { return view_; }

 private:
  std::vector<torch::Tensor> held_;
  std::vector<float> codewords_;
  std::vector<uint8_t> trie_;
  StringTable pieces_;
  ModelView view_;
};

struct SemanticResult {
  std::unique_ptr<SemanticModel> model;
  Tokenization items;
  int64_t epoch = 0;
  LanguageScores scores;
};

/// Both stages behind a trained recommender: items become codes (TokenizeItems), then the language
/// model is trained on them. `model` is f32. Errors: those of the two; kInvalidArgument if the spec
/// that comes out is none.
Result<SemanticResult> TrainSemantics(
    const Dataset& dataset, const ModelView& model, const TrainConfig& config, uint64_t seed,
    const std::function<void(const Tokenization&)>& on_items,
    const std::function<void(const LanguageProgress&)>& on_progress,
    const std::function<bool()>& should_stop);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_SEMANTIC_STAGE_H_
