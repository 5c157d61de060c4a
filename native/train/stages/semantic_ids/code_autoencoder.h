#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_CODE_AUTOENCODER_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_CODE_AUTOENCODER_H_

#include <torch/torch.h>

#include "core/base/status.h"
#include "native/semantic_ids/residual_codes.h"
#include "native/train/observer.h"

namespace tsugi::train {

struct AutoencoderResult {
  SemanticIds ids;              ///< nearest codes, not made unique
  ResidualCodebooks codebooks;  ///< in the latent space
  torch::Tensor latents;        ///< [N, 64] what the codes approximate
  double reconstruction = 0.0;  ///< share of the vectors' variance that the codes keep
  size_t revived = 0;           ///< codes that no item used and that were moved, all epochs
  bool was_interrupted = false;
};

/// RQ-VAE with alignment: an encoder to a latent space, four cascaded codebooks of 256 there, a
/// decoder back.
///
///   loss = MSE(vector, decoder(sum of codewords)) + codebook loss + .25 commitment loss
///        + align_weight * InfoNCE(projection(sum of codewords), text vector)
///
/// Codebooks start as the residual k-means centres of the first latents; a codeword that no item of
/// an epoch used moves to what a random item leaves. Gradients pass the codes straight through.
/// Source:  RQ-VAE as in LC-Rec (arXiv 2311.09049); codes in the language's space from Semantic
///          Convergence (arXiv 2412.13771), whose loss is not public: this one is ours.
/// Differs: one hidden layer of 256; the text space is TextSpace.
/// vectors [N, V]; texts [N, D] unit vectors, rows of zeros where an item says nothing.
/// Errors: kInternal if the loss is not finite.
Result<AutoencoderResult> TrainAutoencoder(const torch::Tensor& vectors, const torch::Tensor& texts,
                                           double align_weight, uint64_t seed, Observer& observer);

/// How well a linear map finds an item's text vector by what its codes add up to: fitted (ridge) on
/// four fifths of the items that speak, the others ask among themselves.
struct TextRetrieval {
  size_t items = 0;  ///< that ask
  double recall_at_1 = 0.0, recall_at_10 = 0.0;
};
TextRetrieval MeasureTextRetrieval(const SemanticIds& ids, const ResidualCodebooks& codebooks,
                                   const torch::Tensor& texts, uint64_t seed);

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_CODE_AUTOENCODER_H_
