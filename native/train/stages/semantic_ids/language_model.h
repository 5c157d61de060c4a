#ifndef TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_MODEL_H_
#define TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_MODEL_H_

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parts/semantic_ids/language_vocabulary.h"
#include "native/train/modules/layers.h"
#include "native/train/stages/semantic_ids/language_examples.h"

namespace tsugi::train {

/// The trainable twin of core/parts/semantic_ids/language_model.h; parameters are named as in the
/// tensor table, after kLanguage.
class LanguageModel : public torch::nn::Module {
 public:
  LanguageModel(const SemanticIdsSpec& spec, double input_dropout, double hidden_dropout);

  /// tokens [B, L] i64, segments [B, L] i32 (as SequenceInput) -> hidden [B * L, D].
  torch::Tensor Encode(const torch::Tensor& tokens, const torch::Tensor& segments,
                       const DropoutRandom& random = {});
  /// Log-probabilities [M, count] of tokens [first, first + count) among themselves.
  torch::Tensor Predict(const torch::Tensor& hidden, int64_t first, int64_t count) const;
  /// [M, levels, 256]: all codes of the next item at once.
  torch::Tensor PredictParallel(const torch::Tensor& hidden);

  torch::Tensor& tokens() { return tokens_; }  ///< [tokens, D]

 private:
  EncoderShape shape_;
  double input_dropout_;
  torch::Tensor tokens_, bias_;
  BackboneLayers layers_;
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Linear parallel_{nullptr};
};

/// Which tokens compete for a place: a level's codes, yes and no, or the end and the sub-words.
enum TokenKind : size_t { kJudgementKind = kCodeLevels, kTextKind, kTokenKinds };

/// Bins of L tokens that hold whole examples back to back, and what is predicted in them.
struct TokenBatch {
  torch::Tensor tokens;    ///< [B, L] i64
  torch::Tensor segments;  ///< [B, L] i32, -1 = unused
  struct Targets {
    std::vector<int64_t> places;  ///< [M] rows of the flattened bins that predict
    std::vector<int64_t> tokens;  ///< [M] beside them, from the kind's first on
  };
  std::array<Targets, kTokenKinds> targets;
  std::vector<int64_t> next_codes;  ///< [4 M] all codes of the items that level 0 begins
  size_t target_count() const;
};

/// Packs examples of at most `bin_length` tokens first-fit, in their order.
std::vector<std::vector<const TokenExample*>> PackExamples(
    const std::vector<TokenExample>& examples, size_t bin_length);

TokenBatch MakeTokenBatch(std::span<const std::vector<const TokenExample*>> bins,
                          size_t bin_length);

/// The cross-entropies of a batch, summed over its targets, plus `parallel_weight` times that of
/// the codes predicted at once. Requires: the batch has a target.
torch::Tensor SumLosses(LanguageModel& network, const TokenBatch& batch, int64_t piece_count,
                        double parallel_weight, const DropoutRandom& random = {});

}  // namespace tsugi::train

#endif  // TSUGI_NATIVE_TRAIN_STAGES_SEMANTIC_IDS_LANGUAGE_MODEL_H_
