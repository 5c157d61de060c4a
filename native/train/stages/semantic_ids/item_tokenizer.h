#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_ITEM_TOKENIZER_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_ITEM_TOKENIZER_H_

#include <torch/torch.h>

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/model/model_view.h"
#include "native/dataset/dataset.h"
#include "native/semantic_ids/residual_codes.h"
#include "native/semantic_ids/semantic_ids.h"
#include "native/semantic_ids/sub_words.h"
#include "native/train/observer.h"
#include "native/train/stages/semantic_ids/code_autoencoder.h"
#include "native/train/stages/semantic_ids/semantic_ids_config.h"

namespace tsugi::train {

/// The space of words: sub-words and items as vectors, learnt from which sub-words items share
/// before any language model is trained. Codebooks are aligned with it and the language model's
/// sub-words start from it.
///
/// Source:  latent semantic analysis (Deerwester et al. 1990): TF-IDF weighted counts of sub-words
///          [N, S], the `width` largest singular directions. It stands in for the embeddings of a
///          large language model, which LC-Rec takes.
struct TextSpace {
  torch::Tensor pieces;  ///< [S, width] f32, mean square of an element 1
  torch::Tensor items;   ///< [N, width] f32 unit vectors: of their weighted sub-words; or zeros
};

/// pieces: as LearnPieces. Requires: not empty; width >= 1.
TextSpace MakeTextSpace(const ItemTexts& texts, const std::vector<std::string>& pieces,
                        int64_t width, uint64_t seed);

/// Items as four codes each, and what they were made from.
struct Tokenization {
  ItemTexts texts;
  std::vector<std::string> pieces;  ///< empty if no item says anything
  TextSpace space;                  ///< undefined tensors then
  SemanticIds ids;                  ///< no two alike
  ResidualCodebooks codebooks;      ///< in the space of the item vectors, or the latent one
  torch::Tensor starts;             ///< [levels * 256, width] where item tokens may start from
  ResidualCodebooks row_codewords;  ///< in the space of item rows, for items that join later
  size_t shared = 0;                ///< items that shared an id before they were made unique
  double reconstruction = 0.0;      ///< share of the item vectors' variance that the codes keep
  size_t revived = 0;               ///< AutoencoderResult::revived
  bool was_interrupted = false;     ///< of rqvae: the codes are those of fewer epochs
};

/// The behaviour vectors [N, width] that the config takes from the data set, of length 1; undefined
/// if it takes the rows of the model. An item that has none stands where their mean is, so that its
/// words alone tell it from others. Errors: as FindItemVectors.
Result<torch::Tensor> GivenBehaviour(const Dataset& dataset, const SemanticIdsConfig& config);

/// Stage 1, alignment tokenization: item vector = behaviour vector and text vector, each centred
/// and of mean square length 1 times its weight; then cascaded codebooks and unique ids. Items that
/// join later have rows alone, so `row_codewords` are those of the rows in any case.
///
/// model: f32, with titles and attributes. config: its keys of the tokenizer; `width` is that of
/// the text space. given: ids from a file in the place of learnt ones, or empty. behaviour: as
/// GivenBehaviour; undefined = the rows of the model. Errors: kInvalidArgument for a weight below 0
/// or both 0, for text alone where no item says anything, for behaviour of other items; as
/// LearnPieces and TrainAutoencoder.
Result<Tokenization> TokenizeItems(const ModelView& model, const SemanticIdsConfig& config,
                                   const SemanticIds& given, uint64_t seed, Observer& observer,
                                   const torch::Tensor& behaviour = {});

/// One tokenizer's line of the report.
struct TokenizerRow {
  std::string name;
  CodeUsage usage;
  size_t shared = 0;
  double kept = 0.0;
  PrefixAgreement agreement;
  TextRetrieval retrieval;
};

TokenizerRow MeasureTokenizer(const std::string& name, const Tokenization& items,
                              const ItemPairs& pairs, uint64_t seed);

/// `tsugi tokenize` as a table for people.
std::string FormatTokenizersTable(const std::vector<TokenizerRow>& rows);
/// The same as a JSON object: {"out", "tokenizers": [{"name", "used", "entropy_bits", "distinct",
/// "shared_before_repair", "collapsed", "kept_variance", "neighbours", "codes_to_text"}]}.
std::string FormatTokenizersJson(const std::string& out, const std::vector<TokenizerRow>& rows);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_ITEM_TOKENIZER_H_
