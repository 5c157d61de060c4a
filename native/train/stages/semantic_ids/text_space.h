#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TEXT_SPACE_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TEXT_SPACE_H_

#include <torch/torch.h>

#include <string>
#include <vector>

#include "native/semantic_ids/item_texts.h"

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

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_TEXT_SPACE_H_
